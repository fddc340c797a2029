/* What stands behind a number of a report: the address of the entries that it is the sum of. */
#ifndef STINT_OPERATIONS_REPORT_ENTRIES_H
#define STINT_OPERATIONS_REPORT_ENTRIES_H

#include "db/context.h"
#include "rules/periods.h"

/* A number of a report. */
struct report_cell {
	struct day_range days;
	int64_t          user_id;
	const char      *work; /* by what it is told apart: "contracts" or "projects"; NULL: by nothing */
	int64_t          work_id;
	bool             by_task;
	int64_t          task_id;
};

/* Relative to the report's own address, in the arena. NONE: the time that has no work, or no task. */
struct text report_entries_url(const struct db_context *db, const struct report_cell *cell);

#endif
