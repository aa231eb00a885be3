-- Says that an instance is alive, unless it has left.
--
-- KEYS  1 instances  sorted set: each instance with the time of its last beat, or less the time of its leaving
-- ARGV  1 instance · 2 lease in ms · 3 the time of the beat that it made last, 0 for none
-- gives { the time of this beat, 1 where the last one is still known or else 0, how many others have left or are silent }

local INSTANCES, instance, leaseMs = KEYS[1], ARGV[1], tonumber(ARGV[2])
local at = now()

-- Who was silent, or gone, for long is nobody's concern any more: whoever is not here is not alive.
local keptMs = 10 * leaseMs
local oldest = digits(at - keptMs)
redis.call('ZREMRANGEBYSCORE', INSTANCES, '(-' .. oldest, '(' .. oldest)

local held = tonumber(redis.call('ZSCORE', INSTANCES, instance) or 0)
if held >= 0 then
  redis.call('ZADD', INSTANCES, digits(at), instance)
  redis.call('PEXPIRE', INSTANCES, digits(keptMs))
end
-- A beat whose reply was lost may be there instead of the last that is known.
local known = tonumber(ARGV[3]) > 0 and held >= tonumber(ARGV[3])
local silent = redis.call('ZCOUNT', INSTANCES, '-inf', digits(at - leaseMs))
if held < 0 then silent = silent - 1 end
return { digits(at), known and 1 or 0, silent }
