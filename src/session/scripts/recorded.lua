-- What earlier runs recorded.
--
-- ARGV  4 generation · 5 epoch · 6 seen
-- gives { 'recorded', record, work } or, where the log is older than what the lease has seen, { 'rewound', record, work },
--       both as fields and values; or why else the lease does not hold

local refused, ending = refusal(ARGV[4], ARGV[5], ARGV[6])
if refused and refused ~= 'rewound' then return { refused, ending } end
return { refused or 'recorded', redis.call('HGETALL', RECORD), redis.call('HGETALL', WORK) }
