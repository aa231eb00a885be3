-- What each script of a budget begins with: it is put between time.lua and the script's own text.
--
-- KEYS  1 turns  list: the last turns that were given, newest first, each as `<turn> <when it was given>`
--       2 held   text: `<until when no turn is> <when that was said>`
--       3 month  text: the calls that count for the month
-- ARGV  1 window in ms
--
-- All three keys are in one slot of a cluster. Times are in ms since the Unix epoch, by the clock of Redis.

local TURNS, HELD, MONTH = KEYS[1], KEYS[2], KEYS[3]
local windowMs = tonumber(ARGV[1])
local at = now()

-- The time that was noted, and when it was; nothing where there is none.
local function parse(entry)
  local time, since = string.match(entry or '', '^(%d+) (%d+)$')
  return tonumber(time), tonumber(since)
end

-- The time that was noted and still counts. Where the clock has gone back by more than a window since, as when a replica
-- with another clock takes over, it may be any time away, and does not. Of the turns the newest stands for all.
local function noted(entry)
  local time, since = parse(entry)
  if not time or since - at > windowMs then return nil end
  return time
end
