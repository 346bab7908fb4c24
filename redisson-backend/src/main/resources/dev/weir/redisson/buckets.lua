-- The decisions of decide.lua where every limit is a bucket, nobody waits or holds, and nothing is to be given back: most often. The same
-- keys, arguments and reply; or { now, false }, and nothing was judged: something stands there that decide.lua has to look at.

local call, pcall, pack, unpack = redis.call, redis.pcall, struct.pack, struct.unpack
local MOST = 2 ^ 52

local function numbers(text)
  return { unpack('>' .. string.rep('d', #text / 8), text) } -- and, last of all, where it stopped
end

local order = numbers(ARGV[1])
local deadline = order[2]
if deadline > 0 and now > deadline then
  return { now }
end

-- Read: a value is version, when it was written, 0, and the TAT of each bucket, in us and parts. These stand in `us` and `parts`, those of
-- KEYS[i] behind first[i].

local rows, rulesOf, values, first = {}, {}, {}, {}
local us, parts = {}, {}

local at, n = 3, 0
for i = 1, #KEYS do
  local index = order[at]
  local rules = rows[index]
  if not rules then
    rules = numbers(ARGV[index])
    rows[index] = rules
  end
  local buckets = rules[2]
  local raw = pcall('GET', KEYS[i])
  if not raw then
    for j = 1, buckets do
      us[n + j], parts[n + j] = now, 0
    end
  else
    if type(raw) == 'table' or #raw ~= 24 + 16 * buckets then
      return { now, false }
    end
    local version, seen, ledger, u, part = unpack('>ddddd', raw)
    if version ~= rules[1] or ledger ~= 0 or not (seen >= 0 and seen <= now and seen % 1 == 0) then
      return { now, false }
    end
    for j = 1, buckets do
      if j > 1 then
        u, part = unpack('>dd', raw, 9 + 16 * j)
      end
      if u % 1 ~= 0 or part % 1 ~= 0 or u < -MOST or u > 2 * MOST or part < -MOST or part > 2 * MOST then
        return { now, false }
      end
      us[n + j], parts[n + j] = u, part
    end
  end
  rulesOf[i], values[i], first[i] = rules, raw, n
  at, n = at + 1 + buckets, n + buckets
end

-- Judge.

local reply, taken, isTaken = { now }, {}, {}
local newUs, newParts = {}, {} -- of each limit of a question, its TAT if it is admitted

-- Whether all limits of the question whose keys stand behind number `from` admit it; it has taken then.
local function admitted(questions, from, count)
  local m = 0
  for p = 1, count do
    local k = questions[from + 2 * p - 1]
    local rules, asked, base = rulesOf[k], rows[questions[from + 2 * p]], first[k]
    for j = 1, rules[2] do
      local r, a = 9 * j - 6, 6 * j - 5
      if asked[a] ~= 1 then
        return false
      end
      local u, part = us[base + j], parts[base + j]
      if asked[a + 1] > 0 then
        if u < now then
          u, part = now, 0
        end
        u, part = u + asked[a + 2], part + asked[a + 3]
        if part >= rules[r + 3] then
          u, part = u + 1, part - rules[r + 3]
        end
        local over = u - now - rules[r + 5]
        if over > 0 or (over == 0 and part > rules[r + 6]) then
          return false
        end
      end
      m = m + 1
      newUs[m], newParts[m] = u, part
    end
  end
  m = 0
  for p = 1, count do
    local k = questions[from + 2 * p - 1]
    local asked, base = rows[questions[from + 2 * p]], first[k]
    for j = 1, rulesOf[k][2] do
      m = m + 1
      if asked[6 * j - 4] > 0 then
        if not isTaken[k] then
          isTaken[k] = true
          taken[#taken + 1] = k
        end
        us[base + j], parts[base + j] = newUs[m], newParts[m]
      end
    end
  end
  return true
end

-- The same for one bucket, most often: how many of `times` it admits.
local function admittedByOne(k, asked, times)
  local rules, base = rulesOf[k], first[k] + 1
  local inc, incParts, scale = asked[3], asked[4], rules[6]
  local most, mostParts = now + rules[8], rules[9]
  local u, part = us[base], parts[base]
  if asked[1] ~= 1 then
    return 0
  elseif asked[2] == 0 then
    return times
  elseif u < now then
    u, part = now, 0
  end
  local n = 0
  while n < times do
    local nextU, nextPart = u + inc, part + incParts
    if nextPart >= scale then
      nextU, nextPart = nextU + 1, nextPart - scale
    end
    if nextU > most or (nextU == most and nextPart > mostParts) then
      break
    end
    u, part, n = nextU, nextPart, n + 1
  end
  if n > 0 then
    us[base], parts[base] = u, part
    if not isTaken[k] then
      isTaken[k] = true
      taken[#taken + 1] = k
    end
  end
  return n
end

local questions = numbers(ARGV[2])
at = 1
while at < #questions do
  local wanted, count, times = questions[at], questions[at + 2], 0
  for p = 1, count do
    local index = questions[at + 2 + 2 * p]
    if not rows[index] then
      rows[index] = numbers(ARGV[index])
    end
  end
  if count == 1 and rulesOf[questions[at + 3]][2] == 1 then
    times = admittedByOne(questions[at + 3], rows[questions[at + 4]], wanted)
  else
    while times < wanted and admitted(questions, at + 2, count) do
      times = times + 1
    end
  end
  reply[#reply + 1] = times
  at = at + 3 + 2 * count
end

-- Write.

local soonest = math.floor(now / 1000) + 1
for i = 1, #taken do
  local k = taken[i]
  local rules, base, needed = rulesOf[k], first[k], soonest
  local value = pack('>ddddd', rules[1], now, 0, us[base + 1], parts[base + 1])
  for j = 1, rules[2] do
    local u, part = us[base + j], parts[base + j]
    local millis = math.ceil((u + (part > 0 and 1 or 0)) / 1000)
    if millis > needed then
      needed = millis
    end
    if j > 1 then
      value = value .. pack('>dd', u, part)
    end
  end
  call('SET', KEYS[k], value, neededUntil(needed))
end
local head = #reply
for i = 1, #KEYS do
  reply[head + i] = values[i]
end
return reply
