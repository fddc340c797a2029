/* What stands on timesheets: the minutes of each day and contract, and their amounts. An approved sheet keeps its own,
 * so that no later change of a rate, a name or a zone alters it. */
#ifndef STINT_OPERATIONS_SHEET_LINES_H
#define STINT_OPERATIONS_SHEET_LINES_H

#include "contract/operation.h"
#include "operations/events.h"

/* Fills breakdowns and sums; amounts are absent for those who may not see rates. */
enum error sheet_lines_fill(struct db_context *db, struct timesheet_row *sheets, size_t count);

/* The same as it would be now, whether or not the sheets are approved: for `stint check`. */
enum error sheet_lines_now(struct db_context *db, struct timesheet_row *sheets, size_t count);

/* The sheet is approved by now: keeps what stands on it, with its amounts, whoever approves. */
enum error sheet_lines_freeze(struct db_context *db, const struct timesheet_row *sheet);

/* A sheet's event, as it then is. */
enum error sheet_tell(struct db_context *db, const struct later_event *later);

#endif
