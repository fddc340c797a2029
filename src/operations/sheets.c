/* Finding and making the timesheet of a day. */
#include "operations/sheets.h"

#include "contract.h"
#include "db/ids.h"
#include "operations/transitions.h"

bool sheet_has_day(const struct sheet *sheet, int64_t day)
{
	return day >= sheet->days.first && day <= sheet->days.last;
}

static enum error sheet_make(struct db_context *db, int64_t user_id, struct sheet *sheet)
{
	struct call               call = {.db = *db};
	struct transition_request beginning = {
		.kind = OBJECT_KIND_TIMESHEET, .action = OBJECT_ACTION_CREATE, .who = BY_SERVER};

	TRY(ids_next(db->ids, SEQUENCE_TIMESHEETS, &sheet->id));
	TRY(sql_insert_timesheet(db, sheet->id, user_id, sheet->days.first, sheet->days.last));
	beginning.id = sheet->id;
	return transition_begin(&call, &beginning, OBJECT_STATUS_PENDING);
}

/* Absent days are later than any. */
static int64_t sheet_earlier(int64_t a, int64_t b)
{
	if (a == NONE || b == NONE)
		return a == NONE && b == NONE ? INT64_MAX : a == NONE ? b : a;
	return a < b ? a : b;
}

enum error sheet_of_day(struct db_context *db, int64_t user_id, int64_t day, struct sheet *ret)
{
	struct sheet_of_day_row      last;
	struct assignment_of_day_row row;
	struct sheet                 sheet = {NONE, {day, day}};
	bool                         has_sheet, is_assigned;

	TRY(sql_find_sheet_up_to(db, user_id, day, &last, &has_sheet));
	if (has_sheet && last.last_day >= day) {
		*ret = (struct sheet){last.id, {last.first_day, last.last_day}};
		return ERROR_NONE;
	}
	TRY(sql_find_assignment(db, user_id, day, &row, &is_assigned));
	if (is_assigned && period_of_day(&(struct assignment){row.period, row.first_day}, day, &sheet.days)) {
		sheet.days = period_between(sheet.days, has_sheet ? last.last_day : INT64_MIN,
		                            sheet_earlier(row.next_assignment, row.next_sheet));
		TRY(sheet_make(db, user_id, &sheet));
	}
	*ret = sheet;
	return ERROR_NONE;
}

enum error sheets_of_member(struct db_context *db, int64_t user_id, int64_t first_day)
{
	struct day_with_time_rows days;
	struct sheet              sheet = NO_SHEET;

	TRY(sql_list_days_with_time(db, user_id, first_day, &days));
	for (size_t i = 0; i < days.count; i++)
		if (!sheet_has_day(&sheet, days.items[i].day))
			TRY(sheet_of_day(db, user_id, days.items[i].day, &sheet));
	return ERROR_NONE;
}
