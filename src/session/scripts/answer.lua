-- Takes an answer, or ends the session when it comes too late: this clock decides.
--
-- ARGV  4 generation that the digest was made for · 5 interaction id · 6 digest of the answer · 7 token of this call
--       8 answer as JSON · 9 body of the acknowledgement as JSON
--       10 body of the end while a question is open · 11 body of the end otherwise · 12 the first stage
-- gives { 'received', last sequence }, for the same token as often as it is sent; { 'duplicate' };
--       { 'already_answered' }; { 'interaction_not_found' }; { 'session_not_found' }; { 'ended', last entry };
--       or { 'paused', for so many ms }

local id, digest, token = ARGV[5], ARGV[6], ARGV[7]
if about('generation') ~= ARGV[4] then return { 'session_not_found' } end
local question = redis.call('HMGET', RECORD, 'until:' .. id, 'digest:' .. id, 'receipt:' .. id)
if not question[1] then return { 'interaction_not_found' } end
if question[3] == token then return { 'received', tonumber(about('last')) } end
if question[2] == digest then return { 'duplicate' } end
if question[2] then return { 'already_answered' } end

if not endIfOverdue(ARGV[10], ARGV[11]) then return { 'ended', lastEntry() } end
local pausedMs = pausedFor(id)
if pausedMs then return { 'paused', pausedMs } end

redis.call('HSET', RECORD, 'digest:' .. id, digest, 'receipt:' .. id, token)
redis.call('HSET', WORK, 'answer:' .. id, ARGV[8])
if not about('stage') then redis.call('HSET', RECORD, 'stage', ARGV[12], 'progress', 0) end
local at = redis.call('HMGET', RECORD, 'stage', 'progress')
local last = write(ARGV[9], 'stage', at[1], 'progress', at[2])
tell(last)
return { 'received', last }
