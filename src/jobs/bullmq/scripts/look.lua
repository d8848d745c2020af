-- How a job is: its outcome; 'missing'; or 'begun' or 'waits', also again where its worker is gone, how many are before it, whether it is in
-- the queue, and the first of its line.
local kind, server, id = ARGV[1], ARGV[2], ARGV[3]
local outcome = redis.call('GET', outcomeKey(id))
if outcome then return { 'ended', outcome } end
local place = redis.call('HGET', jobKey(id), 'place')
if not place then return { 'missing' } end
local begun = worked(kind, id)
return {
  begun and 'begun' or 'waits',
  redis.call('ZRANK', orderKey(kind), place) or 0,
  redis.call('EXISTS', queueKey(kind, id)),
  redis.call('LINDEX', lineKey(kind, server), 0),
}
