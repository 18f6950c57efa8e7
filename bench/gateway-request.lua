-- What wrk asks a gateway: chat completions of about 500 bytes for the model MODEL.
-- DISTINCT says how many different ones there are; 0: every one is different, and so is its user.
local model = os.getenv("MODEL") or "bench"
local distinct = tonumber(os.getenv("DISTINCT") or "256")
local ready = {}
local number = 0

local function body(n)
  return '{"model":"' .. model .. '","temperature":0.2,"max_tokens":256,"user":"customer-' .. n ..
    '","messages":[{"role":"system","content":"You are the support assistant of Linden Books. ' ..
    'Refund only orders that arrived damaged, and ask for a photo first. Answer in the language of ' ..
    'the customer."},{"role":"user","content":"My order A-' .. n .. ' arrived with a torn cover and ' ..
    'two loose pages. I would rather keep the book, as it is a present, but I want a part of the ' ..
    'money back. What do you need from me?"}]}'
end

function init()
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  for n = 1, distinct do
    ready[n] = wrk.format(nil, nil, nil, body(n))
  end
end

function request()
  number = number + 1
  if distinct == 0 then
    return wrk.format(nil, nil, nil, body(number))
  end
  return ready[number % distinct + 1]
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format("figures: %d %.1f %.3f %.3f %d", summary.requests,
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
