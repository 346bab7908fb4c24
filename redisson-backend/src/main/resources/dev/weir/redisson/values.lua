-- What stands in Redis for one client under one bundle, and how it is read and written.
--
-- A value: version, when it was written in us, how many numbers the ledger has, the ledger, the words of each limit, and the pairs
-- of each log. A ledger, kept while anybody waits or may give back: last turn in us and ns, the stamp of who has it, stamp, stamp of
-- the last change of rules, open, stamp of its beginning, and for each limit the sum of what was given back in us and parts. All
-- big-endian doubles. Stamps rise, and are as late as now at least: so none is given twice, though a value may be lost and made anew.

local WAITER, STAMP, CHANGED, OPEN, BORN, LEDGER = 3, 4, 5, 6, 7, 7
local pack, unpack = struct.pack, struct.unpack

local function numbers(text)
  return { unpack('>' .. string.rep('d', #text / 8), text) } -- and, last of all, where it stopped
end

-- Since `bundle` was written at `seen` the clock has stepped back, to that of another server, say. What lies ahead moves back as far:
-- nobody waits longer for that, and nothing is forgiven. What is given back later is of times before, and comes back to nobody.
local function rewind(bundle, seen)
  for _, limit in ipairs(bundle.limits) do
    limit.kernel.rewind(limit, limit.state, seen)
  end
  local ledger = bundle.ledger
  if ledger then
    ledger[1], ledger[CHANGED] = ledger[1] - (seen - now), ledger[STAMP]
  end
  bundle.changed = true
end

-- Whether every number of `row` is one that we might have written.
local function areOurs(row)
  for k = 1, #row do
    if row[k] % 1 ~= 0 or row[k] < -MOST or row[k] > 2 * MOST then -- NaN and infinity have no rest of 0
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
  elseif raw and (#raw < 24 or #raw % 8 > 0 or not areOurs({ unpack('>ddd', raw) })) then
    return false, true
  end
  return raw, false
end

-- Puts the values of all keys into `reply`, behind its head. The number of the first that is somebody else's, or nil.
local function readAll(reply)
  for i = 1, #KEYS do
    local foreign
    reply[i + 2], foreign = valueAt(KEYS[i])
    if foreign then
      return i
    end
  end
end

-- A bundle under the rules that stand in `rules` behind number `first` (see decide.lua), with its state, if `raw` is under them;
-- `foreign` says that it looks so, but is not what was written.
local function bundleOf(key, rules, first, raw)
  local bundle = { key = key, version = rules[first + 1], limits = {} }
  local words = 0
  for j = 1, rules[first + 2] do
    local r = first + 2 + (j - 1) * 9
    local limit = {
      kernel = KERNELS[rules[r + 1]],
      queues = rules[r + 1] == QUEUE,
      permits = rules[r + 2],
      period = rules[r + 3],
      parts = rules[r + 4],
      scale = rules[r + 5],
      tolerance = rules[r + 6],
      toleranceParts = rules[r + 7],
      interval = rules[r + 8],
      intervalParts = rules[r + 9],
      aligned = rules[r + 8],
    }
    words = words + limit.kernel.words
    bundle.limits[j] = limit
  end
  bundle.last = first + 2 + 9 * #bundle.limits
  if not raw or unpack('>d', raw) ~= bundle.version then
    return bundle
  end
  local _, seen, ledgerSize = unpack('>ddd', raw)
  local ledgerFits = ledgerSize == 0 or ledgerSize == LEDGER + 2 * #bundle.limits
  bundle.foreign = not ledgerFits or #raw < 8 * (3 + ledgerSize + words)
  if bundle.foreign then
    return bundle
  end
  local value = { unpack('>' .. string.rep('d', ledgerSize + words), raw, 25) }
  if ledgerSize > 0 then
    bundle.ledger = {}
    for k = 1, ledgerSize do
      bundle.ledger[k] = value[k]
    end
  end
  local at, pairsAt = ledgerSize, 25 + 8 * (ledgerSize + words)
  for _, limit in ipairs(bundle.limits) do
    local state = {}
    for k = 1, limit.kernel.words do
      state[k] = value[at + k]
    end
    at = at + limit.kernel.words
    if limit.kernel.grows then
      local size = math.max(0, state[1]) * PAIR
      state.pairs = raw:sub(pairsAt, pairsAt + size - 1)
      pairsAt = pairsAt + size
    end
    limit.state = state
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
  local ledger = bundle.ledger or {}
  local value, logs = { bundle.version, now, #ledger }, ''
  for k = 1, #ledger do
    value[3 + k] = ledger[k]
  end
  for _, limit in ipairs(bundle.limits) do
    for k = 1, limit.kernel.words do
      value[#value + 1] = limit.state[k]
    end
    logs = logs .. (limit.state.pairs or '')
  end
  return pack('>' .. string.rep('d', #value), _G.unpack(value)) .. logs
end

-- Writes `bundle`, to be kept until it is as good as new, and keepMillis from now at least while anything is open.
local function write(bundle, keepMillis)
  local needed = floor(now / 1000) + 1
  local ledger = bundle.ledger
  if ledger then
    local us, ns = earliest(bundle)
    local turn = math.ceil((us + (ns > 0 and 1 or 0)) / 1000)
    needed = math.max(needed, turn)
    if ledger[OPEN] > 0 then
      needed = math.max(needed, turn + keepMillis, floor(now / 1000) + call('PTTL', bundle.key))
    elseif us == now and ns == 0 then
      bundle.ledger = nil -- nobody needs it
    end
  end
  for _, limit in ipairs(bundle.limits) do
    local us, ns = limit.kernel.reset(limit, limit.state, now, 0)
    needed = math.max(needed, math.ceil((now + us + (ns > 0 and 1 or 0)) / 1000))
  end
  call('SET', bundle.key, encoded(bundle), neededUntil(needed))
end

-- Gives `bundle` the state of other rules, if these are told: changed.lua has it, for those who are told.
local adopt
