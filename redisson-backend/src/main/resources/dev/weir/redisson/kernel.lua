-- The kernels of dev.weir.core in Lua: the same decisions from the same states, number for number.
--
-- Numbers here are doubles, exact below 2^53. So a time is two integers, (us, ns): microseconds since 1970, and what is finer,
-- 0 to 999. The TAT of a bucket is (us, parts), where a microsecond has 1000 * 2^f parts and f are the fraction bits of its
-- kernel. A product that may reach 2^53 is kept in two integers of 52 bits, and divided by muldiv.
--
-- Before this file stands a head, with `now`, the microseconds of this call, and neededUntil(millis), how SET is told for how long it
-- is to keep a value. In production it asks Redis; in tests it is told, and values live on in real time while the told one stands
-- still.

local call = redis.call
local floor = math.floor
local MOST = 2 ^ 52
-- 2^60 ns: nobody waits longer for a turn.
local LONGEST_WAIT, LONGEST_WAIT_NS = 1152921504606846, 976

-- (us, ns) pairs ---------------------------------------------------------------------------------------------------------

local function less(a, an, b, bn)
  return a < b or (a == b and an < bn)
end

local function minus(a, an, b, bn)
  local us, ns = a - b, an - bn
  if ns < 0 then
    return us - 1, ns + 1000
  end
  return us, ns
end

local function plus(a, an, b, bn)
  local us, ns = a + b, an + bn
  if ns >= 1000 then
    return us + 1, ns - 1000
  end
  return us, ns
end

-- Products ---------------------------------------------------------------------------------------------------------------

-- a * b as high * 2^52 + low; both at most 2^52.
local function product(a, b)
  if a * b < MOST then
    return 0, a * b
  end
  local ah, bh = floor(a / 2 ^ 26), floor(b / 2 ^ 26)
  local al, bl = a - ah * 2 ^ 26, b - bh * 2 ^ 26
  local cross = ah * bl + al * bh
  local crossHigh = floor(cross / 2 ^ 26)
  local low = al * bl + (cross - crossHigh * 2 ^ 26) * 2 ^ 26
  local carry = floor(low / MOST)
  return ah * bh + crossHigh + carry, low - carry * MOST
end

-- floor(a * b / c) and the rest; a, b and c at most 2^52, c above 0, and the quotient, too.
local function muldiv(a, b, c)
  local high, low = product(a, b)
  local q = floor((high * MOST + low) / c)
  local qHigh, qLow = product(q, c)
  local rest = (high - qHigh) * MOST + (low - qLow)
  while rest < 0 do
    q, rest = q - 1, rest + c
  end
  while rest >= c do
    q, rest = q + 1, rest - c
  end
  return q, rest
end

-- floor(a * b / c) in nanoseconds, b being microseconds, as (us, ns).
local function muldivNanos(a, b, c)
  local us, rest = muldiv(a, b, c)
  return us, (muldiv(rest, 1000, c))
end

-- Kernels ----------------------------------------------------------------------------------------------------------------
-- limit: its rule, and what is asked of it, as decide.lua reads them. s: its state, a table of `words` numbers.
--   fresh(limit, us, ns)             a new state
--   wait(limit, s, us, ns)           until the cost fits, as (us, ns); 0, 0 if it does. From 1 to what can be admitted.
--   take(limit, s, us, ns, turn)     takes the cost as of that time; turn: whether that is the turn of who waited for it
--   owe(limit, s, us, ns)            takes limit.above whether it fits or not, as far as numbers go
--   giveBack(limit, s, back)         gives limit.unused back as the rule of return says; what counts as returned, in (us, parts)
--   catchUp(limit, s, us, ns)        forgets what is over by then; only where the state grows
--   shrink(limit, s)                 makes the state small enough to be kept; only where it grows
--   reset(limit, s, us, ns)          from that time until as good as new, as (us, ns)
--   rewind(limit, s, seen)           the clock, which was at `seen`, has stepped back
--   used(limit, s, us, ns)           how many permits are used, rounded up; of two kernels in changed.lua, which alone asks

local bucket = { words = 2 }

-- How far the TAT is ahead, in (us, parts).
local function ahead(limit, s, us, ns)
  local d, parts = s[1] - us, s[2] - ns * limit.scale
  if parts < 0 then
    d, parts = d - 1, parts + limit.parts
  end
  if d < 0 then
    return 0, 0
  end
  return d, parts
end

-- (us, parts) in nanoseconds rounded up, as (us, ns).
local function nanosUp(limit, us, parts)
  local ns = math.ceil(parts / limit.scale)
  if ns >= 1000 then
    return us + 1, ns - 1000
  end
  return us, ns
end

function bucket.fresh(limit, us, ns)
  return { us, ns * limit.scale }
end

-- (us, parts) pairs of one bucket, the second less than a microsecond.
local function sum(limit, us, parts, more, moreParts)
  us, parts = us + more, parts + moreParts
  if parts >= limit.parts then
    return us + 1, parts - limit.parts
  end
  return us, parts
end

local function difference(limit, us, parts, less, lessParts)
  us, parts = us - less, parts - lessParts
  if parts < 0 then
    return us - 1, parts + limit.parts
  end
  return us, parts
end

function bucket.wait(limit, s, us, ns)
  local a, parts = sum(limit, limit.inc, limit.incParts, ahead(limit, s, us, ns))
  a, parts = difference(limit, a, parts, limit.tolerance, limit.toleranceParts)
  if a < 0 then
    return 0, 0
  end
  return nanosUp(limit, a, parts)
end

function bucket.take(limit, s, us, ns, turn)
  local parts = ns * limit.scale
  if turn then -- as of the first part of the nanosecond that ends at the turn
    parts = parts - limit.scale + 1
    if parts < 0 then
      us, parts = us - 1, parts + limit.parts
    end
  end
  if s[1] > us or (s[1] == us and s[2] > parts) then
    us, parts = s[1], s[2]
  end
  s[1], s[2] = sum(limit, us, parts, limit.inc, limit.incParts)
end

function bucket.owe(limit, s, us, ns)
  local a, parts = sum(limit, limit.aboveUs, limit.aboveParts, ahead(limit, s, us, ns))
  if less(limit.most, limit.mostParts, a, parts) then
    a, parts = limit.most, limit.mostParts
  end
  s[1], s[2] = sum(limit, us, ns * limit.scale, a, parts)
end

function bucket.giveBack(limit, s, back)
  local owed, owedParts = difference(limit, limit.after[1], limit.after[2], now, 0)
  owed, owedParts = difference(limit, owed, owedParts, back.returned, back.returnedParts)
  local age, ageNs = minus(now, 0, back.turn, back.turnNs)
  if back.laterWaits or owed < 0 or not less(age, ageNs, limit.refill, limit.refillNs) then
    return 0, 0
  end
  if less(limit.unusedUs, limit.unusedParts, owed, owedParts) then
    owed, owedParts = limit.unusedUs, limit.unusedParts
  end
  s[1], s[2] = difference(limit, s[1], s[2], owed, owedParts)
  return owed, owedParts
end

function bucket.reset(limit, s, us, ns)
  return nanosUp(limit, ahead(limit, s, us, ns))
end

function bucket.rewind(limit, s, seen)
  s[1] = s[1] - (seen - now)
end

-- Windows: how many have ended from the one of the state to that time.
local function passed(limit, s, us)
  local elapsed = us - s[1]
  return elapsed < limit.period and 0 or floor(elapsed / limit.period)
end

local function windowStart(limit, us)
  return us - (us - limit.phase) % limit.period
end

-- By whole windows: what counted in this one counts in this one.
local function windowsBack(limit, s, seen)
  local start = now + math.max(0, s[1] - seen)
  if s[1] > start then
    s[1] = s[1] - math.ceil((s[1] - start) / limit.period) * limit.period
  end
end

local fixed = { words = 2, rewind = windowsBack }

function fixed.fresh(limit, us)
  return { windowStart(limit, us), 0 }
end

local function fixedCount(limit, s, us)
  return us - s[1] < limit.period and s[2] or 0
end

function fixed.wait(limit, s, us, ns)
  if limit.cost <= limit.permits - fixedCount(limit, s, us) then
    return 0, 0
  end
  return minus(s[1] + (passed(limit, s, us) + 1) * limit.period, 0, us, ns)
end

local function fixedAt(limit, s, us)
  local windows = passed(limit, s, us)
  if windows > 0 then
    s[1], s[2] = s[1] + windows * limit.period, 0
  end
end

function fixed.take(limit, s, us)
  fixedAt(limit, s, us)
  s[2] = s[2] + limit.cost
end

function fixed.owe(limit, s, us)
  fixedAt(limit, s, us)
  s[2] = math.min(s[2] + limit.above, MOST)
end

function fixed.giveBack(limit, s)
  if s[1] == limit.after[1] then
    s[2] = math.max(0, s[2] - limit.unused)
  end
  return 0, 0
end

function fixed.reset(limit, s, us, ns)
  if fixedCount(limit, s, us) == 0 then
    return 0, 0
  end
  return minus(s[1] + limit.period, 0, us, ns)
end

fixed.used = fixedCount

local counter = { words = 3, rewind = windowsBack }

function counter.fresh(limit, us)
  return { windowStart(limit, us), 0, 0 }
end

local function counts(s, windows)
  if windows == 0 then
    return s[2], s[3]
  end
  return 0, windows == 1 and s[2] or 0
end

function counter.wait(limit, s, us, ns)
  local windows = passed(limit, s, us)
  local current, previous = counts(s, windows)
  local start = s[1] + windows * limit.period
  local free = limit.permits - current - limit.cost
  if free >= previous then
    return 0, 0
  end
  local at, atNs
  if free >= 0 then -- fits from when so little of this window is left that the last one's share is at most free
    at, atNs = minus(start + limit.period, 0, muldivNanos(free, limit.period, previous))
  else -- the same in the next
    at, atNs = minus(start + 2 * limit.period, 0, muldivNanos(limit.permits - limit.cost, limit.period, current))
  end
  if less(at, atNs, us, ns) then
    return 0, 0
  end
  return minus(at, atNs, us, ns)
end

local function counterAt(limit, s, us)
  local windows = passed(limit, s, us)
  if windows > 0 then
    local _, previous = counts(s, windows)
    s[1], s[2], s[3] = s[1] + windows * limit.period, 0, previous
  end
end

function counter.take(limit, s, us)
  counterAt(limit, s, us)
  s[2] = s[2] + limit.cost
end

function counter.owe(limit, s, us)
  counterAt(limit, s, us)
  s[2] = math.min(s[2] + limit.above, MOST)
end

function counter.giveBack(limit, s)
  local since = s[1] - limit.after[1]
  if since == 0 then
    s[2] = math.max(0, s[2] - limit.unused)
  elseif since == limit.period then
    s[3] = math.max(0, s[3] - limit.unused)
  end
  return 0, 0
end

function counter.reset(limit, s, us, ns)
  local windows = passed(limit, s, us)
  local current, previous = counts(s, windows)
  local ends = s[1] + (windows + 1) * limit.period
  if current > 0 then
    return minus(ends + limit.period, 0, us, ns)
  elseif previous > 0 then
    return minus(ends, 0, us, ns)
  end
  return 0, 0
end

-- log.lua, which is told only where there are logs, adds the last.
local KERNELS = { bucket, bucket, fixed, counter }
local QUEUE, LOG = 2, 5
-- The bytes of a pair of a log.
local PAIR = 24
