-- Gives a job to the bot that asks, unless another has it, for so many milliseconds. Returns whether it has it now.
local key, bot, milliseconds = KEYS[1], ARGV[1], ARGV[2]
local other = redis.call('GET', key)
if other and other ~= bot then return 0 end
redis.call('SET', key, bot, 'PX', milliseconds)
return 1
