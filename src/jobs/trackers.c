/* Finds the trackers that are due; operations/trackers decides whether they stop. */
#include "jobs/trackers.h"

#include "base/calendar.h"
#include "operations/trackers.h"
#include "statements.h"

#define TRACKERS_A_TURN 256
#define HORIZON_SECONDS (32 * SECONDS_PER_DAY) /* its longest run, or the end of a week */

static enum error find_due(struct db_context *context, struct job_items *ret, void *data)
{
	struct due_tracker_rows due;

	(void)data;
	TRY(sql_list_due_trackers(context, context->now + HORIZON_SECONDS, TRACKERS_A_TURN, &due));
	*ret = JOB_ITEMS(due);
	return ERROR_NONE;
}

static enum error trackers_settle(struct db_context *context, const void *item, void *data)
{
	const struct due_tracker_row *due = item;
	struct timeline               timeline;

	(void)data;
	TRY(timeline_open(context, due->user_id, &timeline));
	return tracker_reconsider(&timeline);
}

enum error trackers_start(struct executor *executor, struct ids *ids, struct runner **ret)
{
	struct job job = {
		.kind = TRACKERS_KIND,
		.horizon = HORIZON_SECONDS,
		.find = find_due,
		.settle = trackers_settle,
		.next_due = sql_next_tracker_due,
	};

	return runner_start(executor, ids, &job, ret);
}
