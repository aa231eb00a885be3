-- The instances that are alive.
--
-- KEYS  1 instances: see heartbeat.lua
-- ARGV  1 lease in ms
-- gives { instances … }

return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. digits(now() - tonumber(ARGV[1])), '+inf')
