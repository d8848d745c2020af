-- Gives a delivered job to the worker that asks, with a fencing token that is higher than all before it.
-- Returns what is to be done: 'nothing', 'wait', 'leave', as jobs are done with another model, or 'cancel', 'give up' or 'begin' with the token and
-- the job's data.
local kind, server, id, token = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local model, most, grace = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local line, job = lineKey(kind, server), jobKey(id)

-- BullMQ's lock says which delivery is the one that counts.
if redis.call('GET', queueKey(kind, id) .. ':lock') ~= token then return { 'nothing' } end
if redis.call('EXISTS', outcomeKey(id)) == 1 or redis.call('EXISTS', job) == 0 then return { 'nothing' } end
if redis.call('GET', modelKey) ~= model then return { 'leave' } end
local first = redis.call('LINDEX', line, 0)
while first ~= id do
  if not first then return { 'nothing' } end
  if not forsaken(kind, first, grace) then return { 'wait' } end
  first = leave(kind, server, first)
end

-- The clock keeps tokens rising even where Redis has lost the last one.
local fence = math.max(microseconds(), tonumber(redis.call('GET', root .. ':fence') or 0) + 1)
redis.call('SET', root .. ':fence', string.format('%d', fence))
redis.call('HSET', job, 'fence', string.format('%d', fence))
redis.call('SET', roundKey(kind), redis.call('HGET', job, 'round'))
if redis.call('HEXISTS', job, 'cancelled') == 1 then return { 'cancel', fence } end
if redis.call('HINCRBY', job, 'starts', 1) > most then return { 'give up', fence } end
return { 'begin', fence, redis.call('HGET', job, 'data') }
