/* Time that people say rather than a clock: added by hand, asked for and approved. One way to add it, one way to refuse
 * it and to say what became of it. */
#ifndef STINT_OPERATIONS_MANUAL_TIME_H
#define STINT_OPERATIONS_MANUAL_TIME_H

#include "contract/operation.h"
#include "operations/timeline.h"

/* Adds what is free of the span and within the limits, and lets a tracker that runs know. Nothing is: as
 * manual_time_check. The activity's method is filled. */
enum error manual_time_add(struct call *call, const struct timeline *timeline, struct span span,
                           struct activity *activity, struct added *ret);

/* ERROR_TIME_TAKEN or ERROR_LIMIT_REACHED where nothing was added. */
enum error manual_time_check(struct call *call, const struct added *added);

/* "8 hr successfully added for John Doe.", and why not all of it was. */
const char *manual_time_added(struct call *call, const struct timeline *timeline, struct span asked,
                              const struct added *added);

/* "`done`: 1 hr of 2 hr, the rest overlaps other time."; NULL, for the operation's own message, where all was added. */
const char *manual_time_rest(struct call *call, const char *done, struct span asked, const struct added *added);

#endif
