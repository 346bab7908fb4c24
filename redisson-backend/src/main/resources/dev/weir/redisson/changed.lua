-- Carries a state that stands under other rules over: the same share of a bucket, the same counts of windows and logs.
--
-- Rare, so in plain long arithmetic: whole numbers of any size as rows of 20 bits, least first.

local LIMB = 2 ^ 20
-- 2^61, the most that a bucket may hold, and 2^62, the furthest that a TAT may be ahead, in thousands and a rest.
local MOST_TOLERANCE, MOST_TOLERANCE_PARTS = 2305843009213693, 952
local MOST_AHEAD, MOST_AHEAD_NS = 4611686018427387, 904

local function big(number)
  local row = {}
  while number > 0 do
    local rest = number % LIMB
    row[#row + 1] = rest
    number = (number - rest) / LIMB
  end
  return row
end

local function bigSum(a, b)
  local row, carry = {}, 0
  for k = 1, math.max(#a, #b) do
    local limb = (a[k] or 0) + (b[k] or 0) + carry
    carry = limb >= LIMB and 1 or 0
    row[k] = limb - carry * LIMB
  end
  if carry > 0 then
    row[#row + 1] = carry
  end
  return row
end

local function bigProduct(a, b)
  local row = {}
  for j = 1, #a do
    local carry = 0
    for k = 1, #b do
      local limb = (row[j + k - 1] or 0) + a[j] * b[k] + carry
      carry = floor(limb / LIMB)
      row[j + k - 1] = limb - carry * LIMB
    end
    row[j + #b] = carry
  end
  while #row > 0 and row[#row] == 0 do
    row[#row] = nil
  end
  return row
end

local function bigLess(a, b)
  if #a ~= #b then
    return #a < #b
  end
  for k = #a, 1, -1 do
    if a[k] ~= b[k] then
      return a[k] < b[k]
    end
  end
  return false
end

local function bigDifference(a, b)
  local row, borrow = {}, 0
  for k = 1, #a do
    local limb = a[k] - (b[k] or 0) - borrow
    borrow = limb < 0 and 1 or 0
    row[k] = limb + borrow * LIMB
  end
  while #row > 0 and row[#row] == 0 do
    row[#row] = nil
  end
  return row
end

-- floor(a / b) and the rest, bit by bit.
local function bigQuotient(a, b)
  local quotient, rest, two = {}, {}, { 2 }
  for k = #a, 1, -1 do
    local limb, digit = a[k], 0
    for bit = 19, 0, -1 do
      local power = 2 ^ bit
      rest = bigSum(bigProduct(rest, two), limb >= power and { 1 } or {})
      limb = limb >= power and limb - power or limb
      if not bigLess(rest, b) then
        rest, digit = bigDifference(rest, b), digit + power
      end
    end
    quotient[k] = digit
  end
  while #quotient > 0 and quotient[#quotient] == 0 do
    quotient[#quotient] = nil
  end
  return quotient, rest
end

local function number(row)
  local sum = 0
  for k = #row, 1, -1 do
    sum = sum * LIMB + row[k]
  end
  return sum
end

-- us microseconds of `parts` parts each, and `rest` parts; and back.
local function joined(us, rest, parts)
  return bigSum(bigProduct(big(us), big(parts)), big(rest))
end

local function split(row, parts)
  local us, rest = bigQuotient(row, big(parts))
  return number(us), number(rest)
end

local function productUp(a, b, c)
  local quotient, rest = bigQuotient(bigProduct(a, b), c)
  return #rest > 0 and bigSum(quotient, { 1 }) or quotient
end

function bucket.used(limit, s, us, ns)
  local free, freeParts = difference(limit, limit.tolerance, limit.toleranceParts, ahead(limit, s, us, ns))
  if free < 0 or limit.tolerance < 0 then
    return limit.permits
  end
  local left = bigQuotient(joined(free, freeParts, limit.parts), joined(limit.interval, limit.intervalParts, limit.parts))
  return math.max(0, limit.permits - number(left))
end

function counter.used(limit, s, us, ns)
  local windows = passed(limit, s, us)
  local current, previous = counts(s, windows)
  local start = s[1] + windows * limit.period
  local left, leftNs = limit.period, 0
  if us >= start then
    left, leftNs = minus(start + limit.period, 0, us, ns)
  end
  local share = productUp(big(previous), joined(left, leftNs, 1000), joined(limit.period, 0, 1000))
  return current + number(share)
end

local function isOpen(limit)
  return limit.tolerance > 0 or (limit.tolerance == 0 and limit.toleranceParts > 0)
end

-- How far the TAT is ahead here of who was there under `old`: the same share of the bucket.
local function bucketAhead(limit, old, s, us, ns)
  local tolerance = isOpen(limit) and joined(limit.tolerance, limit.toleranceParts, limit.parts)
  if old.kernel == bucket then
    local a, parts = ahead(old, s, us, ns)
    if a == 0 and parts == 0 then
      return 0, 0
    end
    if not tolerance or not isOpen(old) then
      a, parts = nanosUp(old, a, parts)
      local same = joined(a, parts * limit.scale, limit.parts)
      local most = tolerance or joined(MOST_TOLERANCE, MOST_TOLERANCE_PARTS, 1000)
      return split(bigLess(most, same) and most or same, limit.parts)
    end
    local all = joined(old.tolerance, old.toleranceParts, old.parts)
    local share = productUp(joined(a, parts, old.parts), tolerance, all)
    local most = joined(MOST_AHEAD, MOST_AHEAD_NS, 1000)
    return split(bigLess(most, share) and most or share, limit.parts)
  end
  local used = old.kernel.used(old, s, us, ns)
  if tolerance then
    local all = old.permits == 0 and limit.permits or old.permits
    return split(productUp(big(math.min(used, all)), tolerance, big(all)), limit.parts)
  elseif old.permits == 0 then
    return 0, 0
  end
  local nanos = productUp(big(math.min(used, old.permits)), joined(old.period, 0, 1000), big(old.permits))
  local most = bigQuotient(joined(MOST_AHEAD, MOST_AHEAD_NS, 1000), big(limit.scale))
  us, ns = split(bigLess(most, nanos) and most or nanos, 1000)
  return us, ns * limit.scale
end

-- How many permits of a window or a log somebody has used who was there under `old`.
local function usedUnder(limit, old, s, us, ns)
  local used = old.kernel.used(old, s, us, ns)
  if old.kernel ~= bucket or limit.permits == 0 then
    return used
  elseif old.permits > 0 then
    return number(productUp(big(used), big(limit.permits), big(old.permits)))
  end
  local reset, resetNs = old.kernel.reset(old, s, us, ns)
  local share = productUp(joined(reset, resetNs, 1000), big(limit.permits), joined(limit.period, 0, 1000))
  return math.min(limit.permits, number(share))
end

local function carryOver(limit, old, s, us, ns)
  local state = limit.kernel.fresh(limit, us, ns)
  if limit.kernel == bucket then
    local a, parts = bucketAhead(limit, old, s, us, ns)
    state[1], state[2] = sum(limit, us, ns * limit.scale, a, parts)
  elseif limit.kernel == log and old.kernel == log then
    old.kernel.catchUp(old, s, us, ns)
    for k, word in pairs(s) do
      state[k] = word
    end
  elseif limit.kernel == old.kernel and limit.period == old.period and limit.aligned == old.aligned then
    for k, word in ipairs(s) do
      state[k] = word
    end
  else
    limit.above = usedUnder(limit, old, s, us, ns)
    limit.kernel.owe(limit, state, us, ns)
  end
  return state
end

local function left(limit, s, us, ns)
  return math.max(0, limit.permits - limit.kernel.used(limit, s, us, ns))
end

-- Whether `one` is stricter than `other`.
local function isStricter(limit, one, other, us, ns)
  local a, b = left(limit, one, us, ns), left(limit, other, us, ns)
  if a ~= b then
    return a < b
  end
  local reset, resetNs = limit.kernel.reset(limit, one, us, ns)
  local than, thanNs = limit.kernel.reset(limit, other, us, ns)
  return less(than, thanNs, reset, resetNs)
end

-- Gives `bundle` the states that `raw` tells under other rules, if these stand behind its own.
function adopt(bundle, raw)
  local row, first, old = bundle.rules.row, bundle.rules.last, nil
  while first < #row - 1 do
    local rules = rulesIn(row, first)
    old = bundleOf(bundle.key, rules, raw)
    if old.known then
      break
    elseif old.foreign then
      bundle.foreign = true
      return false
    end
    first = rules.last + #bundle.limits
  end
  if not old or not old.known then
    return false
  end
  local us, ns = earliest(old)
  for j, limit in ipairs(bundle.limits) do
    local was = row[old.rules.last + j]
    local state = limit.kernel.fresh(limit, us, ns)
    for k, before in ipairs(old.limits) do
      if was == 0 or was == k then
        local carried = carryOver(limit, before, old.states[k], us, ns)
        if isStricter(limit, carried, state, us, ns) then
          state = carried
        end
      end
    end
    bundle.states[j] = state
  end
  local ledger = old.ledger
  if ledger and (ledger[OPEN] > 0 or us > now or ns > 0) then
    bundle.ledger = nil
    local after = ledgerOf(bundle)
    after[1], after[2], after[WAITER] = ledger[1], ledger[2], ledger[WAITER]
    after[OPEN], after[BORN], after[STAMP] = ledger[OPEN], ledger[BORN], ledger[STAMP]
    after[CHANGED] = nextStamp(after)
  end
  bundle.changed = true
  return true
end
