-- Appends an event, once for each key. Progress that would fall is raised to the last.
--
-- ARGV  4 generation · 5 epoch · 6 key · 7 body as JSON · 8 stage and 9 progress, both empty unless it has them
-- gives { 'written', sequence } or { 'stale' }

local field, body, stage, progress = 'event:' .. ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if not holds(ARGV[4], ARGV[5]) then return { 'stale' } end
local before = redis.call('HGET', WORK, field)
if before then return { 'written', tonumber(before) } end

local sequence
if stage == '' then
  sequence = write(body)
else
  local least = about('progress') or '0'
  if tonumber(progress) < tonumber(least) then progress = least end
  redis.call('HSET', RECORD, 'stage', stage, 'progress', progress)
  sequence = write(body, 'progress', progress)
end
redis.call('HSET', WORK, field, sequence)
tell(sequence)
return { 'written', sequence }
