-- Who shares the limits. Behind time.lua.
--
-- KEYS[1]   the processes, each with the time when it was last seen, in ms
-- ARGV[1]   the one that is here now
-- ARGV[2]   for how long one is remembered that says no more, in ms; so is the key
-- Reply     { how many there are, this one included }

local millis = math.floor(now / 1000)
redis.call('ZADD', KEYS[1], string.format('%d', millis), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', millis - tonumber(ARGV[2])))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { redis.call('ZCARD', KEYS[1]) }
