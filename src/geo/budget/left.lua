-- What was given away.
--
-- gives { now, until when no turn is or now, calls that count for the month, turns, newest first … }

local held = noted(redis.call('GET', HELD)) or at
local found = { at, held, tonumber(redis.call('GET', MONTH) or 0) }
local turns = redis.call('LRANGE', TURNS, 0, -1)
if not noted(turns[1]) then return found end
for _, entry in ipairs(turns) do
  found[#found + 1] = (parse(entry))
end
return found
