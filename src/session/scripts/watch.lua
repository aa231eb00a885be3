-- Has this instance rung at every change of a session, if there is one.
--
-- gives { id of the shard's last change, last sequence, ms until the session is forgotten }; the first is empty where
--       there was none, the others are -1 where there is no such session

local change = redis.call('XREVRANGE', CHANGES, '+', '-', 'COUNT', 1)[1]
local at = change and change[1] or ''
if not exists() then return { at, -1, -1 } end
redis.call('SADD', WATCHERS, INSTANCE)
keep(WATCHERS)
return { at, tonumber(about('last')), redis.call('PTTL', RECORD) }
