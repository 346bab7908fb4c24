-- What a server must be able to do, and how it forgets. Behind time.lua.
--
-- KEYS[1]   any key of ours
-- Reply     { now in us, what INFO says of memory }

redis.call('GET', KEYS[1])
return { now, redis.call('INFO', 'memory') }
