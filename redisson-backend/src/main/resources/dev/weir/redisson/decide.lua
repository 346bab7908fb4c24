-- One decision: every limit of every key takes its cost, or none does.
--
-- KEYS[i]      a client under a bundle
-- ARGV[1]      mayOpen, holds (each 0 or 1), keepMillis (how long at least what is held stays), how long the request waits
--              elsewhere, as (us, ns): its turn here comes no earlier
-- ARGV[2i]     the rules of KEYS[i]: version, m (how many limits), then 9 numbers for each limit: kernel, permits (of a bucket its
--              burst), period in us, parts per us, parts per ns, tolerance in us and parts, emission interval in us and parts (of
--              windows whether they are aligned, and 0). Behind them, for each other version that may be met, the same, and for
--              each limit of now which of then it was, from 1 on, or 0 for any
-- ARGV[2i+1]   what is asked of KEYS[i]: 7 numbers for each limit: can (1: its cost may be admitted ever), cost, what that adds
--              to a TAT in us and parts, patience in us and ns, phase of its windows in us
--              All packed as big-endian doubles.
-- Reply        { verdict, now in us, the value of each key before, or false }. Verdict: 1 admitted; 0 refused; 2 not judged, since
--              a value stands under rules that were not told. Whoever asked works out the figures from that by the same kernels.
--              { 3, now, i }: not judged, since what stands at KEYS[i] is not ours.

-- Notes what is asked of `bundle`.
local function readQuestion(bundle, question)
  for j, limit in ipairs(bundle.limits) do
    local a = (j - 1) * 7
    limit.can = question[a + 1] == 1
    limit.cost, limit.inc, limit.incParts = question[a + 2], question[a + 3], question[a + 4]
    limit.patience, limit.patienceNs = question[a + 5], question[a + 6]
    limit.phase = question[a + 7]
    limit.state = limit.state or limit.kernel.fresh(limit, now, 0)
    if limit.kernel.grows then
      limit.kernel.catchUp(limit, limit.state, now, 0)
    end
    bundle.takes = bundle.takes or limit.cost > 0
  end
end

-- How long the limit keeps a request from going on at the earliest turn of all, from now, as (us, ns).
local function waitOf(limit, at, atNs)
  if limit.cost == 0 then
    return 0, 0
  end
  local us, ns = minus(at, atNs, now, 0)
  if limit.queues then
    local turn, turnNs = nanosUp(limit, ahead(limit, limit.state, now, 0))
    if less(us, ns, turn, turnNs) then
      return turn, turnNs
    end
    return us, ns
  end
  return plus(us, ns, limit.kernel.wait(limit, limit.state, at, atNs))
end

local function phaseIn(question)
  return function(j)
    return question[j * 7]
  end
end

local reply = { 0, now }
local bundles = {}
local foreign = readAll(reply)
if foreign then
  return { 3, now, foreign }
end
for i = 1, #KEYS do
  local rules, question = numbers(ARGV[2 * i]), numbers(ARGV[2 * i + 1])
  bundles[i] = bundleOf(KEYS[i], rules, 0, reply[i + 2])
  local known = not reply[i + 2] or bundles[i].known
  if not known and not (adopt and adopt(bundles[i], rules, phaseIn(question), reply[i + 2])) then
    if bundles[i].foreign then
      return { 3, now, i }
    end
    reply[1] = 2
    return reply
  end
  readQuestion(bundles[i], question)
end
for i, bundle in ipairs(bundles) do
  if bundle.changed then -- and whoever asked sees it so
    write(bundle, 0)
    reply[i + 2] = encoded(bundle)
  end
end

local head = numbers(ARGV[1])
local mayOpen, holds, keepMillis = head[1] == 1, head[2] == 1, head[3]

-- Judge ------------------------------------------------------------------------------------------------------------------

local at, atNs = plus(now, 0, head[4], head[5])
for _, bundle in ipairs(bundles) do
  if bundle.takes then
    local us, ns = earliest(bundle)
    if less(at, atNs, us, ns) then
      at, atNs = us, ns
    end
  end
end

local wait, waitNs = 0, 0
for _, bundle in ipairs(bundles) do
  for _, limit in ipairs(bundle.limits) do
    if not limit.can then
      return reply
    end
    limit.wait, limit.waitNs = waitOf(limit, at, atNs)
    if less(wait, waitNs, limit.wait, limit.waitNs) then
      wait, waitNs = limit.wait, limit.waitNs
    end
  end
end

local atWait, atWaitNs = minus(at, atNs, now, 0)

-- Whether the limit admits a request that goes on after that wait; keepsOrder: whether it only makes it wait for others.
local function admits(limit, keepsOrder)
  if limit.cost == 0 then
    return true
  end
  if limit.queues then
    local full, fullNs = limit.kernel.wait(limit, limit.state, now, 0)
    if full > 0 or fullNs > 0 then
      return false
    end
  elseif limit.wait == 0 and limit.waitNs == 0 then
    return true
  end
  return keepsOrder or not less(limit.patience, limit.patienceNs, wait, waitNs)
end

local inTheWay = false
for _, bundle in ipairs(bundles) do
  for _, limit in ipairs(bundle.limits) do
    inTheWay = inTheWay or less(atWait, atWaitNs, limit.wait, limit.waitNs)
  end
end
if holds and not mayOpen then
  return reply
end
for _, bundle in ipairs(bundles) do
  local us, ns = earliest(bundle)
  local first = us == now and ns == 0
  for _, limit in ipairs(bundle.limits) do
    local keepsOrder = limit.wait == atWait and limit.waitNs == atWaitNs and (inTheWay or first)
    if not admits(limit, keepsOrder) then
      return reply
    end
  end
end

-- Write ------------------------------------------------------------------------------------------------------------------

local waits = wait > 0 or waitNs > 0
local turn, turnNs = plus(now, 0, wait, waitNs)
reply[1] = 1
for i, bundle in ipairs(bundles) do
  if bundle.takes or holds then
    if waits or holds then
      local ledger = ledgerOf(bundle)
      ledger[OPEN] = ledger[OPEN] + 1
      local stamp = nextStamp(ledger)
      if waits and bundle.takes then
        ledger[1], ledger[2], ledger[WAITER] = turn, turnNs, stamp
      end
    elseif bundle.ledger then
      nextStamp(bundle.ledger)
    end
    for _, limit in ipairs(bundle.limits) do
      if limit.cost > 0 then
        limit.kernel.take(limit, limit.state, turn, turnNs, waits)
      end
    end
    write(bundle, holds and keepMillis or 0)
  end
end
return reply
