-- Appends the last entry, and deletes answers and recorded steps in the same step.
--
-- ARGV  4 generation · 5 epoch · 6 results or error · 7 body as JSON
-- gives { 'written', sequence } or { 'stale' }

if not holds(ARGV[4], ARGV[5]) then return { 'stale' } end
return { 'written', finish(ARGV[6], ARGV[7]) }
