/* Requests per minute and user (contract 2.5). Kept in this process: each node counts for itself. */
#ifndef STINT_HTTP_RATE_LIMIT_H
#define STINT_HTTP_RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct rate_limit;

struct rate_state {
	int64_t limit, remaining;
	int64_t reset_in; /* seconds until the window ends */
	bool    exceeded;
};

/* NULL when out of memory. `per_minute` > 0. */
struct rate_limit *rate_limit_new(int64_t per_minute);
void               rate_limit_free(struct rate_limit *limit);

/* Counts a request of the subject, who has so many times the usual limit, at `now`, in seconds of clock_monotonic.
 * Thread-safe. */
struct rate_state rate_limit_count(struct rate_limit *limit, int64_t subject, int64_t times, int64_t now);

#endif
