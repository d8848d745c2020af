-- What has become of a job that a worker does: 'held', 'cancelled' or 'lost', where it is another's by now.
-- Where it got on, it counts as begun for the first time.
local job = jobKey(ARGV[1])
if redis.call('HGET', job, 'fence') ~= ARGV[2] then return 'lost' end
if ARGV[3] == 'got on' then redis.call('HSET', job, 'starts', 0) end
return redis.call('HEXISTS', job, 'cancelled') == 1 and 'cancelled' or 'held'
