-- A leaky bucket as a queue, shared by a fleet. Twin of LeakyBucket.java in weir-core; SameQueuesTest holds the two together. Behind
-- kernel.lua.
--
-- KEYS[1]   the queue: a list of its turns, first to last, and behind them its head
-- ARGV[1]   what to do: configure, submit, status, queued or delete
-- ARGV[2]   configure: capacity, permits, period in us and ns, emission interval in us and parts of 2^-20 ns
--           submit: the request's id, or nothing if one is to be made
--           queued: the number of the first turn wanted, counted from 0 since the queue was made, and how many at most
-- Reply     { 0 } if there is no such queue; { 2, type } if something else stands at the key, which is left alone; else
--           configure and status: { 1, head }
--           submit: { 1, answer, us, ns, places taken, id }, where answer is 1 (queued) or 0 (full), and us and ns say how long until
--           the turn or until there is a place; us is -1 if there will never be one
--           queued: { 1, head, turn, ... }
--           delete: { 1 }
--
-- A turn: when it was entered in us; its time in us and parts; the id. An id: the length of its text in 2 bytes, the text. A head: the
-- FIGURES, the MARK. Numbers in all of them are big-endian doubles. Times are those of the queue, which are Redis' own plus
-- `offset`; in us, with parts of 2^-20 ns, or rounded up to ns.
--
-- The key lives for LIFE_MILLIS from its last use on, and as long from the end of its last turn on.

local MARK = 'weir-queue-1'
local FIGURES = {
  'born', -- when it was first configured
  'seen', -- the latest time that it has seen
  'offset',
  'tat',
  'tatParts',
  'capacity',
  'permits',
  'period',
  'periodNs',
  'inc', -- the emission interval, where bucket.take looks for it
  'incParts',
  'leak', -- when the latest of `processed` left
  'leakNs',
  'total',
  'allowed',
  'processed',
}
local DOUBLES = '>' .. string.rep('d', #FIGURES)
local NANOSECOND, MICROSECOND = 2 ^ 20, 1000 * 2 ^ 20
local LIFE_MILLIS = 30 * 86400000
-- A clock that steps back by no more is waited for, as in weir-core; else the queue's time goes on from where it was.
local MOST_BACK = 60000000
-- 2^62 ns, the furthest that a TAT may be ahead.
local MOST_AHEAD, MOST_AHEAD_NS = 4611686018427387, 904

local key = KEYS[1]

-- The queue at the key, or nothing and the type of what else is there.
local function read()
  local kind = call('TYPE', key).ok
  if kind == 'none' then
    return nil
  end
  local head = kind == 'list' and call('LINDEX', key, -1) or ''
  if #head ~= 8 * #FIGURES + #MARK or head:sub(-#MARK) ~= MARK then
    return nil, kind
  end
  local queue = { scale = NANOSECOND, parts = MICROSECOND }
  local numbers = { struct.unpack(DOUBLES, head) }
  for i, name in ipairs(FIGURES) do
    queue[name] = numbers[i]
  end
  queue.state = { queue.tat, queue.tatParts }
  queue.size = queue.allowed - queue.processed
  if call('LLEN', key) ~= queue.size + 1 then
    return nil, kind
  end
  return queue
end

local function headOf(queue)
  queue.tat, queue.tatParts = queue.state[1], queue.state[2]
  local numbers = {}
  for i, name in ipairs(FIGURES) do
    numbers[i] = queue[name]
  end
  return struct.pack(DOUBLES, unpack(numbers)) .. MARK
end

-- Writes the head, and a turn before it if there is a new one. Gives the head.
local function write(queue, turn)
  local head = headOf(queue)
  if queue.isNew then
    call('RPUSH', key, head)
  else
    call('LSET', key, -1, turn or head)
    if turn then
      call('RPUSH', key, head)
    end
  end
  local us = bucket.reset(queue, queue.state, queue.seen, 0)
  call('PEXPIRE', key, string.format('%d', LIFE_MILLIS + math.ceil(us / 1000)))
  return head
end

-- When the turn at that place, from 0 on, is over, which is when the next one begins; as (us, ns), rounded up.
local function ends(queue, place)
  if place + 1 == queue.size then
    return nanosUp(queue, queue.state[1], queue.state[2])
  end
  local us, parts = struct.unpack('>dd', call('LINDEX', key, place + 1), 9)
  return nanosUp(queue, us, parts)
end

local function isOver(queue, place)
  local us, ns = ends(queue, place)
  return not less(queue.seen, 0, us, ns)
end

-- Lets go those whose time has passed.
local function catchUp(queue)
  local clock = now + queue.offset
  if queue.seen - clock > MOST_BACK then
    queue.offset, clock = queue.seen - now, queue.seen
  end
  queue.seen = math.max(queue.seen, clock)
  if queue.size == 0 or not isOver(queue, 0) then
    return
  end
  local over, notOver = 0, queue.size
  while notOver - over > 1 do
    local middle = floor((over + notOver) / 2)
    if isOver(queue, middle) then
      over = middle
    else
      notOver = middle
    end
  end
  queue.leak, queue.leakNs = ends(queue, over)
  queue.size, queue.processed = queue.size - notOver, queue.processed + notOver
  call('LTRIM', key, notOver, -1)
end

-- How long until one more fits, as (us, ns); 0, 0 if it does.
local function untilPlace(queue)
  local above = queue.size - queue.capacity
  if queue.capacity == 0 then
    return -1, 0
  elseif above >= 0 then
    local us, ns = ends(queue, above)
    return minus(us, ns, queue.seen, 0)
  elseif queue.size == 0 then
    return 0, 0
  end
  -- Changed often enough, long queues at slow rates could reach times that are no numbers any more.
  local us, ns = ends(queue, queue.size - 1)
  us, ns = plus(us, ns, queue.inc, floor(queue.incParts / NANOSECOND))
  us, ns = minus(us, ns, queue.seen, 0)
  us, ns = minus(us, ns, MOST_AHEAD, MOST_AHEAD_NS)
  if us < 0 then
    return 0, 0
  end
  return us, ns
end

local function fresh()
  return {
    isNew = true,
    scale = NANOSECOND,
    parts = MICROSECOND,
    state = { now, 0 },
    size = 0,
    born = now,
    seen = now,
    offset = 0,
    leak = now,
    leakNs = 0,
    total = 0,
    allowed = 0,
    processed = 0,
  }
end

local function configure(queue)
  local figures = { struct.unpack('>dddddd', ARGV[2]) }
  for i, name in ipairs({ 'capacity', 'permits', 'period', 'periodNs', 'inc', 'incParts' }) do
    queue[name] = figures[i]
  end
  return { 1, write(queue) }
end

local function submit(queue, id)
  queue.total = queue.total + 1
  local us, ns = untilPlace(queue)
  if us ~= 0 or ns ~= 0 then
    write(queue)
    return { 1, 0, us, ns, 0, id }
  end
  if #id == 0 then
    local text = string.format('req-%.0f', queue.total)
    id = struct.pack('>I2', #text) .. text
  end
  us, ns = bucket.reset(queue, queue.state, queue.seen, 0)
  local turn, parts = sum(queue, queue.seen, 0, ahead(queue, queue.state, queue.seen, 0))
  bucket.take(queue, queue.state, queue.seen, 0)
  queue.size, queue.allowed = queue.size + 1, queue.allowed + 1
  write(queue, struct.pack('>ddd', queue.seen, turn, parts) .. id)
  return { 1, 1, us, ns, queue.size, id }
end

local function queued(queue)
  local first, most = struct.unpack('>dd', ARGV[2])
  local reply = { 1, write(queue) }
  local from = math.max(first - queue.processed, 0)
  if from < queue.size then
    for i, turn in ipairs(call('LRANGE', key, from, math.min(from + most, queue.size) - 1)) do
      reply[2 + i] = turn
    end
  end
  return reply
end

local what = ARGV[1]
local queue, theirs = read()
if theirs then
  return { 2, theirs }
elseif queue then
  catchUp(queue)
elseif what == 'configure' then
  queue = fresh()
else
  return { 0 }
end

if what == 'configure' then
  return configure(queue)
elseif what == 'submit' then
  return submit(queue, ARGV[2])
elseif what == 'status' then
  return { 1, write(queue) }
elseif what == 'queued' then
  return queued(queue)
elseif what == 'delete' then
  call('DEL', key)
  return { 1 }
end
