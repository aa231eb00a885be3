-- For how long no turn is.
--
-- gives ms from now, 0 where turns are

return math.max(0, (noted(redis.call('GET', HELD)) or at) - at)
