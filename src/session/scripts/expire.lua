-- Ends a session whose time is over.
--
-- ARGV  4 body of the end while a question is open · 5 body of the end otherwise
-- gives { 'ended', last sequence }, { 'not_yet', ms until the next deadline } or { 'session_not_found' }

if not exists() then return { 'session_not_found' } end
endIfOverdue(ARGV[4], ARGV[5])
if about('end') then return { 'ended', tonumber(about('last')) } end
local _, deadline = awaited()
return { 'not_yet', deadline - now() }
