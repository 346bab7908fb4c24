-- What a server must be able to do, how it forgets, and whose secret its limits are kept under. Behind time.lua.
--
-- KEYS[1]   where the fingerprint of the secret stands
-- ARGV[1]   the fingerprint of ours
-- ARGV[2]   how long it is remembered if there was none, in s
-- Reply     { now in us, what INFO says of memory, the fingerprint that stands there now }

redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2])
return { now, redis.call('INFO', 'memory'), redis.call('GET', KEYS[1]) }
