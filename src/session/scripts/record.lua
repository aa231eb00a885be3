-- Records what a step returned; the first record under a key stands.
--
-- ARGV  4 generation · 5 epoch · 6 key · 7 step as JSON
-- gives { 'written', last sequence } or { 'stale' }

if not holds(ARGV[4], ARGV[5]) then return { 'stale' } end
redis.call('HSETNX', WORK, 'step:' .. ARGV[6], ARGV[7])
return { 'written', tonumber(about('last')) }
