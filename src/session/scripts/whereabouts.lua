-- Who runs a session. One that does not run any more is taken out of the list of those that do.
--
-- gives { account and session id as JSON, instance, epoch } or nothing

local held = redis.call('HMGET', RECORD, 'who', 'instance', 'epoch', 'end')
if held[1] and not held[4] then return { held[1], held[2], held[3] } end
redis.call('HDEL', RUNNING, NAME)
return false
