/* What happens to timesheets by itself, as days pass: whoever forgets theirs is reminded by mail, and has them
 * submitted by the server, where the workspace wants that; those who decide are told what waits for them. Shared by the
 * job that watches the days and by what changes them. */
#ifndef STINT_OPERATIONS_SHEET_DEADLINES_H
#define STINT_OPERATIONS_SHEET_DEADLINES_H

#include "contract/operation.h"
#include "statements.h"

/* The kind of due work (sql/jobs.sql). */
#define TIMESHEETS_KIND TEXT("timesheets")

/* Some that are due, `most` at most. None: no more are. */
enum error sheet_deadlines_find(struct db_context *db, int64_t most, struct due_sheet_rows *ret);

/* Does what is due, unless somebody has done something to the sheet since it was found. */
enum error sheet_deadline_meet(struct call *call, const struct due_sheet_row *due);

/* When to look again (UTC second): now, while any is due; else at the next midnight of any member, as all deadlines are
 * midnights. `otherwise`: nothing happens by itself in this workspace. */
enum error sheet_deadlines_next(struct db_context *db, int64_t otherwise, int64_t *ret);

#endif
