-- A worker is no longer there. The next beat of any other finds out whether it was the last with its model.
redis.call('HDEL', workersKey, ARGV[1])
