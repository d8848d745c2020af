-- The model that jobs are done with, and what each of its workers does at once, where something was heard of it within so many milliseconds.
local silent = tonumber(ARGV[1])
local current, at = redis.call('GET', modelKey), now()
local found = { current or '' }
for _, text in ipairs(redis.call('HVALS', workersKey)) do
  local worker = cjson.decode(text)
  if worker.model == current and at - worker.at <= silent then found[#found + 1] = worker.slots end
end
return found
