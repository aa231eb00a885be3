-- What is known of a session.
--
-- gives { record as fields and values, the entries of its questions in order, the last entry of its log where it has
--       ended } or nothing when there is no such session

if not exists() then return false end
local questions = {}
for number = 0, tonumber(about('asked')) - 1 do
  local id = about('sequence:interaction_' .. number) .. '-0'
  questions[#questions + 1] = redis.call('XRANGE', LOG, id, id)[1]
end
return { redis.call('HGETALL', RECORD), questions, about('end') and lastEntry() }
