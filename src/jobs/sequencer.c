/* Finds events that have no position, and gives them one. A number that writers took by themselves would make all of a
 * workspace wait for each other; so they take none, and one follows them who waits for nobody but his like. */
#include "jobs/sequencer.h"

#include "operations/due_work.h"
#include "operations/events.h"

#define EVENTS_A_TURN      1000
#define PAUSE_MICROSECONDS 100000 /* a round costs as much as a dozen events */

static enum error find_unnumbered(struct db_context *context, struct due_workspace_rows *ret, void *data)
{
	int64_t off;

	(void)data;
	TRY(sql_plan_by_indexes(context, &off));
	return sql_list_unnumbered_workspaces(context, JOB_WORKSPACES_MAX, ret);
}

/* All in one step: there is nothing to be done outside of a transaction. */
static enum error number_events(struct db_context *context, struct job_items *ret, void *data)
{
	int64_t off, locked;
	size_t  count;

	(void)data;
	TRY(sql_plan_by_indexes(context, &off));
	TRY(sql_lock_numbering(context, &locked));
	TRY(events_number(context, EVENTS_A_TURN, &count));
	*ret = (struct job_items){.more = count == EVENTS_A_TURN};
	return ERROR_NONE;
}

enum error sequencer_start(struct executor *executor, struct ids *ids, struct runner **ret)
{
	struct job job = {
		.kind = EVENTS_KIND,
		.pause = PAUSE_MICROSECONDS,
		.search = find_unnumbered,
		.find = number_events,
	};

	return runner_start(executor, ids, &job, ret);
}
