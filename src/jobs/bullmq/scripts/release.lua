-- Lets go of a job that goes on elsewhere, which is nobody's fault.
local job = jobKey(ARGV[1])
if redis.call('HGET', job, 'fence') ~= ARGV[2] then return 'lost' end
redis.call('HDEL', job, 'fence')
redis.call('HINCRBY', job, 'starts', -1)
return 'released'
