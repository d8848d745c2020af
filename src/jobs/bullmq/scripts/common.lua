-- Before each of the other scripts. All keys share the hash tag of KEYS[1], so that a cluster keeps them together.
local root, queues = KEYS[1], KEYS[2]
local workersKey, modelKey = root .. ':workers', root .. ':model'

local function jobKey(id) return root .. ':job:' .. id end
local function outcomeKey(id) return root .. ':outcome:' .. id end
local function lineKey(kind, server) return root .. ':line:' .. kind .. ':' .. server end
local function orderKey(kind) return root .. ':order:' .. kind end
local function roundKey(kind) return root .. ':round:' .. kind end
local function queueKey(kind, id) return queues .. ':' .. kind .. ':job-' .. id end

-- Microseconds on the clock of Redis: those of bots and workers may be wrong. Below 2^53 until the year 2255.
local function microseconds()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

-- The same in milliseconds.
local function now() return math.floor(microseconds() / 1000) end

-- Takes a job out of its line. Returns the job that is first now.
local function leave(kind, server, id)
  local place = redis.call('HGET', jobKey(id), 'place')
  redis.call('LREM', lineKey(kind, server), 1, id)
  if place then redis.call('ZREM', orderKey(kind), place) end
  redis.call('DEL', jobKey(id))
  if redis.call('ZCARD', orderKey(kind)) == 0 then redis.call('DEL', roundKey(kind)) end
  return redis.call('LINDEX', lineKey(kind, server), 0)
end

-- Whether whoever put it into the line never put it into the queue.
local function forsaken(kind, id, grace)
  local at = redis.call('HGET', jobKey(id), 'at')
  if not at then return true end
  return now() - at > grace and redis.call('EXISTS', queueKey(kind, id)) == 0
end

-- Whether a worker is at it: one that is gone lets go of the lock after a while.
local function worked(kind, id)
  return redis.call('HEXISTS', jobKey(id), 'fence') == 1 and redis.call('EXISTS', queueKey(kind, id) .. ':lock') == 1
end
