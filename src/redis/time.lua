-- What every script begins with: it is put before the script's own text.

-- A number as digits: Lua would write 1.8e+12.
local function digits(number)
  return string.format('%.0f', number)
end

-- Milliseconds since the Unix epoch, by the one clock that all instances share.
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
