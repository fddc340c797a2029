/* What stands behind a number of a report: the address of the entries that it is the sum of. */
#ifndef STINT_OPERATIONS_REPORT_ENTRIES_H
#define STINT_OPERATIONS_REPORT_ENTRIES_H

#include "contract/operation.h"
#include "db/context.h"
#include "rules/periods.h"
#include "rules/spans.h"

/* A number of a report, and by what it is told apart; what is zero tells nothing apart. */
struct report_cell {
	struct day_range days;
	int64_t          user_id;
	const char      *work; /* "contracts" or "projects" */
	int64_t          work_id;
	bool             by_task;
	int64_t          task_id;
	int64_t          described_as; /* an entry that has the text */
	bool             tracked;      /* only what trackers saw */
	struct span      span;         /* only what was worked in it */
	struct text      contracts;    /* that the report was asked for: report_entries_contracts */
};

/* Relative to the report's own address, in the arena. NONE: the time that has no work, or no task. */
struct text report_entries_url(const struct db_context *db, const struct report_cell *cell);

/* For the cells of a report of some contracts, where they are not told apart; an optional list. */
struct text report_entries_contracts(struct arena *arena, struct integer_list contracts);

#endif
