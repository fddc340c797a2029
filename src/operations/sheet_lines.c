/* The lines of timesheets: read, summed, kept. */
#include "operations/sheet_lines.h"

#include "base/decimal.h"
#include "operations/rates.h"
#include "rules/grouping.h"

/* --- amounts ----------------------------------------------------------------------------------------------------- */

/* Of the lines that are not frozen, each once: whose rates are to be looked up. */
static enum error lines_contracts(struct arena *arena, const struct timesheet_row *sheets, size_t count,
                                  struct integer_list *ret)
{
	size_t   room = 0, found = 0;
	int64_t *ids;

	for (size_t i = 0; i < count; i++)
		room += sheets[i].daily_breakdown.count;
	ids = arena_alloc_array(arena, room, sizeof(*ids));
	if (!ids && room)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sheets[i].daily_breakdown.count; k++)
			if (!sheets[i].daily_breakdown.items[k].is_frozen && sheets[i].daily_breakdown.items[k].contract_id != NONE)
				ids[found++] = sheets[i].daily_breakdown.items[k].contract_id;
	*ret = (struct integer_list){ids, grouping_ids(ids, found)};
	return ERROR_NONE;
}

/* By the rates of each day; absent for those who may not see them. */
static void lines_fill_amounts(const struct rate_periods *periods, struct timesheet_line_rows *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct timesheet_line_row *line = &lines->items[i];

		if (!line->is_frozen)
			line->total_amount =
				rate_amount_on_day(periods->items, periods->count, line->contract_id, line->date, line->total_minutes);
		if (line->total_amount == NONE)
			line->currency = NO_TEXT;
	}
}

/* --- sums -------------------------------------------------------------------------------------------------------- */

/* The sum of what is known, where that is in one currency. */
static void add_amount(struct timesheet_row *sheet, const struct timesheet_line_row *line, bool *mixed)
{
	if (line->total_amount == NONE)
		return;
	if (sheet->total_amount == NONE) {
		sheet->total_amount = 0;
		sheet->currency = line->currency;
	}
	*mixed = *mixed || !text_equal(sheet->currency, line->currency);
	sheet->total_amount += line->total_amount;
}

static void lines_sum(struct timesheet_row *sheet)
{
	bool mixed = false;

	sheet->total_minutes = 0;
	sheet->total_amount = NONE;
	sheet->currency = NO_TEXT;
	for (size_t i = 0; i < sheet->daily_breakdown.count; i++) {
		sheet->total_minutes += sheet->daily_breakdown.items[i].total_minutes;
		add_amount(sheet, &sheet->daily_breakdown.items[i], &mixed);
	}
	if (mixed) {
		sheet->total_amount = NONE;
		sheet->currency = NO_TEXT;
	}
	sheet->total_hours = (sheet->total_minutes * DECIMAL_ONE + 30) / 60;
}

static enum error sheet_fill_member(struct arena *arena, struct timesheet_row *sheet)
{
	struct timesheet_member_row *member = arena_new(arena, struct timesheet_member_row);

	if (!member)
		return ERROR_NO_MEMORY;
	*member = (struct timesheet_member_row){
		.user_id = sheet->user_id,
		.name = text_format(arena, "%s %s", sheet->firstname.data, sheet->lastname.data),
		.firstname = sheet->firstname,
		.lastname = sheet->lastname,
		.email = sheet->email,
	};
	sheet->member = member;
	return ERROR_NONE;
}

static enum error lines_fill(struct db_context *db, bool as_now, struct timesheet_row *sheets, size_t count)
{
	struct integer_list contracts;
	struct rate_periods periods = {0};
	int64_t             first_day = INT64_MAX;

	TRY(sql_attach_to_timesheet(db, as_now, sheets, count));
	TRY(lines_contracts(db->arena, sheets, count, &contracts));
	for (size_t i = 0; i < count; i++)
		first_day = sheets[i].date_from < first_day ? sheets[i].date_from : first_day;
	if (db->sees_rates && contracts.count)
		TRY(rates_of_contracts(db, contracts, first_day, &periods));
	for (size_t i = 0; i < count; i++) {
		lines_fill_amounts(&periods, &sheets[i].daily_breakdown);
		lines_sum(&sheets[i]);
		TRY(sheet_fill_member(db->arena, &sheets[i]));
	}
	return ERROR_NONE;
}

enum error sheet_lines_fill(struct db_context *db, struct timesheet_row *sheets, size_t count)
{
	return lines_fill(db, false, sheets, count);
}

enum error sheet_lines_now(struct db_context *db, struct timesheet_row *sheets, size_t count)
{
	return lines_fill(db, true, sheets, count);
}

enum error sheet_lines_freeze(struct db_context *db, const struct timesheet_row *sheet)
{
	struct db_context    seeing = *db;
	struct timesheet_row frozen = *sheet;

	seeing.sees_rates = true;
	TRY(lines_fill(&seeing, true, &frozen, 1));
	return frozen.daily_breakdown.count ?
	           sql_insert_timesheet_lines(db, frozen.daily_breakdown.items, frozen.daily_breakdown.count) :
	           ERROR_NONE;
}

enum error sheet_tell(struct db_context *db, const struct later_event *later)
{
	struct db_context    view = event_view(db);
	struct timesheet_row sheet, rated;

	TRY(sql_get_timesheet(&view, later->object_id, &rated));
	sheet = rated;
	TRY(sheet_lines_fill(&view, &rated, 1));
	view.sees_rates = false;
	TRY(sheet_lines_fill(&view, &sheet, 1));
	return event_note(db, &(struct event){later->kind, sheet.id, sheet.user_id, .project_id = NONE}, &sheet, &rated);
}
