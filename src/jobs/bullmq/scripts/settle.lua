-- Ends a job with its outcome, where it is still the worker's. Returns 'lost', or 'settled' and the job that is first now.
local kind, server, id, fence, milliseconds, outcome = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if redis.call('HGET', jobKey(id), 'fence') ~= fence then return { 'lost' } end
redis.call('SET', outcomeKey(id), outcome, 'PX', milliseconds)
local next = leave(kind, server, id)
redis.call('PUBLISH', root .. ':told:' .. id, '')
return { 'settled', next }
