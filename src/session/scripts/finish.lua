-- Appends the last entry, and deletes answers and recorded steps in the same step. An error also ends a log that went
-- back in time, which becomes another log by it: whoever reads it notices.
--
-- ARGV  4 generation · 5 epoch · 6 seen · 7 results or error · 8 body as JSON · 9 token of this call
-- gives { 'written', sequence, 1 where the log had gone back in time or else 0 }, for the same token as often as it is
--       sent; or why the lease does not hold

local kind, body, token = ARGV[7], ARGV[8], ARGV[9]
if about('endToken') == token then
  return { 'written', tonumber(about('last')), about('generation') == token and 1 or 0 }
end
local refused, ending = refusal(ARGV[4], ARGV[5], ARGV[6])
local rewound = refused == 'rewound' and kind == 'error'
if refused and not rewound then return { refused, ending } end
redis.call('HSET', RECORD, 'endToken', token)
if rewound then redis.call('HSET', RECORD, 'generation', token) end
return { 'written', finish(kind, body), rewound and 1 or 0 }
