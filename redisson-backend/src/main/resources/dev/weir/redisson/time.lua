-- Redis' own clock is the only one: microseconds since 1970.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- Until `millis` since 1970. As a time and not as a span, which would be counted from when the call began, before `now`.
local function neededUntil(millis)
  return 'PXAT', string.format('%d', millis)
end
