-- Records what a step returned; the first record under a key stands.
--
-- ARGV  4 generation · 5 epoch · 6 seen · 7 key · 8 step as JSON
-- gives { 'written', last sequence }, or why the lease does not hold

local refused, ending = refusal(ARGV[4], ARGV[5], ARGV[6])
if refused then return { refused, ending } end
redis.call('HSETNX', WORK, 'step:' .. ARGV[7], ARGV[8])
return { 'written', tonumber(about('last')) }
