/* What is done with a timesheet, by whom it may be. */
#ifndef STINT_OPERATIONS_TIMESHEETS_H
#define STINT_OPERATIONS_TIMESHEETS_H

#include "contract/operation.h"
#include "operations/timeline.h"
#include "rules/transitions.h"

struct sheet_action {
	int64_t     action; /* enum object_action */
	unsigned    who;    /* rules/transitions.h */
	struct text reason; /* or NO_TEXT */

	struct transition_value_row *values; /* what else it changes (operations/transitions.h) */
	size_t                       value_count;
};

/* Does it, with all that follows. The member's timeline is open, and the sheet was read since. As transition_apply
 * refuses. */
enum error sheet_act(struct call *call, const struct timeline *timeline, const struct timesheet_row *sheet,
                     const struct sheet_action *action);

#endif
