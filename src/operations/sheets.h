/* The timesheet that a day lies in. Sheets are made with the first time of their period, so that there is one as soon
 * as there is something to be seen on it. What is done with sheets is operations/timesheets.c. */
#ifndef STINT_OPERATIONS_SHEETS_H
#define STINT_OPERATIONS_SHEETS_H

#include "contract/operation.h"
#include "rules/periods.h"

/* Days of which it is known what sheet they are in. */
struct sheet {
	int64_t          id; /* NONE: none, by the member's assignment */
	struct day_range days;
	int64_t          status; /* enum object_status; of none: NONE */
};

#define NO_SHEET ((struct sheet){NONE, {0, -1}, NONE})

/* Assignments for everybody who has none of their own stand under this user; a workspace begins with one that holds for
 * all time, from a Monday before it (rules/minutes.h knows no time before 1970). */
#define EVERYBODY   0
#define ALWAYS_FROM (-3)

bool sheet_has_day(const struct sheet *sheet, int64_t day);

/* Submitted or approved: the time of its days does not change any more. */
bool sheet_is_closed(const struct sheet *sheet);

/* Says which sheet it is. Returns ERROR_PERIOD_CLOSED, for `return sheet_refuse(…)`. */
enum error sheet_refuse(struct call *call, const struct sheet *sheet);

/* Refuses where the day lies on a closed sheet. */
enum error sheet_check_open(struct call *call, int64_t user_id, int64_t day);

/* Finds the sheet of the day, or makes it, if the member has a pay period. It is cut where the assignment ends or
 * another sheet begins. Whoever asks has the member's timeline open. */
enum error sheet_of_day(struct db_context *db, int64_t user_id, int64_t day, struct sheet *ret);

/* Puts the days on a sheet, for a member who chooses them and has the timeline open: on a new one, or on the one that
 * they are on in part and that can still be changed, which then has these days alone. Refuses with ERROR_PERIOD_TAKEN,
 * and the sheet's id, where they are on another; with a fault of date_from or date_to where the member's pay period on
 * them is not custom. `ret_before`: the days that the sheet had, if it was there. */
enum error sheet_choose(struct call *call, int64_t user_id, struct day_range days, struct sheet *ret,
                        struct day_range *ret_before);

/* Makes those that are missing for the time that is there from the day on. */
enum error sheets_of_member(struct db_context *db, int64_t user_id, int64_t first_day);

#endif
