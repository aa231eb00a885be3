-- What each script of a session begins with: it is put between time.lua and the script's own text.
--
-- KEYS  1 record    hash: what a session is; kept until it is forgotten
--       2 log       stream: its events, each under the id <sequence>-0; kept until it is forgotten
--       3 work      hash: event keys, recorded steps, answers; deleted at the session's end
--       4 watchers  set: the instances that are to be rung
--       5 changes   stream: the sessions of this shard that changed, capped; for whoever missed a ring
--       6 running   hash: the sessions of this shard that have not ended, and the instance that runs each
-- ARGV  1 this instance: it rings its own watchers itself
--       2 what every bell's channel begins with
--       3 the session's name
--
-- All six keys are in one slot of a cluster. Bodies of events are JSON texts that no script looks into.

local RECORD, LOG, WORK, WATCHERS, CHANGES, RUNNING = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local INSTANCE, BELLS, NAME = ARGV[1], ARGV[2], ARGV[3]

local function about(field)
  return redis.call('HGET', RECORD, field)
end

local function exists()
  return redis.call('EXISTS', RECORD) == 1
end

-- Why a lease does not hold, nothing where it does: the fence before every write of a runner. `session_not_found` when
-- there is none; `stale` when it is another's, even if it has ended since, or another session; `ended`, and how;
-- `rewound` when the log is older than what the lease has seen.
local function refusal(generation, epoch, seen)
  local held = redis.call('HMGET', RECORD, 'generation', 'epoch', 'last', 'end')
  if not held[1] then return 'session_not_found' end
  if held[1] ~= generation or tonumber(held[2]) > tonumber(epoch) then return 'stale' end
  if held[4] then return 'ended', held[4] end
  if tonumber(held[2]) < tonumber(epoch) or tonumber(held[3]) < tonumber(seen) then return 'rewound' end
  return nil
end

-- A key that was just made is forgotten with its session.
local function keep(key)
  redis.call('PEXPIREAT', key, about('forgetAt'))
end

-- Says which instance runs the session. The list is kept for at least as long as every session in it.
local function runOn(instance)
  redis.call('HSET', RUNNING, NAME, instance)
  local forgetAt = about('forgetAt')
  -- Not PEXPIREAT with GT, which leaves a key without an expiry as it is: this list may have just been made.
  if redis.call('PEXPIRETIME', RUNNING) < tonumber(forgetAt) then
    redis.call('PEXPIREAT', RUNNING, forgetAt)
  end
end

-- Tells whoever watches the session that its log has come to `last`.
local function tell(last)
  redis.call('XADD', CHANGES, 'MAXLEN', '~', 1000, '*', 'session', NAME, 'last', last)
  -- As long as a session is kept after its end: nothing of one that is forgotten is left, and whoever looks has looked.
  local keptMs = about('retentionMs')
  redis.call('XTRIM', CHANGES, 'MINID', digits(now() - tonumber(keptMs)))
  redis.call('PEXPIRE', CHANGES, keptMs)
  local message = '{"session":"' .. NAME .. '","last":' .. last .. '}'
  for _, instance in ipairs(redis.call('SMEMBERS', WATCHERS)) do
    if instance ~= INSTANCE then
      redis.call('PUBLISH', BELLS .. instance, message)
    end
  end
end

-- Appends an event under the next number, with fields that are laid over its body when it is read.
local function write(body, ...)
  local sequence = redis.call('HINCRBY', RECORD, 'last', 1)
  redis.call('XADD', LOG, sequence .. '-0', 'at', digits(now()), 'body', body, ...)
  if sequence == 1 then keep(LOG) end
  return sequence
end

-- Appends the last entry; what the work needed goes in the same step. `ending` is an Ending of session-store.ts.
local function finish(ending, body, ...)
  local sequence = write(body, ...)
  local forgetAt = digits(now() + tonumber(about('retentionMs')))
  redis.call('HSET', RECORD, 'end', ending, 'forgetAt', forgetAt)
  redis.call('DEL', WORK)
  redis.call('HDEL', RUNNING, NAME)
  for _, key in ipairs({ RECORD, LOG, WATCHERS }) do
    redis.call('PEXPIREAT', key, forgetAt)
  end
  tell(sequence)
  return sequence
end

-- For how many ms a question takes no answer; nothing where it takes one.
local function pausedFor(id)
  local left = tonumber(redis.call('HGET', RECORD, 'pausedUntil:' .. id) or 0) - now()
  return left > 0 and left or nil
end

-- The open questions, the one that has waited longest first, and when the session ends unless something happens.
local function awaited()
  local open = {}
  for number = 0, tonumber(about('asked')) - 1 do
    local id = 'interaction_' .. number
    if redis.call('HEXISTS', RECORD, 'digest:' .. id) == 0 then open[#open + 1] = id end
  end
  return open, tonumber(about(open[1] and 'deadline' or 'endsBy'))
end

-- Ends a session whose time is over: with one body while a question is open, otherwise with the other. Gives how many
-- ms there are to the next deadline, nothing once the session has ended.
local function endIfOverdue(unanswered, overdue)
  if about('end') then return nil end
  local open, deadline = awaited()
  local left = deadline - now()
  if left > 0 then return left end
  local where = redis.call('HMGET', RECORD, 'parentId', 'stage')
  if open[1] then
    finish('timeout', unanswered, 'parentId', where[1], 'stage', where[2] or '', 'interaction', open[1])
  else
    finish('overrun', overdue, 'parentId', where[1], 'stage', where[2] or '')
  end
  return nil
end

local function lastEntry()
  return redis.call('XREVRANGE', LOG, '+', '-', 'COUNT', 1)[1]
end
