-- Takes a job out of the line where nobody does it, and else has its worker told.
-- Returns 'gone', 'told', or 'left' and the job that is first now.
local kind, server, id = ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', jobKey(id)) == 0 then return { 'gone' } end
if worked(kind, id) then
  redis.call('HSET', jobKey(id), 'cancelled', 1)
  redis.call('PUBLISH', root .. ':stop:' .. id, '')
  return { 'told' }
end
return { 'left', leave(kind, server, id) }
