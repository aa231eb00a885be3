-- Takes a session over from the epoch that is named.
--
-- ARGV  4 epoch · 5 instance
-- gives { generation, epoch, last sequence }, or nothing when the session is gone, has ended or is at another epoch;
--       the same instance gets it again when the reply was lost

local epoch, instance = ARGV[4], ARGV[5]
if not exists() or about('end') then return false end
local nextEpoch = digits(tonumber(epoch) + 1)
if about('epoch') == epoch then
  redis.call('HSET', RECORD, 'epoch', nextEpoch, 'instance', instance)
end
local held = redis.call('HMGET', RECORD, 'epoch', 'instance', 'generation', 'last')
if held[1] ~= nextEpoch or held[2] ~= instance then return false end
runOn(instance)
return { held[3], held[1], tonumber(held[4]) }
