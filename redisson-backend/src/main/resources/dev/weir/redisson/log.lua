-- The kernel of the sliding window log, behind kernel.lua, which says what a kernel is.
--
-- The log's words: how many pairs (-1: nothing was ever taken), the latest time as of which pairs were forgotten in us and ns, the
-- sum of all counts. Its pairs, oldest first, stand in s.pairs, packed: us, ns, count. A pair may count 0, but not the first or
-- the last. It is kept with MOST_PAIRS at most; where more were taken, neighbours are merged into the later one, so that permits come
-- back later, never earlier.

local log = { words = 4, grows = true }
local MOST_PAIRS = 2048

function log.fresh()
  return { -1, 0, 0, 0, pairs = '' }
end

local function pairAt(s, i)
  local us, ns, count = struct.unpack('>ddd', s.pairs, 1 + i * PAIR)
  return us, ns, count
end

local function setPair(s, i, us, ns, count)
  s.pairs = s.pairs:sub(1, i * PAIR) .. struct.pack('>ddd', us, ns, count) .. s.pairs:sub((i + 1) * PAIR + 1)
end

-- That time, or the latest as of which pairs were forgotten if that is later.
local function notBeforeSeen(s, us, ns)
  if s[1] < 0 or less(s[2], s[3], us, ns) then
    return us, ns
  end
  return s[2], s[3]
end

-- The first pair at that time or later, from 0; how many there are if there is none.
local function firstFrom(s, us, ns)
  local from, to = 0, math.max(0, s[1])
  while from < to do
    local middle = floor((from + to) / 2)
    local at, atNs = pairAt(s, middle)
    if less(at, atNs, us, ns) then
      from = middle + 1
    else
      to = middle
    end
  end
  return from
end

local function dropHead(s, pairs)
  for i = 0, pairs - 1 do
    local _, _, count = pairAt(s, i)
    s[4] = s[4] - count
  end
  while pairs < s[1] do
    local _, _, count = pairAt(s, pairs)
    if count > 0 then
      break
    end
    pairs = pairs + 1
  end
  s[1], s.pairs = s[1] - pairs, s.pairs:sub(pairs * PAIR + 1)
end

-- Forgets what is over by then, and notes that it is that late.
function log.catchUp(limit, s, us, ns)
  if s[1] < 0 then
    return
  end
  us, ns = notBeforeSeen(s, us, ns)
  s[2], s[3] = us, ns
  local live, liveNs = plus(us - limit.period, ns, 0, 1)
  dropHead(s, firstFrom(s, live, liveNs))
end

-- The first pair that counts at that time, and how many permits do.
local function counted(limit, s, us, ns)
  us, ns = notBeforeSeen(s, us, ns)
  local live, liveNs = plus(us - limit.period, ns, 0, 1)
  local oldest, sum = firstFrom(s, live, liveNs), s[4]
  for i = 0, oldest - 1 do
    local _, _, count = pairAt(s, i)
    sum = sum - count
  end
  return oldest, sum
end

function log.wait(limit, s, us, ns)
  local last, sum = counted(limit, s, us, ns)
  local missing = sum + limit.cost - limit.permits
  if missing <= 0 then
    return 0, 0
  end
  while true do
    local at, atNs, count = pairAt(s, last)
    missing = missing - count
    if missing <= 0 then
      return minus(at + limit.period, atNs, us, ns)
    end
    last = last + 1
  end
end

-- As the log is to be kept.
function log.shrink(limit, s)
  if s[1] <= MOST_PAIRS then
    return
  end
  local slot = 1
  while slot * MOST_PAIRS / 2 < limit.period do
    slot = slot * 2
  end
  repeat
    local merged, size = {}, 0
    local before, sum
    for i = 0, s[1] - 1 do
      local us, ns, count = pairAt(s, i)
      if count > 0 then
        if before == floor(us / slot) then
          sum = sum + count
        else
          before, sum, size = floor(us / slot), count, size + 1
        end
        merged[size] = struct.pack('>ddd', us, ns, sum)
      end
    end
    s[1], s.pairs = size, table.concat(merged)
    slot = slot * 2
  until s[1] <= MOST_PAIRS * 3 / 4
end

local function add(limit, s, us, ns, permits)
  us, ns = notBeforeSeen(s, us, ns)
  s[4] = s[4] + permits
  if s[1] > 0 then
    local last, lastNs, count = pairAt(s, s[1] - 1)
    if not less(last, lastNs, us, ns) then
      setPair(s, s[1] - 1, last, lastNs, count + permits)
      return
    end
  elseif s[1] < 0 then
    s[1], s[2], s[3] = 0, minus(us, ns, LONGEST_WAIT, LONGEST_WAIT_NS)
  end
  s[1], s.pairs = s[1] + 1, s.pairs .. struct.pack('>ddd', us, ns, permits)
end

function log.take(limit, s, us, ns)
  add(limit, s, us, ns, limit.cost)
end

function log.owe(limit, s, us, ns)
  local above = math.min(limit.above, MOST - s[4])
  if above > 0 then
    add(limit, s, us, ns, above)
  end
end

function log.giveBack(limit, s, back)
  local us, ns = notBeforeSeen(s, now, 0)
  local age = minus(us, ns, back.turn, back.turnNs)
  local pair = firstFrom(s, back.turn, back.turnNs)
  if age >= limit.period or pair >= s[1] then
    return 0, 0
  end
  local at, atNs, count = pairAt(s, pair)
  local taken = math.min(limit.unused, count)
  setPair(s, pair, at, atNs, count - taken)
  s[4] = s[4] - taken
  while s[1] > 0 and select(3, pairAt(s, s[1] - 1)) == 0 do
    s[1], s.pairs = s[1] - 1, s.pairs:sub(1, (s[1] - 1) * PAIR)
  end
  dropHead(s, 0)
  return 0, 0
end

function log.rewind(limit, s, seen)
  local moved = {}
  for i = 0, s[1] - 1 do
    local us, ns, count = pairAt(s, i)
    moved[i + 1] = struct.pack('>ddd', us - (seen - now), ns, count)
  end
  s[2], s.pairs = s[2] - (seen - now), table.concat(moved)
end

function log.reset(limit, s, us, ns)
  if counted(limit, s, us, ns) >= s[1] then
    return 0, 0
  end
  local last, lastNs = pairAt(s, s[1] - 1)
  return minus(last + limit.period, lastNs, us, ns)
end

function log.used(limit, s, us, ns)
  return (select(2, counted(limit, s, us, ns)))
end

KERNELS[LOG] = log
