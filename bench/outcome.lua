-- The outcome as one line of JSON for run.py.
local OUTCOME = '{"requests": %d, "microseconds": %d, "failed": %d, "p50": %d, "p99": %d}\n'

function done(summary, latency)
	local errors = summary.errors
	local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
	io.write(OUTCOME:format(summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
