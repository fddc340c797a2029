-- One request over and over, as the environment says (METHOD, BODY), and the outcome as one line of JSON for run.py.
-- The request is made once: what wrk costs is taken from the same two cores as what it measures.
wrk.method = os.getenv("METHOD")
wrk.body = os.getenv("BODY")

local OUTCOME = '{"requests": %d, "microseconds": %d, "failed": %d, "p50": %d, "p99": %d}\n'

function done(summary, latency)
	local errors = summary.errors
	local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
	io.write(OUTCOME:format(summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
