-- The sessions of a shard whose instance is not alive.
--
-- KEYS  1 running: see session.lua
-- ARGV  1 the instance that asks · then every instance that is alive
-- gives { how many the asking instance runs, names of sessions … }

local alive = {}
for _, instance in ipairs(ARGV) do
  alive[instance] = true
end
local found, own = { 0 }, 0
local running = redis.call('HGETALL', KEYS[1])
for index = 1, #running, 2 do
  local instance = running[index + 1]
  if instance == ARGV[1] then own = own + 1 end
  if not alive[instance] then found[#found + 1] = running[index] end
end
found[1] = own
return found
