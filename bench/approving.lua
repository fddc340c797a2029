-- Sheets (SHEETS: a file with an id a line) are submitted one after the other, then all approved, then all reopened, and
-- so on. There are many more of them than connections, so that one step has been answered when the next is sent.
local sheets = {}
for id in io.lines(os.getenv("SHEETS")) do
	sheets[#sheets + 1] = id
end
local requests, calls = {}, -1 -- wrk asks for one request more, which it does not send

function init()
	for step, action in ipairs({"submit", "approve", "reopen"}) do
		for i, id in ipairs(sheets) do
			local body = '{"workspace_id":1' .. (action == "reopen" and ',"reason":"again"}' or "}")
			requests[(step - 1) * #sheets + i] = wrk.format("PUT", "/api/v2/timesheets/" .. id .. "/" .. action, nil,
				body)
		end
	end
end

function request()
	calls = calls + 1
	return requests[math.max(calls - 1, 0) % #requests + 1]
end

dofile(os.getenv("OUTCOME"))
