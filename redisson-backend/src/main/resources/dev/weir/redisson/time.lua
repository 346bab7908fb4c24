-- Redis' own clock is the only one: microseconds since 1970.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local LEAST_MILLIS = 1
