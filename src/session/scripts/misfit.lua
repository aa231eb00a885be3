-- Counts an answer that does not fit its question. The count is the session's, and goes with it.
--
-- ARGV  4 interaction id · 5 token of this call · 6 the count from which each one begins a pause · 7 how long one is, in ms
-- gives { 'taken' }, for the same token as long as no other came; or { 'paused', for so many ms }

local id, token = ARGV[4], ARGV[5]
local question = redis.call('HMGET', RECORD, 'until:' .. id, 'digest:' .. id, 'misfit:' .. id)
if not question[1] or question[2] or about('end') or question[3] == token then return { 'taken' } end

local pausedMs = pausedFor(id)
if pausedMs then return { 'paused', pausedMs } end

redis.call('HSET', RECORD, 'misfit:' .. id, token)
if redis.call('HINCRBY', RECORD, 'misfits:' .. id, 1) >= tonumber(ARGV[6]) then
  local pausedUntil = math.min(now() + tonumber(ARGV[7]), tonumber(about('deadline')))
  redis.call('HSET', RECORD, 'pausedUntil:' .. id, digits(pausedUntil))
end
return { 'taken' }
