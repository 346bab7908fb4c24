-- What stands at KEYS[1], from the master: a plain GET goes to a replica where a client is told to read there. Reply: { text or false }

return { redis.call('GET', KEYS[1]) }
