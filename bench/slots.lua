-- Slots of one member (USER), two a request, ten minutes each, on and on from a time long ago.
local user, start = os.getenv("USER_ID"), 1000000000 + os.time() % 50000 * 10000
local calls = 0

wrk.method = "POST"

local function slot(begin)
	local form = "!%Y-%m-%dT%H:%M:%SZ"
	return ('{"id":"%d-%d","start":"%s","end":"%s"}'):format(os.time(), begin, os.date(form, begin),
		os.date(form, begin + 600))
end

function request()
	local begin = start + calls * 1200
	calls = calls + 1
	return wrk.format(nil, nil, nil, ('{"workspace_id":1,"user_id":%s,"slots":[%s,%s]}'):format(user, slot(begin),
		slot(begin + 600)))
end

dofile(os.getenv("OUTCOME"))
