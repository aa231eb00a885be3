-- Has this instance rung no more.

redis.call('SREM', WATCHERS, INSTANCE)
return redis.status_reply('OK')
