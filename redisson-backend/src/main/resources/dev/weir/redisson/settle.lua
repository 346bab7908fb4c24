-- Settles what an admitted request took: what it has not used comes back as the rule of return says, what it has used above is
-- owed.
--
-- KEYS[i]      a client under a bundle
-- ARGV[1]      the turn in us and ns
-- ARGV[2i]     the rules of KEYS[i], as in decide.lua
-- ARGV[2i+1]   the stamp of the taking (-1: there was none, only a debt); before it, the last turn in us and ns, and who had it; then 19 numbers for each limit:
--              permits unused (0 if none), what they took of a TAT in us and parts, whether none was used (1 or 0), permits used
--              above what was taken (0 if none), what these add to a TAT in us and parts, the furthest that a TAT may be ahead in
--              us and parts, the refill time in us and ns, what had been given back by then in us and parts, the phase of its
--              windows in us, and its first words after the taking (2) and all before (3; 0 where there are fewer)
--              All packed as big-endian doubles.
-- KEYS[n+1]    of a debt, what tells for some minutes that it was charged: then it is not again. ARGV is one longer then
-- Reply        { verdict, now in us, the value of each key before, or false }. Verdict: 1 settled; 2 not, since a value stands under
--              other rules. { 3, now, i }: not, since what stands at KEYS[i] is not ours.

local reply = { 1, now }
local bundles = {}
local count = floor((#ARGV - 1) / 2)
local marker = KEYS[count + 1]
if marker and call('EXISTS', marker) == 1 then
  return reply
end
for i = 1, count do
  local foreign
  reply[i + 2], foreign = valueAt(KEYS[i])
  if foreign then
    return { 3, now, i }
  end
end
for i = 1, count do
  bundles[i] = bundleOf(KEYS[i], rulesIn(numbers(ARGV[2 * i]), 0), reply[i + 2])
  if bundles[i].foreign then
    return { 3, now, i }
  elseif reply[i + 2] and not bundles[i].known then
    reply[1] = 2
    return reply
  end
end

local turn = numbers(ARGV[1])

-- Notes what has become of what `bundle` gave.
local function readSettlement(bundle, taken)
  bundle.stamp = taken[1]
  bundle.before = { taken[2], taken[3], taken[4] }
  bundle.unused, bundle.asTaken = true, true
  for j, limit in ipairs(bundle.limits) do
    local t = 4 + (j - 1) * 19
    limit.unused, limit.unusedUs, limit.unusedParts = taken[t + 1], taken[t + 2], taken[t + 3]
    limit.none = taken[t + 4] == 1
    limit.above, limit.aboveUs, limit.aboveParts = taken[t + 5], taken[t + 6], taken[t + 7]
    limit.most, limit.mostParts = taken[t + 8], taken[t + 9]
    limit.refill, limit.refillNs = taken[t + 10], taken[t + 11]
    limit.returned, limit.returnedParts = taken[t + 12], taken[t + 13]
    limit.phase = taken[t + 14]
    limit.after = { taken[t + 15], taken[t + 16] }
    limit.before = { taken[t + 17], taken[t + 18], taken[t + 19] }
    bundle.unused = bundle.unused and limit.none
    bundle.asTaken = bundle.asTaken and limit.unused == 0 and limit.above == 0
    bundle.states[j] = bundle.states[j] or limit.kernel.fresh(limit, now, 0)
  end
end

local function giveBack(bundle, ledger)
  if bundle.asTaken then
    return
  end
  local untouched = ledger[STAMP] == bundle.stamp
  local waits = ledger[1] > now or (ledger[1] == now and ledger[2] > 0)
  local back = {
    turn = turn[1],
    turnNs = turn[2],
    laterWaits = not untouched and waits and ledger[WAITER] > bundle.stamp,
  }
  for j, limit in ipairs(bundle.limits) do
    local state = bundle.states[j]
    if limit.unused > 0 and untouched and limit.none and not limit.kernel.grows then
      for k = 1, limit.kernel.words do
        state[k] = limit.before[k]
      end
    elseif limit.unused > 0 then
      local r = LEDGER + 2 * j - 1
      back.returned, back.returnedParts = 0, 0
      if not untouched then
        back.returned, back.returnedParts = difference(limit, ledger[r], ledger[r + 1], limit.returned, limit.returnedParts)
      end
      ledger[r], ledger[r + 1] = sum(limit, ledger[r], ledger[r + 1], limit.kernel.giveBack(limit, state, back))
    elseif limit.above > 0 then
      limit.kernel.owe(limit, state, earliest(bundle))
    end
  end
  if untouched and bundle.unused then
    ledger[1], ledger[2], ledger[WAITER] = bundle.before[1], bundle.before[2], bundle.before[3]
    ledger[STAMP] = bundle.stamp - 1
  else
    nextStamp(ledger)
  end
end

-- The rules have changed since, or everything is forgotten: nothing comes back, but what was used above is owed all the same.
local function owe(bundle)
  for j, limit in ipairs(bundle.limits) do
    if limit.above > 0 then
      limit.kernel.owe(limit, bundle.states[j], earliest(bundle))
      if bundle.ledger then
        nextStamp(bundle.ledger)
      end
    end
  end
end

for i, bundle in ipairs(bundles) do
  readSettlement(bundle, numbers(ARGV[2 * i + 1]))
  local ledger = bundle.ledger
  if ledger and bundle.stamp > ledger[CHANGED] then
    giveBack(bundle, ledger)
  else
    owe(bundle)
  end
  if ledger and bundle.stamp > ledger[BORN] then
    ledger[OPEN] = math.max(0, ledger[OPEN] - 1)
  end
  write(bundle)
end
if marker then
  call('SET', marker, '', 'PX', '300000')
end
return reply
