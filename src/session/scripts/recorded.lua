-- What earlier runs recorded.
--
-- ARGV  4 generation · 5 epoch
-- gives { record, work } as fields and values, or nothing when the lease is stale or the session has ended

if not holds(ARGV[4], ARGV[5]) then return false end
return { redis.call('HGETALL', RECORD), redis.call('HGETALL', WORK) }
