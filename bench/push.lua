-- Pushes the bodies of a file in turn; for wrk, by bench/push.sh.
local bodies, next = {}, 0
for line in io.lines(os.getenv("PUSH_BODIES")) do bodies[#bodies + 1] = line end
local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("PUSH_TOKEN") }
function request()
  next = next % #bodies + 1
  return wrk.format("POST", nil, headers, bodies[next])
end
