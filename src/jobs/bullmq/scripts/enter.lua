-- Puts a job at the end of its server's line, unless it is there or has ended.
-- Returns 'full', or 'here' and whether it is the first.
local kind, server, id, most, data = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local line = lineKey(kind, server)

if redis.call('EXISTS', outcomeKey(id)) == 1 then return { 'here', 1 } end
if redis.call('EXISTS', jobKey(id)) == 0 then
  if redis.call('LLEN', line) >= most then return { 'full' } end
  -- In the round after its server's last one; the number makes the order of a round that of coming.
  local round = tonumber(redis.call('GET', roundKey(kind)) or 0)
  local last = redis.call('LINDEX', line, -1)
  local before = last and redis.call('HGET', jobKey(last), 'round')
  if before then round = math.max(round, tonumber(before) + 1) end
  local place = string.format('%016d:%s', redis.call('INCR', root .. ':count'), id)
  redis.call('RPUSH', line, id)
  redis.call('ZADD', orderKey(kind), round, place)
  redis.call('HSET', jobKey(id), 'place', place, 'round', round, 'at', now(), 'data', data)
end
return { 'here', redis.call('LINDEX', line, 0) == id and 1 or 0 }
