-- Decisions, one after the other in the order in which they were asked for: every limit of every key of a question takes its cost, or
-- none does. All are of one moment; each key is read once and written once, and a question sees what those before it have taken.
--
-- KEYS[i]      a client under a bundle
-- ARGV[1]      keepMillis, how long at least what is held stays; until when anybody waits for the answers, in us (0: for as long as
--              it takes); then for each key the number of the argument that has its rules, and the phase of the windows of each
--              limit in us
-- ARGV[2]      for each question: how many times it is asked, the number of the argument that has its terms (0: those of most),
--              n, and for each of its n keys the number of the key and that of the argument that says what is asked of it
-- Where the same is asked of all keys, under one bundle of three limits at most, all buckets, on the terms of most, there is but
-- ARGV[1]      keepMillis, until when anybody waits, version, m, to how many ms lives are rounded up (see values.lua), and 5 numbers for
--              each limit: what the cost adds to a TAT in us and parts, parts per us, tolerance in us and parts. Behind them what
--              is asked; how many times it is asked of each key, a byte for each; and the rules
-- Other arguments, in any order:
--   rules      version, m (how many limits), then 9 numbers for each limit: kernel, permits (of a bucket its burst), period in us,
--              parts per us, parts per ns, tolerance in us and parts, emission interval in us and parts (of windows whether they
--              are aligned, and 0). Behind them, for each other version that may be met, the same, and for each limit of now which
--              of then it was, from 1 on, or 0 for any
--   asked      6 numbers for each limit: can (1: its cost may be admitted ever), cost, what that adds to a TAT in us and parts,
--              patience in us and ns. Of one bundle only
--   terms      mayOpen, holds (each 0 or 1), how long the request waits elsewhere in us and ns: its turn here comes no earlier
--              All packed as big-endian doubles.
-- Reply        { now in us, a verdict for each question, the value of each key before, or false }. Verdict: how many of the times that
--              it was asked it was admitted; -1: not judged, since a value stands under rules that were not told; -1 - i: not
--              judged, since what stands at KEYS[i] is not ours. The first question that is refused is followed by refusals of all
--              times it is asked again. Whoever asked works out the figures from that by the same kernels. { now } alone: it is too
--              late, and nothing was judged.

local order, questions
if ARGV[4] then
  order, questions = numbers(ARGV[1]), numbers(ARGV[2])
else -- as if it had been told at length
  local told = ARGV[1]
  local keep, untilWhen, _, limits = unpack('>dddd', told)
  local askedFrom, timesFrom = 40 + 40 * limits, 40 + 88 * limits
  order, questions = { keep, untilWhen }, {}
  for i = 1, #KEYS do
    order[#order + 1] = 3
    for _ = 1, limits do
      order[#order + 1] = 0
    end
    for _, number in ipairs({ told:byte(timesFrom + i), 0, 1, i, 4 }) do
      questions[#questions + 1] = number
    end
  end
  questions[#questions + 1] = 0 -- behind the last
  ARGV[3], ARGV[4] = told:sub(timesFrom + #KEYS + 1), told:sub(askedFrom + 1, timesFrom)
end
local keepMillis, deadline = order[1], order[2]
if deadline > 0 and now > deadline then
  return { now }
end

local rulesAt, askedAt = {}, {}

local function ruled(index)
  rulesAt[index] = rulesAt[index] or rulesIn(numbers(ARGV[index]), 0)
  return rulesAt[index]
end

-- What is asked by argument `index` of a bundle under `rules`: its limits, with that. Most often nothing else is asked of it.
local function askedOf(index, rules)
  local asked = askedAt[index]
  if asked then
    return asked
  end
  local row = numbers(ARGV[index])
  asked = { takes = false }
  for j, rule in ipairs(rules.limits) do
    local limit, a = rule, (j - 1) * 6
    if rules.asked then
      limit = {}
      for name, figure in pairs(rule) do
        limit[name] = figure
      end
    end
    limit.can = row[a + 1] == 1
    limit.cost, limit.inc, limit.incParts = row[a + 2], row[a + 3], row[a + 4]
    limit.patience, limit.patienceNs = row[a + 5], row[a + 6]
    asked.takes = asked.takes or limit.cost > 0
    asked[j] = limit
  end
  rules.asked = true
  askedAt[index] = asked
  return asked
end

local PLAIN = { holds = false, mayOpen = false, us = 0, ns = 0 }

local function termsOf(index)
  if index == 0 then
    return PLAIN
  end
  local row = numbers(ARGV[index])
  return { mayOpen = row[1] == 1, holds = row[2] == 1, us = row[3], ns = row[4] }
end

-- Read -------------------------------------------------------------------------------------------------------------------

local reply, bundles = { now }, {}

-- What stands at KEYS[i], as it is judged, and as it is told; a bundle with `trouble` if it cannot be.
local function bundleAt(i, rules, phases)
  local raw, foreign = valueAt(KEYS[i])
  if foreign then
    return { trouble = -1 - i }, false
  end
  for j, limit in ipairs(rules.limits) do
    limit.phase = order[phases + j]
  end
  local bundle = bundleOf(KEYS[i], rules, raw)
  if raw and not bundle.known and not (adopt and adopt(bundle, raw)) then
    return { trouble = bundle.foreign and -1 - i or -1 }, raw
  end
  for j, limit in ipairs(bundle.limits) do
    bundle.states[j] = bundle.states[j] or limit.kernel.fresh(limit, now, 0)
    if limit.kernel.grows then
      limit.kernel.catchUp(limit, bundle.states[j], now, 0)
    end
  end
  if bundle.changed then
    dropLedger(bundle)
    return bundle, encoded(bundle) -- whoever asked sees it so
  end
  return bundle, raw
end

local values, at = {}, 2
for i = 1, #KEYS do
  local rules = ruled(order[at + 1])
  bundles[i], values[i] = bundleAt(i, rules, at + 1)
  at = at + 1 + #rules.limits
end

-- Judge ------------------------------------------------------------------------------------------------------------------

-- The question at hand: its bundles, what is asked of them, and how long each limit, of the first bundle first, keeps it waiting.
local here, asked, parts = {}, {}, 0
local waits, waitsNs = {}, {}

-- How long the limit keeps a request from going on at the earliest turn of all, from now, as (us, ns).
local function waitOf(limit, state, us, ns)
  if limit.cost == 0 then
    return 0, 0
  end
  local wait, waitNs = minus(us, ns, now, 0)
  if limit.queues then
    local turn, turnNs = nanosUp(limit, ahead(limit, state, now, 0))
    if less(wait, waitNs, turn, turnNs) then
      return turn, turnNs
    end
    return wait, waitNs
  end
  return plus(wait, waitNs, limit.kernel.wait(limit, state, us, ns))
end

-- Whether the limit, which alone keeps a request waiting so long, admits one that goes on after that wait; keepsOrder: whether it only
-- makes it wait for others.
local function admits(limit, state, own, ownNs, wait, waitNs, keepsOrder)
  if limit.cost == 0 then
    return true
  end
  if limit.queues then
    local full, fullNs = limit.kernel.wait(limit, state, now, 0)
    if full > 0 or fullNs > 0 then
      return false
    end
  elseif own == 0 and ownNs == 0 then
    return true
  end
  return keepsOrder or not less(limit.patience, limit.patienceNs, wait, waitNs)
end

-- Whether all limits admit a request that goes on after that wait, (us, ns) being the earliest turn.
local function allAdmit(us, ns, wait, waitNs)
  local turn, turnNs = minus(us, ns, now, 0)
  local inTheWay = less(turn, turnNs, wait, waitNs)
  local w = 0
  for p = 1, parts do
    local first, firstNs = earliest(here[p])
    local isFirst = first == now and firstNs == 0
    for j, limit in ipairs(asked[p]) do
      w = w + 1
      local keepsOrder = waits[w] == turn and waitsNs[w] == turnNs and (inTheWay or isFirst)
      if not admits(limit, here[p].states[j], waits[w], waitsNs[w], wait, waitNs, keepsOrder) then
        return false
      end
    end
  end
  return true
end

-- The earliest turn of the request, by all bundles that it takes from.
local function earliestOfAll(terms)
  local us, ns = plus(now, 0, terms.us, terms.ns)
  for p = 1, parts do
    if asked[p].takes then
      local turn, turnNs = earliest(here[p])
      if less(us, ns, turn, turnNs) then
        us, ns = turn, turnNs
      end
    end
  end
  return us, ns
end

-- Takes from all bundles, as of the turn after that wait.
local function take(terms, wait, waitNs)
  local waiting = wait > 0 or waitNs > 0
  local turn, turnNs = plus(now, 0, wait, waitNs)
  for p = 1, parts do
    local bundle = here[p]
    if asked[p].takes or terms.holds then
      if waiting or terms.holds then
        local ledger = ledgerOf(bundle)
        ledger[OPEN] = ledger[OPEN] + 1
        local stamp = nextStamp(ledger)
        if waiting and asked[p].takes then
          ledger[1], ledger[2], ledger[WAITER] = turn, turnNs, stamp
        end
      elseif bundle.ledger then
        nextStamp(bundle.ledger)
      end
      for j, limit in ipairs(asked[p]) do
        if limit.cost > 0 then
          limit.kernel.take(limit, bundle.states[j], turn, turnNs, waiting)
        end
      end
      if terms.holds then
        bundle.keptUntil = math.max(bundle.keptUntil or 0, turnMillis(bundle) + keepMillis)
      end
      bundle.written = true
      dropLedger(bundle)
    end
  end
end

-- Whether the question at hand is admitted; then it has taken.
local function decide(terms)
  local us, ns = earliestOfAll(terms)
  local wait, waitNs, w, queues = 0, 0, 0, false
  for p = 1, parts do
    local states = here[p].states
    for j, limit in ipairs(asked[p]) do
      if not limit.can then
        return false
      end
      w = w + 1
      waits[w], waitsNs[w] = waitOf(limit, states[j], us, ns)
      if less(wait, waitNs, waits[w], waitsNs[w]) then
        wait, waitNs = waits[w], waitsNs[w]
      end
      queues = queues or limit.queues
    end
  end
  if terms.holds and not terms.mayOpen then
    return false
  end
  if (queues or wait > 0 or waitNs > 0) and not allAdmit(us, ns, wait, waitNs) then
    return false
  end
  take(terms, wait, waitNs)
  return true
end

-- How often of `times` it is admitted; whoever is refused has changed nothing, so nobody after him is admitted.
local function admitted(times, terms)
  for n = 1, times do
    if not decide(terms) then
      return n - 1
    end
  end
  return times
end

-- Brings the next question, whose keys stand behind number `from` of `questions`, to hand; its trouble if it cannot be judged.
local function bring(questions, from)
  local trouble
  for p = 1, parts do
    local bundle = bundles[questions[from + 2 * p - 1]]
    if bundle.trouble then
      trouble = (not trouble or trouble == -1) and bundle.trouble or trouble
    else
      here[p], asked[p] = bundle, askedOf(questions[from + 2 * p], bundle.rules)
    end
  end
  for p = 1, trouble and 0 or parts do
    here[p].written = here[p].written or here[p].changed
  end
  return trouble
end

at = 1
while at < #questions do
  parts = questions[at + 2]
  reply[#reply + 1] = bring(questions, at + 2) or admitted(questions[at], termsOf(questions[at + 1]))
  at = at + 3 + 2 * parts
end

-- Write ------------------------------------------------------------------------------------------------------------------

for _, bundle in ipairs(bundles) do
  if bundle.written then
    write(bundle)
  end
end
local head = #reply
for i = 1, #KEYS do
  reply[head + i] = values[i]
end
return reply
