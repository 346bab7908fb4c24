-- Lends permits ahead to one process: they are taken now, and used there later. What is out on loan never exceeds the share that the
-- limits grant, of all processes together. Nothing ever comes back; what is not used in time is spent.
--
-- KEYS[1]      a client under a bundle, KEYS[2] the loans of it
-- ARGV[1]      the rules of the bundle, as in decide.lua
-- ARGV[2]      who borrows, for how long in us, until when that may be decided in us, then for each limit: the phase of its windows in
--              us, how many permits may be out on loan, and how many of its last loan the process has left
-- ARGV[3]      for each limit, the same number of times: permits, and what they add to a TAT in us and parts. The first that fits is
--              lent; 0: none are wanted
--              All packed as big-endian doubles.
-- Reply        { now in us, how long in us until anything may be lent, whether what is left may be used on (1 or 0), permits lent of each
--              limit, the state before, or false }. As of nobody if it cannot be read here: then nothing is lent
--
-- The loans are kept as: version of the rules, since when they are known, when they were written, and of each process: who, until when,
-- permits of each limit.
-- Where none are known any may be out, since Redis may have lost its memory: then nothing is lent until these have ended.

local rules, told, offers = rulesIn(numbers(ARGV[1]), 0), numbers(ARGV[2]), numbers(ARGV[3])
local node, term, deadline = told[1], told[2], told[3]
local limits = #rules.limits
local steps = (#offers - 1) / (3 * limits)

local reply = { now, 0, 0 }
for j = 1, limits do
  reply[3 + j] = 0
end
reply[4 + limits] = false

if now > deadline then
  return reply -- it may have asked again meanwhile
end

-- The state -----------------------------------------------------------------------------------------------------------------

local raw, foreign = valueAt(KEYS[1])
if foreign then
  return reply
end
local bundle = bundleOf(KEYS[1], rules, raw)
if raw and (not bundle.known or bundle.changed) then
  return reply -- a decision brings it up to date
end
reply[4 + limits] = raw
for j, limit in ipairs(rules.limits) do
  limit.phase = told[3 * j + 1]
  bundle.states[j] = bundle.states[j] or limit.kernel.fresh(limit, now, 0)
  if limit.kernel.grows then
    limit.kernel.catchUp(limit, bundle.states[j], now, 0)
  end
end

-- The loans -----------------------------------------------------------------------------------------------------------------

local known, notOurs = valueAt(KEYS[2])
if notOurs then
  return reply
end
local size = 2 + limits
local loans = { rules.version, now, now }
local out, own = {}, false
if known then
  local row = numbers(known)
  if row[1] == rules.version and row[3] <= now and (#row - 4) % size == 0 then
    loans[2] = row[2]
    for at = 4, #row - size, size do
      if row[at + 1] > now then
        if row[at] == node then
          own = true
          for j = 1, limits do
            own = own and told[3 * j + 3] <= row[at + 1 + j]
          end
        else
          for k = 0, size - 1 do
            loans[#loans + 1] = row[at + k]
          end
          for j = 1, limits do
            out[j] = (out[j] or 0) + row[at + 1 + j]
          end
        end
      end
    end
  end
end

local lent, mayLend = {}, now >= loans[2] + term
if not mayLend then
  reply[2] = loans[2] + term - now
end
local turn, turnNs = earliest(bundle)
if turn > now or turnNs > 0 then
  mayLend = false -- somebody waits there
end
for j, limit in ipairs(rules.limits) do
  local room = told[3 * j + 2] - (out[j] or 0) - (own and told[3 * j + 3] or 0)
  lent[j] = 0
  for step = 0, steps - 1 do
    local o = 3 * ((j - 1) * steps + step)
    limit.cost, limit.inc, limit.incParts = offers[o + 1], offers[o + 2], offers[o + 3]
    if limit.cost == 0 then
      break
    elseif limit.cost <= room then
      local wait, waitNs = limit.kernel.wait(limit, bundle.states[j], now, 0)
      if wait == 0 and waitNs == 0 then
        lent[j] = limit.cost
        break
      end
    end
  end
  mayLend = mayLend and (lent[j] > 0 or offers[3 * (j - 1) * steps + 1] == 0)
end

local takes, has = false, false
for j, limit in ipairs(rules.limits) do
  lent[j] = mayLend and lent[j] or 0
  if lent[j] > 0 then
    limit.kernel.take(limit, bundle.states[j], now, 0, false)
    takes = true
  end
  has = has or lent[j] > 0 or (own and told[3 * j + 3] > 0)
end
if takes then
  if bundle.ledger then
    nextStamp(bundle.ledger)
  end
  dropLedger(bundle)
  write(bundle)
end
if has then
  loans[#loans + 1], loans[#loans + 2] = node, now + term
  for j = 1, limits do
    loans[#loans + 1] = lent[j] + (own and told[3 * j + 3] or 0)
  end
end
call('SET', KEYS[2], pack(DOUBLES[#loans], _G.unpack(loans)), 'PX', string.format('%d', 10 * term / 1000))

reply[3] = own and 1 or 0
for j = 1, limits do
  reply[3 + j] = lent[j]
end
return reply
