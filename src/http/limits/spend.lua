-- Counts calls in a window that begins with the first of them. A count never lives without an expiry.
--
-- KEYS  1 count of one caller's calls of one kind: a number
-- ARGV  1 calls to count · 2 how long a window is, in seconds
-- gives { calls in the window, these included; ms until it is over }

redis.call('SET', KEYS[1], 0, 'EX', ARGV[2], 'NX')
return { redis.call('INCRBY', KEYS[1], ARGV[1]), redis.call('PTTL', KEYS[1]) }
