-- Lets go of a job that goes on elsewhere. It counts as begun where that is asked for, and else is nobody's fault.
local job = jobKey(ARGV[1])
if redis.call('HGET', job, 'fence') ~= ARGV[2] then return 'lost' end
redis.call('HDEL', job, 'fence')
if ARGV[3] ~= 'counts' then redis.call('HINCRBY', job, 'starts', -1) end
return 'released'
