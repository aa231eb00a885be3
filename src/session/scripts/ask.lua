-- Puts questions together, each key once. All that are open then share one deadline.
--
-- ARGV  4 generation · 5 epoch · 6 seen · 7 timeout of one question in ms · then for each question its key and its
--       body as JSON
-- gives { 'written', last sequence }, or why the lease does not hold

local refused, ending = refusal(ARGV[4], ARGV[5], ARGV[6])
if refused then return { refused, ending } end
local asked = tonumber(about('asked'))
local known = {}
for number = 0, asked - 1 do
  known[about('key:interaction_' .. number)] = true
end
local fresh = {}
for index = 8, #ARGV, 2 do
  if not known[ARGV[index]] then
    known[ARGV[index]] = true
    fresh[#fresh + 1] = { key = ARGV[index], body = ARGV[index + 1] }
  end
end

local last = tonumber(about('last'))
if #fresh > 0 then
  local open, deadline = awaited()
  local expiresAt = math.min(now() + (#open + #fresh) * tonumber(ARGV[7]), tonumber(about('endsBy')))
  -- It stays when the question that brought it is answered: the others have it too.
  redis.call('HSET', RECORD, 'deadline', digits(#open == 0 and expiresAt or math.max(deadline, expiresAt)))
  expiresAt = digits(expiresAt)
  for offset, question in ipairs(fresh) do
    local id = 'interaction_' .. (asked + offset - 1)
    last = write(question.body, 'interaction', id, 'until', expiresAt)
    redis.call('HSET', RECORD, 'key:' .. id, question.key, 'sequence:' .. id, last, 'until:' .. id, expiresAt)
  end
  redis.call('HSET', RECORD, 'asked', asked + #fresh)
  tell(last)
end
return { 'written', last }
