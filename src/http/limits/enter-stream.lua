-- Counts a stream of an account, unless the account has as many at all living instances together as it may.
--
-- KEYS  1 instances  sorted set: each instance with the time until which what it said of its streams counts
--       2 streams    hash of this instance: an account's name, and how many streams of it are open here
-- ARGV  1 this instance · 2 what the names of such hashes begin with · 3 account's name · 4 the most · 5 lease in ms
-- gives 1 where it was counted, 0 where it would be one too many
--
-- The hashes of the other instances are named here: all of them are in the slot of the keys.

local INSTANCES, STREAMS, name, leaseMs = KEYS[1], KEYS[2], ARGV[3], tonumber(ARGV[5])
local at = now()

redis.call('ZREMRANGEBYSCORE', INSTANCES, '-inf', digits(at))
local open = tonumber(redis.call('HGET', STREAMS, name) or 0)
for _, instance in ipairs(redis.call('ZRANGE', INSTANCES, 0, -1)) do
  if instance ~= ARGV[1] then open = open + tonumber(redis.call('HGET', ARGV[2] .. instance, name) or 0) end
end
if open >= tonumber(ARGV[4]) then return 0 end
redis.call('HINCRBY', STREAMS, name, 1)
redis.call('PEXPIRE', STREAMS, leaseMs)
redis.call('ZADD', INSTANCES, digits(at + leaseMs), ARGV[1])
redis.call('PEXPIRE', INSTANCES, leaseMs)
return 1
