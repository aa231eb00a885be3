-- Ends a session whose time is over.
--
-- ARGV  4 body of the end while a question is open · 5 body of the end otherwise
-- gives { 'ended', last sequence, how, epoch }, { 'not_yet', ms until the next deadline } or { 'session_not_found' }

if not exists() then return { 'session_not_found' } end
local left = endIfOverdue(ARGV[4], ARGV[5])
if left then return { 'not_yet', left } end
local held = redis.call('HMGET', RECORD, 'last', 'end', 'epoch')
return { 'ended', tonumber(held[1]), held[2], held[3] }
