-- Ends a session, unless it has ended.
--
-- ARGV  4 body of the end as JSON · 5 body of the end when it is overdue while a question is open · 6 and otherwise
-- gives the record as fields and values, empty when there is none

if not exists() then return {} end
if endIfOverdue(ARGV[5], ARGV[6]) then finish('cancelled', ARGV[4]) end
return redis.call('HGETALL', RECORD)
