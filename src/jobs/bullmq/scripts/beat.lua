-- Notes that a worker is there, for so many milliseconds. Its model becomes the one that jobs are done with where there is none, as no worker with
-- that is there, and it asks for that. Returns that model and what its workers call it, or nothing.
local id, model, name, slots, takes, holds = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5] == 'takes', tonumber(ARGV[6])
local at = now()
redis.call('HSET', workersKey, id, cjson.encode({ model = model, name = name, slots = slots, at = at }))

local current, called = redis.call('GET', modelKey), nil
local workers = redis.call('HGETALL', workersKey)
for i = 1, #workers, 2 do
  local worker = cjson.decode(workers[i + 1])
  if at - worker.at > holds then redis.call('HDEL', workersKey, workers[i])
  elseif worker.model == current then called = worker.name end
end
if not called then
  redis.call('DEL', modelKey)
  if takes then
    redis.call('SET', modelKey, model)
    current, called = model, name
  end
end
redis.call('PEXPIRE', workersKey, holds)
redis.call('PEXPIRE', modelKey, holds)
return called and { current, called } or {}
