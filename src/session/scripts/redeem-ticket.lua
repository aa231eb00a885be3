-- Who a ticket speaks for.
--
-- KEYS  1 ticket: see issue-ticket.lua
-- gives { account as JSON, when the ticket expires in ms since the epoch } or nothing when there is no such ticket

local account = redis.call('GET', KEYS[1])
if not account then return false end
return { account, digits(redis.call('PEXPIRETIME', KEYS[1])) }
