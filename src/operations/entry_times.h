/* When an entry begins and ends, as callers say it: clock times of the member's days, or instants. What was read can be
 * written back, and changes nothing. */
#ifndef STINT_OPERATIONS_ENTRY_TIMES_H
#define STINT_OPERATIONS_ENTRY_TIMES_H

#include "contract/operation.h"
#include "operations/timeline.h"

/* What is said. `start` and `end` are values of FIELD_TIME; what is NONE is not said. */
struct said_times {
	int64_t day, start, end;
};

/* The span of a new entry, for which everything is said: it lies on the day. Of a clock time that comes twice the first
 * one is meant; an end of 00:00 is the end of the day, as 24:00 is. */
enum error entry_times_new(struct call *call, const struct timeline *timeline, const struct said_times *said,
                           struct span *ret);

/* The span of an entry that is changed. What is said as it stands stays, to the second. Another clock time is one of
 * the day on which that end lies, in the zone that the member has now, and of two the nearer one. Another day moves the
 * entry, and keeps its length where nothing else is said. */
enum error entry_times_change(struct call *call, const struct timeline *timeline, const struct said_times *said,
                              const struct time_entry_row *entry, struct span *ret);

/* What the member's clock shows at the instant, in minutes since midnight. */
int64_t entry_times_local(const struct timeline *timeline, int64_t instant);

#endif
