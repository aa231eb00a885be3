-- Keeps who a ticket speaks for.
--
-- KEYS  1 ticket: a text that is kept until the ticket expires
-- ARGV  1 account as JSON · 2 when the ticket expires, in ms since the epoch, empty for never · 3 the longest that it
--       may hold, in ms
-- gives when it expires, in ms since the epoch

local expiresAt = math.floor(math.min(tonumber(ARGV[2]) or math.huge, now() + tonumber(ARGV[3])))
redis.call('SET', KEYS[1], ARGV[1], 'PXAT', digits(expiresAt))
return digits(expiresAt)
