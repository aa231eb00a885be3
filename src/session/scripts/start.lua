-- Begins a session, unless there is one of that name.
--
-- ARGV  4 start token · 5 generation · 6 secret · 7 input as JSON · 8 parentId
--       9 first instance · 10 longest life in ms · 11 retention in ms · 12 account and session id as JSON
-- gives { 'started', generation, startedAt, endsBy }, for the same token as often as it is sent,
--       or { 'exists', input as JSON }

local token, input = ARGV[4], ARGV[7]
local before = redis.call('HMGET', RECORD, 'startToken', 'generation', 'startedAt', 'endsBy', 'input')
if before[1] == token then
  return { 'started', before[2], before[3], before[4] }
end
if before[1] then
  return { 'exists', before[5] }
end

local startedAt = now()
local endsBy = startedAt + tonumber(ARGV[10])
local forgetAt = digits(endsBy + tonumber(ARGV[11]))
redis.call('HSET', RECORD,
  'startToken', token, 'who', ARGV[12], 'generation', ARGV[5], 'secret', ARGV[6], 'input', input, 'parentId', ARGV[8],
  'instance', ARGV[9], 'epoch', 1, 'last', 0, 'asked', 0, 'retentionMs', ARGV[11],
  'startedAt', digits(startedAt), 'endsBy', digits(endsBy), 'forgetAt', forgetAt)
-- Made here, so that no later write has to give it its expiry.
redis.call('HSET', WORK, 'begun', 1)
redis.call('PEXPIREAT', RECORD, forgetAt)
redis.call('PEXPIREAT', WORK, forgetAt)
runOn(ARGV[9])
tell(0)
return { 'started', ARGV[5], digits(startedAt), digits(endsBy) }
