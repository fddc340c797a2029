/* Finding and making the timesheet of a day. */
#include "operations/sheets.h"

#include "base/calendar.h"
#include "base/seal.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/due_work.h"
#include "operations/sheet_deadlines.h"
#include "operations/sheet_lines.h"
#include "operations/transitions.h"

bool sheet_has_day(const struct sheet *sheet, int64_t day)
{
	return day >= sheet->days.first && day <= sheet->days.last;
}

bool sheet_is_closed(const struct sheet *sheet)
{
	return sheet->status == OBJECT_STATUS_SUBMITTED || sheet->status == OBJECT_STATUS_APPROVED;
}

static enum error sheet_stands_against(struct call *call, const char *what, const struct sheet *sheet, enum error error)
{
	char id[SEALED_ID_SIZE], first[DATE_SIZE], last[DATE_SIZE];

	seal_id("timesheet", sheet->id, id);
	calendar_format_date(sheet->days.first, first);
	calendar_format_date(sheet->days.last, last);
	call->message = text_format(call->db.arena, "The time from %s to %s is %s: timesheet %s is %s.", first, last, what,
	                            id, enumeration_name(&enumeration_object_status, sheet->status))
	                    .data;
	return error;
}

enum error sheet_refuse(struct call *call, const struct sheet *sheet)
{
	return sheet_stands_against(call, "closed", sheet, ERROR_PERIOD_CLOSED);
}

static struct sheet sheet_of_row(const struct sheet_of_day_row *row)
{
	return (struct sheet){row->id, {row->first_day, row->last_day}, row->status};
}

enum error sheet_check_open(struct call *call, int64_t user_id, int64_t day)
{
	struct sheet_of_day_row row;
	struct sheet            sheet;
	bool                    found;

	TRY(sql_find_sheet_up_to(&call->db, user_id, day, &row, &found));
	if (!found)
		return ERROR_NONE;
	sheet = sheet_of_row(&row);
	return sheet_has_day(&sheet, day) && sheet_is_closed(&sheet) ? sheet_refuse(call, &sheet) : ERROR_NONE;
}

static enum error sheet_make(struct db_context *db, int64_t user_id, bool by_server, struct sheet *sheet)
{
	struct call call = {.db = *db};

	sheet->status = OBJECT_STATUS_PENDING;
	TRY(ids_next(db->ids, SEQUENCE_TIMESHEETS, &sheet->id));
	TRY(sql_insert_timesheet(db, sheet->id, user_id, sheet->days.first, sheet->days.last));
	TRY(due_work_note(db, TIMESHEETS_KIND, db->now + SECONDS_PER_DAY)); /* nothing of it is due on its first day */
	return transition_begin(&call, OBJECT_KIND_TIMESHEET, sheet->id, OBJECT_STATUS_PENDING, by_server, sheet_tell);
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
	struct sheet                 sheet = {NONE, {day, day}, NONE};
	bool                         has_sheet, is_assigned;

	TRY(sql_find_sheet_up_to(db, user_id, day, &last, &has_sheet));
	if (has_sheet && last.last_day >= day) {
		*ret = sheet_of_row(&last);
		return ERROR_NONE;
	}
	TRY(sql_find_assignment(db, user_id, day, &row, &is_assigned));
	if (is_assigned && period_of_day(&(struct assignment){row.period, row.first_day}, day, &sheet.days)) {
		sheet.days = period_between(sheet.days, has_sheet ? last.last_day : INT64_MIN,
		                            sheet_earlier(row.next_assignment, row.next_sheet));
		TRY(sheet_make(db, user_id, true, &sheet));
	}
	*ret = sheet;
	return ERROR_NONE;
}

/* On all of the days, though it may have been assigned anew on some. */
static enum error sheet_check_custom(struct call *call, int64_t user_id, struct day_range days)
{
	struct assignment_of_day_row row;
	bool                         found;

	for (int64_t day = days.first; day != NONE && day <= days.last; day = row.next_assignment) {
		TRY(sql_find_assignment(&call->db, user_id, day, &row, &found));
		if (!found || row.period != PAY_PERIOD_CUSTOM)
			return call_fault(call, day == days.first ? "date_from" : "date_to",
			                  "The member's pay period is not custom on all of these days: it makes the timesheets.");
	}
	return ERROR_NONE;
}

enum error sheet_choose(struct call *call, int64_t user_id, struct day_range days, struct sheet *ret,
                        struct day_range *ret_before)
{
	struct sheet_of_day_rows rows;
	struct sheet             sheet = {NONE, days, NONE};
	int64_t                  changed;

	TRY(sheet_check_custom(call, user_id, days));
	TRY(sql_list_sheets_of_days(&call->db, user_id, days.first, days.last, &rows));
	if (rows.count)
		sheet = sheet_of_row(&rows.items[0]);
	if (rows.count > 1 || sheet_is_closed(&sheet))
		return sheet_stands_against(call, "on another timesheet", &sheet, ERROR_PERIOD_TAKEN);
	*ret_before = sheet.days;
	if (rows.count == 0)
		TRY(sheet_make(&call->db, user_id, false, &sheet));
	else
		TRY(sql_set_timesheet_days(&call->db, sheet.id, days.first, days.last, &changed));
	sheet.days = days;
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
