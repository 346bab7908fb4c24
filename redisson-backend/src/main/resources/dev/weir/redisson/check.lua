-- What a server must be able to do, how it forgets, and whose secret its limits are kept under. Behind time.lua.
--
-- KEYS[1]   where the fingerprint of the secret stands
-- ARGV[1]   the fingerprint of ours, to stand there if there is none
-- ARGV[2]   how long it is remembered from now on, in s
-- Reply     { now in us, what INFO says of the server, of memory, and of what was done so far, the fingerprint that stands there }

redis.call('SET', KEYS[1], ARGV[1], 'NX')
local known = redis.call('GET', KEYS[1])
redis.call('SETRANGE', KEYS[1], 0, known) -- changes nothing: decisions need the command
if known == ARGV[1] or redis.call('PTTL', KEYS[1]) < 0 then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
local function info(section)
  return redis.call('INFO', section)
end
return { now, info('server'), info('memory'), info('stats'), known }
