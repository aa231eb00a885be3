-- Appends an event, once for each key. Progress that would fall is raised to the last.
--
-- ARGV  4 generation · 5 epoch · 6 seen · 7 key · 8 body as JSON · 9 stage and 10 progress, both empty unless it has them
-- gives { 'written', sequence }, or why the lease does not hold

local field, body, stage, progress = 'event:' .. ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local refused, ending = refusal(ARGV[4], ARGV[5], ARGV[6])
if refused then return { refused, ending } end
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
