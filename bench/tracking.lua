-- Trackers of USERS members from FIRST_USER: all are started one after the other, then stopped in the same order, and so
-- on. There are many more of them than connections, so that a start has been answered when the stop is sent.
local first_user, users = tonumber(os.getenv("FIRST_USER")), tonumber(os.getenv("USERS"))
local requests, calls = {}, -1 -- wrk asks for one request more, which it does not send

function init()
	for turn, target in ipairs({"/api/v2/time-tracking/start", "/api/v2/time-tracking/stop"}) do
		for i = 0, users - 1 do
			local body = '{"workspace_id":1,"user_id":' .. first_user + i .. '}'
			requests[(turn - 1) * users + i] = wrk.format("POST", target, nil, body)
		end
	end
end

function request()
	calls = calls + 1
	return requests[math.max(calls - 1, 0) % (2 * users)]
end

dofile(os.getenv("OUTCOME"))
