-- What stands in Redis for one client under one bundle, and how it is read and written.
--
-- A value: version, when it was written in us, how many numbers the ledger has, the ledger, the words of each limit, and the pairs
-- of each log. A ledger, kept while anybody waits or may give back: last turn in us and ns, the stamp of who has it, stamp, stamp of
-- the last change of rules, open, stamp of its beginning, and for each limit the sum of what was given back in us and parts. All
-- big-endian doubles. Stamps rise, and are as late as now at least: so none is given twice, though a value may be lost and made anew.

local WAITER, STAMP, CHANGED, OPEN, BORN, LEDGER = 3, 4, 5, 6, 7, 7
local pack, unpack = struct.pack, struct.unpack

local DOUBLES = {} -- the format of so many
setmetatable(DOUBLES, {
  __index = function(formats, size)
    formats[size] = '>' .. string.rep('d', size)
    return formats[size]
  end,
})

local function numbers(text)
  return { unpack(DOUBLES[#text / 8], text) } -- and, last of all, where it stopped
end

-- Since `bundle` was written at `seen` the clock has stepped back, to that of another server, say. What lies ahead moves back as far:
-- nobody waits longer for that, and nothing is forgiven. What is given back later is of times before, and comes back to nobody.
local function rewind(bundle, seen)
  for j, limit in ipairs(bundle.limits) do
    limit.kernel.rewind(limit, bundle.states[j], seen)
  end
  local ledger = bundle.ledger
  if ledger then
    ledger[1], ledger[CHANGED] = ledger[1] - (seen - now), ledger[STAMP]
  end
  bundle.changed = true
end

-- Whether we might have written that number.
local function isOurs(number)
  return number % 1 == 0 and number >= -MOST and number <= 2 * MOST -- NaN and infinity have no rest of 0
end

local function areOurs(row)
  for k = 1, #row do
    if not isOurs(row[k]) then
      return false
    end
  end
  return true
end

-- What stands at `key`, or false; and whether that is somebody else's, as far as can be seen without its rules.
local function valueAt(key)
  local raw = redis.pcall('GET', key)
  if type(raw) == 'table' then
    if raw.err:find('WRONGTYPE', 1, true) then
      return false, true
    end
    error(raw.err)
  elseif raw then
    if #raw < 24 or #raw % 8 > 0 then
      return false, true
    end
    local version, seen, ledgerSize = unpack('>ddd', raw)
    if not (isOurs(version) and isOurs(seen) and isOurs(ledgerSize)) then
      return false, true
    end
  end
  return raw, false
end

-- The rules that stand in `row` behind number `first` (see decide.lua).
local function rulesIn(row, first)
  local rules = { version = row[first + 1], limits = {}, row = row, words = 0 }
  for j = 1, row[first + 2] do
    local r = first + 2 + (j - 1) * 9
    rules.limits[j] = {
      kernel = KERNELS[row[r + 1]],
      queues = row[r + 1] == QUEUE,
      permits = row[r + 2],
      period = row[r + 3],
      parts = row[r + 4],
      scale = row[r + 5],
      tolerance = row[r + 6],
      toleranceParts = row[r + 7],
      interval = row[r + 8],
      intervalParts = row[r + 9],
      aligned = row[r + 8],
    }
  end
  for _, limit in ipairs(rules.limits) do
    rules.words = rules.words + limit.kernel.words
  end
  rules.last = first + 2 + 9 * #rules.limits
  return rules
end

-- A bundle under `rules`, with its states, if `raw` is under them; `foreign` says that it looks so, but is not what was written.
local function bundleOf(key, rules, raw)
  local limits, states = rules.limits, {}
  local bundle = { key = key, rules = rules, limits = limits, states = states }
  if not raw then
    return bundle
  end
  local version, seen, ledgerSize = unpack('>ddd', raw)
  if version ~= rules.version then
    return bundle
  end
  local size = ledgerSize + rules.words
  if (ledgerSize ~= 0 and ledgerSize ~= LEDGER + 2 * #limits) or #raw < 8 * (3 + size) then
    bundle.foreign = true
    return bundle
  end
  local value = { unpack(DOUBLES[size], raw, 25) }
  value[size + 1] = nil -- where it stopped
  local pairsAt = 25 + 8 * size
  local first = limits[1].kernel
  if size == first.words and not first.grows then
    states[1] = value -- most often
  else
    if ledgerSize > 0 then
      local ledger = {}
      for k = 1, ledgerSize do
        ledger[k] = value[k]
      end
      bundle.ledger = ledger
    end
    local at = ledgerSize
    for j, limit in ipairs(limits) do
      local state = {}
      for k = 1, limit.kernel.words do
        state[k] = value[at + k]
      end
      at = at + limit.kernel.words
      if limit.kernel.grows then
        local bytes = math.max(0, state[1]) * PAIR
        state.pairs = raw:sub(pairsAt, pairsAt + bytes - 1)
        pairsAt = pairsAt + bytes
      end
      states[j] = state
    end
  end
  bundle.known = areOurs(value) and pairsAt == #raw + 1
  bundle.foreign = not bundle.known
  if bundle.known and seen > now then
    rewind(bundle, seen)
  end
  return bundle
end

-- When the last of those who wait there goes on; not before now.
local function earliest(bundle)
  local ledger = bundle.ledger
  if ledger and ledger[1] >= now then
    return ledger[1], ledger[2]
  end
  return now, 0
end

-- The ledger, made if there is none.
local function ledgerOf(bundle)
  local ledger = bundle.ledger
  if not ledger then
    ledger = { now, 0, 0, now - 1, now - 1, 0, now - 1 }
    for j = 1, 2 * #bundle.limits do
      ledger[LEDGER + j] = 0
    end
    bundle.ledger = ledger
  end
  return ledger
end

local function nextStamp(ledger)
  ledger[STAMP] = math.max(ledger[STAMP] + 1, now)
  return ledger[STAMP]
end

local function encoded(bundle)
  local ledger, size = bundle.ledger, 3
  local value, logs = { bundle.rules.version, now, 0 }, ''
  if ledger then
    value[3], size = #ledger, 3 + #ledger
    for k = 1, #ledger do
      value[3 + k] = ledger[k]
    end
  end
  for j, limit in ipairs(bundle.limits) do
    local state = bundle.states[j]
    for k = 1, limit.kernel.words do
      value[size + k] = state[k]
    end
    size = size + limit.kernel.words
    logs = state.pairs and logs .. state.pairs or logs
  end
  return pack(DOUBLES[size], _G.unpack(value)) .. logs
end

-- When the last of those who wait at `bundle` has gone on, in ms.
local function turnMillis(bundle)
  local us, ns = earliest(bundle)
  return math.ceil((us + (ns > 0 and 1 or 0)) / 1000)
end

-- Forgets the ledger if nobody needs it.
local function dropLedger(bundle)
  local ledger = bundle.ledger
  if ledger and ledger[OPEN] == 0 then
    local us, ns = earliest(bundle)
    if us == now and ns == 0 then
      bundle.ledger = nil
    end
  end
end

-- For how long a state lives is rounded up to so many ms: a sixteenth of the time in which a bucket refills, if that holds 32 permits or
-- more and takes 16 s or more. So most decisions need not tell it anew, which costs as much as to write the value. Every writer must
-- round: buckets.lua trusts what it finds.
local function grainOf(limits)
  local grain = 1
  for _, limit in ipairs(limits) do
    if limit.kernel == bucket and limit.permits >= 32 and limit.tolerance >= 16000000 then
      grain = math.max(grain, floor(limit.tolerance / 16000))
    end
  end
  return grain
end

-- Writes `bundle`, to be kept until it is as good as new, and while anything is open until bundle.keptUntil ms since 1970 at least.
local function write(bundle)
  local needed = floor(now / 1000) + 1
  local ledger = bundle.ledger
  if ledger then
    needed = math.max(needed, turnMillis(bundle))
    if ledger[OPEN] > 0 then
      needed = math.max(needed, bundle.keptUntil or 0, floor(now / 1000) + call('PTTL', bundle.key))
    end
    dropLedger(bundle)
  end
  for j, limit in ipairs(bundle.limits) do
    local state = bundle.states[j]
    if limit.kernel.grows then
      limit.kernel.shrink(limit, state)
    end
    local us, ns = limit.kernel.reset(limit, state, now, 0)
    needed = math.max(needed, math.ceil((now + us + (ns > 0 and 1 or 0)) / 1000))
  end
  call('SET', bundle.key, encoded(bundle), neededUntil(needed + -needed % grainOf(bundle.limits)))
end

-- Gives `bundle` the state of other rules, if these are told: changed.lua has it, for those who are told.
local adopt
