-- The decisions of decide.lua where every limit is a bucket, nobody waits or holds, and nothing is to be given back: most often. The same
-- keys, arguments and reply; or { now, false }, and nothing was judged: something stands there that decide.lua has to look at.

local call, pcall, pack, unpack, byte, ceil = redis.call, redis.pcall, struct.pack, struct.unpack, string.byte, math.ceil
local MOST = 4503599627370496 -- 2^52
local deadline

-- The same of all ------------------------------------------------------------------------------------------------------------

-- A value is version, when it was written, 0, and the TAT of each bucket, in us and parts. Up to three of these stand in locals here: a
-- table takes as long as a command does.

if not ARGV[4] then
  local told, clients = ARGV[1], #KEYS
  local _, version, limits, grain, inc, incParts, scale, tolerance, toleranceParts
  _, deadline, version, limits, grain, inc, incParts, scale, tolerance, toleranceParts = unpack('>dddddddddd', told)
  if deadline > 0 and now > deadline then
    return { now }
  end
  local most, counts = now + tolerance, 40 + 88 * limits
  local reply -- as if all were admitted, so far
  if clients == 1 then
    reply = { now, byte(told, counts + 1), false }
  else
    reply = { now, byte(told, counts + 1, counts + clients) }
  end

  -- All keys are read and judged before the first is written: what stands at any of them may not be ours.
  local value, needed = false, false -- of the last key: what is to stand there, and its end if that changes
  local values, untils -- and of each, if there are several
  if clients > 1 then
    values, untils = {}, {}
  end

  if limits == 1 then
    for i = 1, clients do
      local raw = pcall('GET', KEYS[i])
      local u, part, life = now, 0, false
      if raw then
        if type(raw) == 'table' or #raw ~= 40 then
          return { now, false }
        end
        local known, seen, ledger, storedU, storedPart = unpack('>ddddd', raw)
        if known ~= version or ledger ~= 0 or not (seen >= 0 and seen <= now and seen % 1 == 0)
          or storedU % 1 ~= 0 or storedPart % 1 ~= 0
          or storedU < -MOST or storedU > 2 * MOST or storedPart < -MOST or storedPart > 2 * MOST then
          return { now, false }
        elseif storedU >= now then
          u, part = storedU, storedPart
        end
        if grain > 1 then
          life = ceil((storedPart > 0 and storedU + 1 or storedU) / 1000)
          life = life + -life % grain
        end
      end
      reply[1 + clients + i] = raw
      local times, wanted = 0, reply[1 + i]
      repeat
        local nextU, nextPart = u + inc, part + incParts
        if nextPart >= scale then
          nextU, nextPart = nextU + 1, nextPart - scale
        end
        if nextU > most or (nextU == most and nextPart > toleranceParts) then
          break
        end
        u, part, times = nextU, nextPart, times + 1
      until times == wanted
      reply[1 + i] = times
      value, needed = false, false
      if times > 0 then
        needed = ceil((part > 0 and u + 1 or u) / 1000)
        needed = needed + -needed % grain
        needed = needed ~= life and needed
        value = pack('>ddddd', version, now, 0, u, part)
      end
      if values then
        values[i], untils[i] = value, needed
      end
    end
  else
    -- Two or three: where there are two, the third is there in name only.

    local function areOurs(us, parts)
      return us % 1 == 0 and parts % 1 == 0 and us >= -MOST and us <= 2 * MOST and parts >= -MOST and parts <= 2 * MOST
    end

    local function lifeOf(u1, part1, u2, part2, u3, part3)
      local full, full2, full3 = part1 > 0 and u1 + 1 or u1, part2 > 0 and u2 + 1 or u2, part3 > 0 and u3 + 1 or u3
      full = full2 > full and full2 or full
      local millis = ceil((full3 > full and full3 or full) / 1000)
      return millis + -millis % grain
    end

    local format = limits == 2 and '>ddddddd' or '>ddddddddd'
    local inc2, incParts2, scale2, most2, mostParts2 = unpack('>ddddd', told, 81)
    local inc3, incParts3, scale3, most3, mostParts3 = 0, 0, 1, 2 * MOST, 0 -- admits all
    if limits == 3 then
      inc3, incParts3, scale3, most3, mostParts3 = unpack('>ddddd', told, 121)
      most3 = now + most3
    end
    most2 = now + most2

    for i = 1, clients do
      local u1, part1, u2, part2, u3, part3, life = now, 0, now, 0, now, 0, false
      local raw = pcall('GET', KEYS[i])
      if raw then
        if type(raw) == 'table' or #raw ~= 24 + 16 * limits then
          return { now, false }
        end
        local known, seen, ledger
        known, seen, ledger, u1, part1, u2, part2, u3, part3 = unpack(format, raw)
        if limits == 2 then
          u3, part3 = u1, part1
        end
        if known ~= version or ledger ~= 0 or not (seen >= 0 and seen <= now and seen % 1 == 0)
          or not (areOurs(u1, part1) and areOurs(u2, part2) and areOurs(u3, part3)) then
          return { now, false }
        end
        life = grain > 1 and lifeOf(u1, part1, u2, part2, u3, part3)
        if u1 < now then
          u1, part1 = now, 0
        end
        if u2 < now then
          u2, part2 = now, 0
        end
        if u3 < now then
          u3, part3 = now, 0
        end
      end
      reply[1 + clients + i] = raw
      local times, wanted = 0, reply[1 + i]
      repeat
        local next1, nextPart1 = u1 + inc, part1 + incParts
        local next2, nextPart2 = u2 + inc2, part2 + incParts2
        local next3, nextPart3 = u3 + inc3, part3 + incParts3
        if nextPart1 >= scale then
          next1, nextPart1 = next1 + 1, nextPart1 - scale
        end
        if nextPart2 >= scale2 then
          next2, nextPart2 = next2 + 1, nextPart2 - scale2
        end
        if nextPart3 >= scale3 then
          next3, nextPart3 = next3 + 1, nextPart3 - scale3
        end
        if next1 > most or (next1 == most and nextPart1 > toleranceParts)
          or next2 > most2 or (next2 == most2 and nextPart2 > mostParts2)
          or next3 > most3 or (next3 == most3 and nextPart3 > mostParts3) then
          break
        end
        u1, part1, u2, part2, u3, part3 = next1, nextPart1, next2, nextPart2, next3, nextPart3
        times = times + 1
      until times == wanted
      reply[1 + i] = times
      value, needed = false, false
      if times > 0 then
        needed = lifeOf(u1, part1, u2, part2, u3, part3)
        needed = needed ~= life and needed
        value = pack(format, version, now, 0, u1, part1, u2, part2, u3, part3)
      end
      if values then
        values[i], untils[i] = value, needed
      end
    end
  end

  -- Nor is a key told anew for how long it lives where that does not change: a value of the same length stands there then. SETRANGE leaves the
  -- end as it is, and answers by a number, where SET does by a table.
  for i = 1, clients do
    if values then
      value, needed = values[i], untils[i]
    end
    if needed then
      call('SET', KEYS[i], value, neededUntil(needed))
    elseif value then
      call('SETRANGE', KEYS[i], '0', value)
    end
  end
  return reply
end

-- Whatever else is asked ----------------------------------------------------------------------------------------------------

local function numbers(text)
  return { unpack('>' .. string.rep('d', #text / 8), text) } -- and, last of all, where it stopped
end

local order = numbers(ARGV[1])
deadline = order[2]
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
  local rules, base, needed, grain = rulesOf[k], first[k], soonest, 1
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
    if rules[9 * j - 5] >= 32 and rules[9 * j - 1] >= 16000000 then -- as grainOf of values.lua
      grain = math.max(grain, math.floor(rules[9 * j - 1] / 16000))
    end
  end
  call('SET', KEYS[k], value, neededUntil(needed + -needed % grain))
end
local head = #reply
for i = 1, #KEYS do
  reply[head + i] = values[i]
end
return reply
