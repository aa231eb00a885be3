-- Says that an instance is gone. It does not come back: one that starts again has another name.
--
-- KEYS  1 instances: see heartbeat.lua
-- ARGV  1 instance

local held = redis.call('ZSCORE', KEYS[1], ARGV[1])
if held and tonumber(held) > 0 then
  redis.call('ZADD', KEYS[1], '-' .. digits(now()), ARGV[1])
end
return redis.status_reply('OK')
