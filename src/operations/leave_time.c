/* Approved paid leave on its member's timeline. */
#include "base/calendar.h"
#include "operations/leaves.h"
#include "operations/slots.h"
#include "operations/trackers.h"
#include "rules/leaves.h"
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

/* The free parts of a day that a leave can take: where a tracker has run by now is other time, which a stop saves. */
static enum error leave_find_parts(struct call *call, const struct timeline *timeline, struct span day,
                                   const struct activity *activity, struct fit *ret)
{
	struct running_tracker_row tracker;
	struct span                tracked = {0, 0}, *parts;
	struct fit                 fit;
	size_t                     count = 0;
	bool                       found;

	TRY(timeline_fit(timeline, day, activity, NULL, &fit));
	if (fit.closed)
		return sheet_refuse(call, fit.closed);
	TRY(tracker_find(timeline->db, timeline->owner.user_id, &tracker, &found));
	if (found)
		tracked = tracker_span(&tracker, timeline->db->now);
	if (tracked.start < tracked.end) {
		parts = arena_alloc_array(timeline->db->arena, fit.count + 1, sizeof(*parts));
		if (!parts)
			return ERROR_NO_MEMORY;
		for (size_t i = 0; i < fit.count; i++)
			count += spans_free(fit.spans[i], &tracked, 1, parts + count);
		fit.spans = parts;
		fit.count = count;
	}
	*ret = fit;
	return ERROR_NONE;
}

/* From where on the parts have so many seconds; their beginning, if they have less. */
static int64_t leave_latest_begin(const struct fit *fit, int64_t seconds)
{
	for (size_t i = fit->count; i-- > 0;) {
		if (span_seconds(fit->spans[i]) >= seconds)
			return fit->spans[i].end - seconds;
		seconds -= span_seconds(fit->spans[i]);
	}
	return fit->count ? fit->spans[0].start : 0;
}

/* So much of the day as the leave has, in the free parts from its beginning to midnight; from earlier on, where these
 * have too little. `missing`: seconds that the day has no room for. */
static enum error leave_add_day(struct call *call, const struct timeline *timeline, const struct leave_row *leave,
                                const struct leave_day_row *row, int64_t start_minute, int64_t *missing)
{
	struct activity activity = {
		.work = {.contract_id = NONE, .project_id = NONE},
		.task_id = NONE,
		.method = TIME_METHOD_PAID_LEAVE,
		.description = leave->policy,
	};
	struct span day = {zone_day_start(timeline->zone, row->day), zone_day_start(timeline->zone, row->day + 1)};
	int64_t     instants[2], left = row->minutes * SECONDS_PER_MINUTE, latest;
	struct fit  fit = {0};

	zone_instants(timeline->zone, row->day, start_minute, instants);
	if (day.end > day.start) /* else the member's zone left it out */
		TRY(leave_find_parts(call, timeline, day, &activity, &fit));
	latest = leave_latest_begin(&fit, left);
	day.start = instants[0] < latest ? instants[0] : latest;
	for (size_t i = 0; i < fit.count; i++) {
		struct span  span = span_cut(span_overlap(fit.spans[i], day), left);
		struct added added;

		if (span.end <= span.start)
			continue;
		left -= span_seconds(span);
		TRY(timeline_add(timeline, span, &activity, NULL, &added));
		TRY(leave_note_entries(timeline->db, leave->id, &added));
	}
	*missing += left;
	return ERROR_NONE;
}

enum error leave_time_add(struct call *call, const struct timeline *timeline, const struct leave_row *leave,
                          int64_t *ret_missing)
{
	struct workspace_settings_row settings;
	struct leave_day_rows         days;
	int64_t                       missing = 0;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	TRY(sql_list_leave_days(&call->db, leave->id, &days));
	for (size_t i = 0; i < days.count; i++)
		TRY(leave_add_day(call, timeline, leave, &days.items[i],
		                  leave_start_minute(leave, days.items[i].day, settings.working_day_start), &missing));
	*ret_missing = missing / SECONDS_PER_MINUTE;
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
