-- The decisions of decide.lua where every limit is a bucket, nobody waits or holds, and nothing is to be given back: most often. The same
-- keys, arguments and reply; or { now, false }, and nothing was judged: something stands there that decide.lua has to look at.

local call, pack, unpack = redis.call, struct.pack, struct.unpack
local MOST = 2 ^ 52

local formats = {} -- of so many numbers
local function format(size)
  local known = formats[size]
  if not known then
    known = '>' .. string.rep('d', size)
    formats[size] = known
  end
  return known
end

local function numbers(text)
  return { unpack(format(#text / 8), text) } -- and, last of all, where it stopped
end

local order = numbers(ARGV[1])
local deadline = order[2]
if deadline > 0 and now > deadline then
  return { now }
end

-- Read: a value is version, when it was written, 0, and the TAT of each bucket, in us and parts.

local rulesAt, values, states, rulesOf = {}, {}, {}, {}
local at = 3
for i = 1, #KEYS do
  local index = order[at]
  local rules = rulesAt[index]
  if not rules then
    rules = numbers(ARGV[index])
    rulesAt[index] = rules
  end
  rulesOf[i] = rules
  local buckets = rules[2]
  local size = 3 + 2 * buckets
  local raw = redis.pcall('GET', KEYS[i])
  local state
  if not raw then
    state = { rules[1], now, 0 }
    for j = 4, size, 2 do
      state[j], state[j + 1] = now, 0
    end
  elseif type(raw) == 'table' or #raw ~= 8 * size then
    return { now, false }
  else
    state = { unpack(format(size), raw) }
    state[size + 1] = nil -- where it stopped
    if state[1] ~= rules[1] or state[3] ~= 0 or not (state[2] <= now) then
      return { now, false }
    end
    for j = 2, size do
      local number = state[j]
      if not (number % 1 == 0 and number >= -MOST and number <= 2 * MOST) then
        return { now, false }
      end
    end
  end
  values[i], states[i] = raw, state
  at = at + 1 + buckets
end

-- Judge.

local reply, askedAt, taken = { now }, {}, {}
local us, parts = {}, {} -- of each limit of a question, its TAT if it is admitted

-- Whether all limits of the question whose keys stand behind number `from` admit it; it has taken then.
local function admitted(questions, from, count)
  local n = 0
  for p = 1, count do
    local k = questions[from + 2 * p - 1]
    local state, rules, asked = states[k], rulesOf[k], askedAt[questions[from + 2 * p]]
    for j = 0, rules[2] - 1 do
      local r, a = 3 + 9 * j, 1 + 6 * j
      if asked[a] ~= 1 then
        return false
      end
      local u, part = state[4 + 2 * j], state[5 + 2 * j]
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
      n = n + 1
      us[n], parts[n] = u, part
    end
  end
  n = 0
  for p = 1, count do
    local k = questions[from + 2 * p - 1]
    local state, asked = states[k], askedAt[questions[from + 2 * p]]
    for j = 0, rulesOf[k][2] - 1 do
      n = n + 1
      if asked[6 * j + 2] > 0 then
        taken[k] = true
        state[4 + 2 * j], state[5 + 2 * j] = us[n], parts[n]
      end
    end
  end
  return true
end

local questions = numbers(ARGV[2])
at = 1
while at < #questions do
  local count, times = questions[at + 2], 0
  for p = 1, count do
    local index = questions[at + 2 + 2 * p]
    askedAt[index] = askedAt[index] or numbers(ARGV[index])
  end
  while times < questions[at] and admitted(questions, at + 2, count) do
    times = times + 1
  end
  reply[#reply + 1] = times
  at = at + 3 + 2 * count
end

-- Write.

local ceil = math.ceil
for k in pairs(taken) do
  local state = states[k]
  local needed = math.floor(now / 1000) + 1
  for j = 4, #state, 2 do
    local millis = ceil((state[j] + (state[j + 1] > 0 and 1 or 0)) / 1000)
    if millis > needed then
      needed = millis
    end
  end
  state[2] = now
  call('SET', KEYS[k], pack(format(#state), _G.unpack(state)), neededUntil(needed))
end
local head = #reply
for i = 1, #KEYS do
  reply[head + i] = values[i]
end
return reply
