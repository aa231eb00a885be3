-- No turn is given within some time from now. What was said before stands where it is for longer.
--
-- ARGV  2 for how many ms

local forMs = math.ceil(tonumber(ARGV[2]))
local before = math.max(at, noted(redis.call('GET', HELD)) or at)
if at + forMs > before then
  redis.call('SET', HELD, digits(at + forMs) .. ' ' .. digits(at), 'PX', digits(forMs))
end
return redis.status_reply('OK')
