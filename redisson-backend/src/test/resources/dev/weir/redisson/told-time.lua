-- The head of the tests: the time is told, as the last argument.
local now = tonumber(ARGV[#ARGV])
local LEAST_MILLIS = 3600000
