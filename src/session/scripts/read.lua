-- A piece of a log.
--
-- ARGV  4 cursor: the sequence of the last event that is known · 5 how many at most
-- gives { generation, last sequence, 1 where it has ended or else 0, entries } or nothing when there is no such session

local record = redis.call('HMGET', RECORD, 'generation', 'last', 'end')
if not record[1] then return false end
local entries = redis.call('XRANGE', LOG, digits(tonumber(ARGV[4]) + 1) .. '-0', '+', 'COUNT', ARGV[5])
return { record[1], tonumber(record[2]), record[3] and 1 or 0, entries }
