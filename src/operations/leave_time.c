/* Approved paid leave on its member's timeline. */
#include "base/calendar.h"
#include "operations/leaves.h"
#include "operations/slots.h"
#include "operations/trackers.h"
#include "rules/minutes.h"

/* When it begins on a day, in minutes since midnight: by the leave's own times, or the working day's. */
static int64_t leave_start_minute(const struct leave_row *leave, int64_t day, int64_t working_day_start)
{
	bool second_half = leave->leave_period == SECOND_HALF && day == leave->start_date;

	if (leave->start_time != NONE)
		return leave->start_time;
	return working_day_start + (second_half ? leave->day_minutes / 2 : 0);
}

static enum error leave_note_entries(struct db_context *db, int64_t leave_id, const struct added *added)
{
	struct leave_entry_row *rows = arena_alloc_array(db->arena, added->count + 1, sizeof(*rows));

	if (!rows)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < added->count; i++)
		rows[i] = (struct leave_entry_row){leave_id, added->entries[i].id};
	return added->count ? sql_insert_leave_entries(db, rows, added->count) : ERROR_NONE;
}

enum error leave_time_follow(struct db_context *db, const struct added *added)
{
	for (size_t i = 1; i < added->count; i++)
		TRY(sql_insert_leave_entry_beside(db, added->entries[i].id, added->entries[0].id));
	return ERROR_NONE;
}

/* So much of the day as the leave has, in the free parts from its beginning to midnight. */
static enum error leave_add_day(struct call *call, const struct timeline *timeline, const struct leave_row *leave,
                                int64_t day, int64_t minutes, int64_t start_minute)
{
	struct activity activity = {
		.work = {.contract_id = NONE, .project_id = NONE},
		.task_id = NONE,
		.method = TIME_METHOD_PAID_LEAVE,
		.description = leave->policy,
	};
	int64_t     instants[2], left = minutes * SECONDS_PER_MINUTE;
	struct span rest;
	struct fit  fit;

	zone_instants(timeline->zone, day, start_minute, instants);
	rest = (struct span){instants[0], zone_day_start(timeline->zone, day + 1)};
	if (rest.end <= rest.start)
		return ERROR_NONE; /* a day that the member's zone left out */
	TRY(timeline_fit(timeline, rest, &activity, NULL, &fit));
	if (fit.closed)
		return sheet_refuse(call, fit.closed);
	for (size_t i = 0; i < fit.count && left > 0; i++) {
		struct span  span = fit.spans[i];
		struct added added;

		if (span_seconds(span) > left)
			span.end = span.start + left;
		left -= span_seconds(span);
		TRY(timeline_add(timeline, span, &activity, NULL, &added));
		TRY(leave_note_entries(timeline->db, leave->id, &added));
	}
	return ERROR_NONE;
}

enum error leave_time_add(struct call *call, const struct timeline *timeline, const struct leave_row *leave)
{
	struct workspace_settings_row settings;
	struct leave_day_rows         days;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	TRY(sql_list_leave_days(&call->db, leave->id, &days));
	for (size_t i = 0; i < days.count; i++)
		TRY(leave_add_day(call, timeline, leave, days.items[i].day, days.items[i].minutes,
		                  leave_start_minute(leave, days.items[i].day, settings.working_day_start)));
	return tracker_reconsider(timeline);
}

enum error leave_time_remove(struct call *call, const struct timeline *timeline, int64_t leave_id)
{
	struct new_time_entry_rows entries;

	TRY(sql_list_time_of_leave(&call->db, leave_id, &entries));
	for (size_t i = 0; i < entries.count; i++)
		TRY(sheet_check_open(call, entries.items[i].user_id, entries.items[i].day));
	for (size_t i = 0; i < entries.count; i++)
		TRY(timeline_remove(timeline, &entries.items[i]));
	TRY(sql_delete_leave_entries(&call->db, leave_id));
	for (size_t i = 0; i < entries.count; i++) /* what it left free may go to slots */
		TRY(slots_derive(timeline, entry_span(&entries.items[i])));
	TRY(timeline_deal(timeline));
	return tracker_reconsider(timeline);
}
