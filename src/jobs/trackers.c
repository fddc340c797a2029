/* Looks at the trackers that are due, each in a transaction of its own: one that can't be settled is not in the way of
 * the others. */
#include "jobs/trackers.h"

#include "base/log.h"
#include "operations/trackers.h"
#include "statements.h"

#define TRACKERS_A_TURN 256

static enum error list_due(struct db_context *context, void *data)
{
	return sql_list_due_trackers(context, TRACKERS_A_TURN, data);
}

static enum error settle(struct db_context *context, void *data)
{
	struct timeline timeline;

	TRY(timeline_open(context, *(const int64_t *)data, &timeline));
	return tracker_reconsider(&timeline);
}

static enum error renew(struct db_context *context, void *data)
{
	int64_t next;

	TRY(sql_next_tracker_due(context, INT64_MAX, &next));
	return job_renew(context, TRACKERS_KIND, *(const int64_t *)data, next);
}

static void take_turn(struct runner *runner, void *data, int64_t workspace_id, int64_t due_at)
{
	struct due_tracker_rows due = {0};

	(void)data;
	if (runner_step(runner, workspace_id, list_due, &due))
		return;
	for (size_t i = 0; i < due.count && !runner_is_stopping(runner); i++) {
		struct arena_mark mark = arena_mark(runner_arena(runner));

		if (runner_step(runner, workspace_id, settle, &due.items[i].user_id))
			log_event(LOG_WARNING, "tracker_not_settled", "workspace=%lld user=%lld", (long long)workspace_id,
			          (long long)due.items[i].user_id);
		arena_rewind(runner_arena(runner), mark);
	}
	runner_step(runner, workspace_id, renew, &due_at);
}

const struct job trackers_job = {.kind = {"trackers", 8}, .turn = take_turn};
