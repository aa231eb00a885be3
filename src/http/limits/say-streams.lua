-- Says what an instance has open, in place of what it said before: all of it, or more of what it has begun to say.
--
-- KEYS  1 instances · 2 streams of this instance, as in enter-stream.lua
-- ARGV  1 this instance · 2 lease in ms · 3 1 where this is the first part · then accounts' names and counts by turns

local INSTANCES, STREAMS, leaseMs = KEYS[1], KEYS[2], tonumber(ARGV[2])

if ARGV[3] == '1' then redis.call('DEL', STREAMS) end
for index = 4, #ARGV, 2 do
  if ARGV[index + 1] == '0' then
    redis.call('HDEL', STREAMS, ARGV[index])
  else
    redis.call('HSET', STREAMS, ARGV[index], ARGV[index + 1])
  end
end
if redis.call('EXISTS', STREAMS) == 0 then return redis.call('ZREM', INSTANCES, ARGV[1]) end
redis.call('PEXPIRE', STREAMS, leaseMs)
redis.call('ZADD', INSTANCES, digits(now() + leaseMs), ARGV[1])
redis.call('PEXPIRE', INSTANCES, leaseMs)
return 1
