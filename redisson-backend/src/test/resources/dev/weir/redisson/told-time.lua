-- The head of the tests: the time is told, as the last argument, and what was last said to be needed is noted.
local now = tonumber(ARGV[#ARGV])
local lastNeeded = -1

local function neededUntil(millis)
  lastNeeded = millis
  return 'PX', '3600000'
end
