-- The sessions of a shard that an instance runs.
--
-- KEYS  1 running: see session.lua
-- ARGV  1 the instance
-- gives { names of sessions … }

local found = {}
local running = redis.call('HGETALL', KEYS[1])
for index = 1, #running, 2 do
  if running[index + 1] == ARGV[1] then found[#found + 1] = running[index] end
end
return found
