-- Writes ARGV[1] at KEYS[1], for ARGV[2] ms. An error where something else than a text stands, which is left alone. Reply: {}

redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {}
