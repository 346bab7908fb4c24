-- Whether decisions could be written. KEYS[1] is nobody's, and gone in a second.
redis.call('SET', KEYS[1], '', 'PX', '1000')
return {}
