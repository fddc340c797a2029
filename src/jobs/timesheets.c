/* Finds the timesheets that are due; operations/sheet_deadlines does what is due. */
#include "jobs/timesheets.h"

#include "base/calendar.h"
#include "operations/sheet_deadlines.h"

#define SHEETS_A_TURN   256
#define HORIZON_SECONDS (2 * SECONDS_PER_DAY) /* the next midnight, of a zone that leaves out a day */

static enum error timesheets_find(struct db_context *context, struct job_items *ret, void *data)
{
	struct due_sheet_rows due;

	(void)data;
	TRY(sheet_deadlines_find(context, SHEETS_A_TURN, &due));
	*ret = JOB_ITEMS(due);
	return ERROR_NONE;
}

static enum error timesheets_settle(struct db_context *context, const void *item, void *data)
{
	struct call call = {.db = *context, .settings = data};

	return sheet_deadline_meet(&call, item);
}

enum error timesheets_start(struct executor *executor, struct ids *ids, struct settings *settings, struct runner **ret)
{
	struct job job = {
		.kind = TIMESHEETS_KIND,
		.horizon = HORIZON_SECONDS,
		.data = settings,
		.find = timesheets_find,
		.settle = timesheets_settle,
		.next_due = sheet_deadlines_next,
	};

	return runner_start(executor, ids, &job, ret);
}
