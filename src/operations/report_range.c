/* Which days and whose: the same for all reports. */
#include "operations/report_range.h"

#include "base/calendar.h"
#include "contract.h"
#include "rules/grouping.h"
#include "rules/minutes.h"

/* --- days -------------------------------------------------------------------------------------------------------- */

static enum error report_settings(struct call *call, struct workspace_settings_row *ret, const struct zone **ret_zone)
{
	TRY(sql_get_workspace_settings(&call->db, ret));
	*ret_zone = zone_find(ret->timezone);
	return *ret_zone ? ERROR_NONE : ERROR_INTERNAL; /* a stored zone that the machine's database has lost */
}

enum error report_zone(struct call *call, const struct zone **ret)
{
	struct workspace_settings_row settings;

	return report_settings(call, &settings, ret);
}

static enum error week_of_now(struct call *call, struct day_range *ret)
{
	struct workspace_settings_row settings;
	const struct zone            *zone;

	TRY(report_settings(call, &settings, &zone));
	ret->first = zone_day(zone, zone_week_start(zone, settings.week_start, call->db.now));
	ret->last = ret->first + DAYS_PER_WEEK - 1;
	return ERROR_NONE;
}

enum error report_range(struct call *call, int64_t start_date, int64_t end_date, int64_t days_max,
                        struct day_range *ret)
{
	struct day_range days = {start_date, end_date}, week;

	if (start_date == NONE || end_date == NONE) {
		TRY(week_of_now(call, &week));
		days.first = start_date == NONE ? week.first : start_date;
		days.last = end_date == NONE ? week.last : end_date;
	}
	if (days.last < days.first)
		return call_fault(call, "end_date", "The end_date must be a date after or equal to start_date.");
	if (days.last - days.first >= days_max)
		return call_fault(call, "end_date", "A report has %lld days at most.", (long long)days_max);
	*ret = days;
	return ERROR_NONE;
}

/* --- what is chosen ---------------------------------------------------------------------------------------------- */

enum error report_people(struct call *call, const struct report_filter *filter, struct integer_list *ret)
{
	struct integer_list       users = filter->users, people = {0};
	struct chosen_person_rows rows;
	int64_t                  *ids;

	if (filter->user_id == NONE && !users.items && !filter->teams.items && !filter->titles.items) {
		*ret = people;
		return ERROR_NONE;
	}
	TRY(sql_list_chosen_people(&call->db, users, filter->titles, filter->teams, &rows));
	ids = arena_alloc_array(call->db.arena, rows.count + 1, sizeof(*ids));
	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < rows.count; i++)
		if (filter->user_id == NONE || filter->user_id == rows.items[i].user_id)
			ids[people.count++] = rows.items[i].user_id;
	people.items = ids;
	*ret = people;
	return ERROR_NONE;
}

enum error report_contracts(struct call *call, struct integer_list projects, struct integer_list *ret)
{
	struct chosen_contract_rows rows;

	if (!projects.items) {
		*ret = (struct integer_list){0};
		return ERROR_NONE;
	}
	TRY(sql_list_contracts_of_projects(&call->db, projects, &rows));
	return grouping_column(call->db.arena, &rows, id, ret);
}

/* --- instants ---------------------------------------------------------------------------------------------------- */

struct text report_instant(struct arena *arena, const struct zone *zone, int64_t instant)
{
	char text[ZONED_SIZE];

	if (instant == NONE)
		return NO_TEXT;
	calendar_format_zoned_instant(instant, zone_offset(zone, instant) / SECONDS_PER_MINUTE, text);
	return text_copy(arena, text_of(text));
}
