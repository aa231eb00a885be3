-- Gives the next turn. A refusal writes nothing.
--
-- ARGV  2 spacing in ms · 3 calls a window · 4 calls a month, empty for any number · 5 the longest wait in ms
--       6 how long the month's count is kept, in ms
-- gives { 'reserved', ms until the turn }, { 'busy', ms until a turn is near enough } or { 'spent' }

local spacingMs, calls, perMonth, mostWaitMs = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

-- First: who hears that it is busy comes again for nothing in a month that is spent.
if perMonth and tonumber(redis.call('GET', MONTH) or 0) >= perMonth then return { 'spent' } end

local turn = math.max(at, noted(redis.call('GET', HELD)) or at)
local newest = noted(redis.call('LINDEX', TURNS, 0))
if newest then
  local firstOfWindow = parse(redis.call('LINDEX', TURNS, calls - 1))
  turn = math.max(turn, newest + spacingMs, firstOfWindow and firstOfWindow + windowMs or turn)
end
turn = math.ceil(turn)
local waitMs = turn - at
if waitMs > mostWaitMs then return { 'busy', math.ceil(waitMs - mostWaitMs) } end

if not newest then redis.call('DEL', TURNS) end
redis.call('LPUSH', TURNS, digits(turn) .. ' ' .. digits(at))
redis.call('LTRIM', TURNS, 0, calls - 1)
-- No turn is before the newest, so none matters for longer.
redis.call('PEXPIRE', TURNS, digits(math.ceil(waitMs + math.max(windowMs, spacingMs))))
if perMonth and redis.call('INCR', MONTH) == 1 then redis.call('PEXPIRE', MONTH, ARGV[6]) end
return { 'reserved', waitMs }
