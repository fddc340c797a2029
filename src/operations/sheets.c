/* Finding and making the timesheet of a day. */
#include "operations/sheets.h"

#include "base/calendar.h"
#include "base/seal.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/due_work.h"
#include "operations/sheet_deadlines.h"
#include "operations/transitions.h"

bool sheet_has_day(const struct sheet *sheet, int64_t day)
{
	return day >= sheet->days.first && day <= sheet->days.last;
}

bool sheet_is_closed(const struct sheet *sheet)
{
	return sheet->status == OBJECT_STATUS_SUBMITTED || sheet->status == OBJECT_STATUS_APPROVED;
}

enum error sheet_refuse(struct call *call, const struct sheet *sheet)
{
	char id[SEALED_ID_SIZE], first[DATE_SIZE], last[DATE_SIZE];

	seal_id("timesheet", sheet->id, id);
	calendar_format_date(sheet->days.first, first);
	calendar_format_date(sheet->days.last, last);
	call->message = text_format(call->db.arena, "The time from %s to %s is closed: timesheet %s is %s.", first, last,
	                            id, enumeration_name(&enumeration_object_status, sheet->status))
	                    .data;
	return ERROR_PERIOD_CLOSED;
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

static enum error sheet_make(struct db_context *db, int64_t user_id, struct sheet *sheet)
{
	struct call call = {.db = *db};

	sheet->status = OBJECT_STATUS_PENDING;
	TRY(ids_next(db->ids, SEQUENCE_TIMESHEETS, &sheet->id));
	TRY(sql_insert_timesheet(db, sheet->id, user_id, sheet->days.first, sheet->days.last));
	TRY(due_work_note(db, TIMESHEETS_KIND, db->now + SECONDS_PER_DAY)); /* nothing of it is due on its first day */
	return transition_begin(&call, OBJECT_KIND_TIMESHEET, sheet->id, OBJECT_STATUS_PENDING, true);
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
