-- A day of some member, another one each time: USERS from FIRST_USER, DAYS from FIRST_DAY (days since 1970).
local first_user, users = tonumber(os.getenv("FIRST_USER")), tonumber(os.getenv("USERS"))
local first_day, days = tonumber(os.getenv("FIRST_DAY")), tonumber(os.getenv("DAYS"))

wrk.method = "GET"
math.randomseed(os.time())

function request()
	local day = os.date("!%Y-%m-%d", (first_day + math.random(0, days - 1)) * 86400)
	return wrk.format(nil, wrk.path .. "&user_id=" .. first_user + math.random(0, users - 1) .. "&date=" .. day)
end

dofile(os.getenv("OUTCOME"))
