/* The daily timeline (contract 3.13): a day's entries by member, with what runs at the moment as if it were saved now.
 */
#include "base/calendar.h"
#include "contract.h"
#include "operations/pay.h"
#include "operations/report_entries.h"
#include "operations/report_range.h"
#include "operations/trackers.h"
#include "rules/grouping.h"
#include "rules/minutes.h"

#include <stdlib.h>

#define YEAR_DAYS 366

/* --- who runs ---------------------------------------------------------------------------------------------------- */

/* Those whose trackers run on the day, where they are: the first `count` of the trackers, in the order of users. */
struct runners {
	struct running_tracker_rows trackers;
	struct integer_list         user_ids; /* the same */
};

/* A tracker that has just begun runs, too, though nothing of it could be saved yet. */
static bool runs_on_day(const struct running_tracker_row *tracker, const struct zone *zone, int64_t day, int64_t now)
{
	struct span ran = tracker_span(tracker, now);
	int64_t     start = zone_day_start(zone, day), end = zone_day_start(zone, day + 1);

	return ran.start < end && (ran.end > start || ran.start >= start);
}

static enum error runners_find(struct db_context *db, int64_t day, struct runners *ret)
{
	/* No zone is so far from UTC. */
	int64_t                     before = (day + 2) * SECONDS_PER_DAY;
	struct running_tracker_rows trackers;
	struct running_member_rows  members;
	size_t                      count = 0;
	int64_t                    *ids;

	TRY(trackers_before(db, before, &trackers));
	ids = arena_alloc_array(db->arena, trackers.count + 1, sizeof(*ids));
	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < trackers.count; i++)
		if (trackers.items[i].start_at < before &&
		    tracker_span(&trackers.items[i], db->now).end > before - 4 * SECONDS_PER_DAY) {
			trackers.items[count] = trackers.items[i];
			ids[count++] = trackers.items[i].user_id;
		}
	TRY(sql_list_zones_of_running(db, (struct integer_list){ids, count}, &members));
	*ret = (struct runners){.trackers = {trackers.items, 0}, .user_ids = {ids, 0}};
	for (size_t i = 0; i < members.count; i++) {
		const struct zone *zone = zone_find(members.items[i].timezone);

		if (!zone)
			return ERROR_INTERNAL; /* a stored zone that the machine's database has lost */
		if (!runs_on_day(&trackers.items[i], zone, day, db->now))
			continue;
		ids[ret->user_ids.count++] = members.items[i].user_id;
		trackers.items[ret->trackers.count++] = trackers.items[i];
	}
	return ERROR_NONE;
}

static int compare_runners(const void *key, const void *tracker)
{
	int64_t left = *(const int64_t *)key, right = ((const struct running_tracker_row *)tracker)->user_id;

	return (left > right) - (left < right);
}

static const struct running_tracker_row *runner_of(const struct runners *runners, int64_t user_id)
{
	return !runners->trackers.count ? NULL :
	                                  bsearch(&user_id, runners->trackers.items, runners->trackers.count,
	                                          sizeof(*runners->trackers.items), compare_runners);
}

/* --- as if it were saved ----------------------------------------------------------------------------------------- */

static int64_t timeline_id(int64_t id)
{
	return id == NONE ? 0 : id;
}

static int compare_numbers(int64_t left, int64_t right)
{
	return (left > right) - (left < right);
}

static int compare_starts(const void *a, const void *b)
{
	return compare_numbers(((const struct timeline_entry_row *)a)->start_at,
	                       ((const struct timeline_entry_row *)b)->start_at);
}

/* The order in which minutes are dealt out (rules/minutes.h). */
static int compare_dealt(const void *a, const void *b)
{
	const struct timeline_entry_row *left = *(struct timeline_entry_row *const *)a;
	const struct timeline_entry_row *right = *(struct timeline_entry_row *const *)b;
	int order = compare_numbers(timeline_id(left->contract_id), timeline_id(right->contract_id));

	order = order ? order : compare_numbers(left->method, right->method);
	order = order ? order : compare_numbers(timeline_id(left->task_id), timeline_id(right->task_id));
	return order ? order : compare_numbers(left->start_at, right->start_at);
}

static enum error timeline_entries_deal(struct arena *arena, struct timeline_entry_rows *entries)
{
	struct timeline_entry_row **dealt = arena_alloc_array(arena, entries->count, sizeof(*dealt));
	int64_t                     work = 0, breaks = 0;

	if (!dealt)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < entries->count; i++)
		dealt[i] = &entries->items[i];
	qsort(dealt, entries->count, sizeof(*dealt), compare_dealt);
	for (size_t i = 0; i < entries->count; i++) {
		int64_t *running = dealt[i]->method == TIME_METHOD_BREAK ? &breaks : &work;
		int64_t  seconds = dealt[i]->end_at - dealt[i]->start_at;

		dealt[i]->total_minutes = minutes_dealt(*running, seconds);
		*running += seconds;
	}
	return ERROR_NONE;
}

/* Adds what a stop would save of the tracker now, as far as it lies on the day. */
static enum error timeline_add_running(struct db_context *db, const struct running_tracker_row *tracker, int64_t day,
                                       struct timeline_member_row *member)
{
	struct timeline_entry_rows entries = {.count = member->entries.count};
	struct timeline            timeline;
	struct activity            activity;
	struct fit                 fit;
	size_t                     days_max = 0;

	TRY(timeline_view(db, member->user_id, &timeline));
	TRY(tracker_fit(&timeline, tracker, &activity, &fit));
	for (size_t i = 0; i < fit.count; i++)
		days_max += timeline_days_max(fit.spans[i]);
	struct day_span *days = arena_alloc_array(db->arena, days_max, sizeof(*days));
	entries.items = arena_alloc_array(db->arena, entries.count + fit.count, sizeof(*entries.items));
	if ((!days || !entries.items) && fit.count)
		return ERROR_NO_MEMORY;
	if (!fit.count || !member->running.count)
		return ERROR_NONE;
	if (entries.count)
		memcpy(entries.items, member->entries.items, entries.count * sizeof(*entries.items));
	for (size_t i = 0; i < fit.count; i++) {
		size_t count = timeline_days(&timeline, fit.spans[i], days);

		for (size_t k = 0; k < count; k++)
			if (days[k].day == day) {
				struct timeline_entry_row *entry = &entries.items[entries.count++];

				*entry = member->running.items[0];
				entry->start_at = days[k].span.start;
				entry->end_at = days[k].span.end;
			}
	}
	qsort(entries.items, entries.count, sizeof(*entries.items), compare_starts);
	member->entries = entries;
	return timeline_entries_deal(db->arena, &member->entries);
}

/* --- amounts ----------------------------------------------------------------------------------------------------- */

static enum error timeline_pay(struct db_context *db, int64_t day, const struct timeline_member_rows *members,
                               struct pay *ret)
{
	struct integer_list contracts = {0}, people;
	size_t              room = 0;
	int64_t            *ids;

	*ret = (struct pay){0};
	for (size_t i = 0; i < members->count; i++)
		room += members->items[i].entries.count;
	if (!db->sees_rates || !room)
		return ERROR_NONE;
	ids = arena_alloc_array(db->arena, room, sizeof(*ids));
	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < members->count; i++)
		for (size_t k = 0; k < members->items[i].entries.count; k++)
			if (members->items[i].entries.items[k].contract_id != NONE)
				ids[contracts.count++] = members->items[i].entries.items[k].contract_id;
	contracts.items = ids;
	if (!contracts.count)
		return ERROR_NONE;
	TRY(grouping_column(db->arena, members, user_id, &people));
	return pay_find(db, (struct day_range){day, day}, people, contracts, ret);
}

/* What the entry's contract earns on the day is rounded once; of that each entry has what it adds. */
static int64_t timeline_amount(const struct pay *pay, int64_t day, const struct timeline_entry_rows *entries,
                               const struct timeline_entry_row *entry)
{
	struct paid_time time = {.day = day, .user_id = entry->user_id, .contract_id = entry->contract_id};
	int64_t          before = 0;

	if (entry->method == TIME_METHOD_BREAK || entry->contract_id == NONE)
		return NONE;
	for (const struct timeline_entry_row *each = entries->items; each < entries->items + entries->count; each++)
		if (each->contract_id == entry->contract_id && each->method != TIME_METHOD_BREAK) {
			before += each < entry ? each->total_minutes : 0;
			time.minutes += each->total_minutes;
		}
	return pay_of_part(pay, &time, before, entry->total_minutes);
}

static int64_t timeline_level(const struct activity_sums *seen, int64_t full)
{
	return seen->seconds ? activity_level(seen, full) : NONE;
}

static void timeline_sum(struct timeline_member_row *member, int64_t full)
{
	struct activity_sums seen = {0}, more;
	bool                 mixed = false;

	member->total_amount = NONE;
	for (size_t i = 0; i < member->entries.count; i++) {
		const struct timeline_entry_row *entry = &member->entries.items[i];

		if (entry->method == TIME_METHOD_BREAK)
			continue;
		more = ACTIVITY_SUMS_OF(entry);
		activity_sums_add(&seen, &more);
		member->total_minutes += entry->total_minutes;
		if (entry->total_amount == NONE)
			continue;
		if (member->total_amount == NONE) {
			member->total_amount = 0;
			member->currency = entry->currency;
		}
		mixed = mixed || !text_equal(member->currency, entry->currency);
		member->total_amount += entry->total_amount;
	}
	member->activity_level = timeline_level(&seen, full);
	if (mixed) {
		member->total_amount = NONE;
		member->currency = NO_TEXT;
	}
}

/* --- the report -------------------------------------------------------------------------------------------------- */

/* By what entries are shown. */
struct day_shown {
	int64_t            day;
	const struct zone *zone;
	struct pay         pay;
	int64_t            full_activity; /* actions a minute */
};

static enum error day_shown_find(struct call *call, int64_t day, struct day_shown *ret)
{
	struct workspace_settings_row settings;
	int64_t                       today;

	*ret = (struct day_shown){.day = day};
	TRY(report_zone(call, &ret->zone));
	TRY(sql_get_workspace_settings(&call->db, &settings));
	ret->full_activity = settings.activity_sensitivity;
	today = zone_day(ret->zone, call->db.now);
	if (day < today - YEAR_DAYS || day > today + YEAR_DAYS)
		return call_fault(call, "date", "The date field must be within a year of today.");
	return ERROR_NONE;
}

static void timeline_show(struct db_context *db, const struct day_shown *shown, struct timeline_member_row *member)
{
	const struct report_cell cell = {.days = {shown->day, shown->day}, .user_id = member->user_id};

	for (size_t i = 0; i < member->entries.count; i++) {
		struct timeline_entry_row *entry = &member->entries.items[i];
		struct activity_sums       seen = ACTIVITY_SUMS_OF(entry);

		entry->start_time = report_instant(db->arena, shown->zone, entry->start_at);
		entry->end_time = report_instant(db->arena, shown->zone, entry->end_at);
		entry->duration_minutes = entry->total_minutes;
		entry->activity_level = timeline_level(&seen, shown->full_activity);
		entry->total_amount = timeline_amount(&shown->pay, shown->day, &member->entries, entry);
		if (entry->total_amount == NONE)
			entry->currency = NO_TEXT;
	}
	timeline_sum(member, shown->full_activity);
	member->entries_url = report_entries_url(db, &cell);
}

enum error op_get_daily_timeline_report(struct call *call, const struct get_daily_timeline_report_input *input,
                                        struct get_daily_timeline_report_output *output)
{
	struct timeline_member_rows *members = &output->data.users;
	struct day_shown             shown;
	struct runners               runners;

	TRY(day_shown_find(call, input->date, &shown));
	TRY(runners_find(&call->db, input->date, &runners));
	TRY(sql_list_timeline_members(&call->db, input->date, input->user_ids, runners.user_ids, &call->page, members));
	TRY(sql_attach_to_timeline_member(&call->db, input->date, members->items, members->count));
	for (size_t i = 0; i < members->count; i++) {
		const struct running_tracker_row *tracker = runner_of(&runners, members->items[i].user_id);

		members->items[i].is_tracking = tracker != NULL;
		if (tracker)
			TRY(timeline_add_running(&call->db, tracker, input->date, &members->items[i]));
	}
	TRY(timeline_pay(&call->db, input->date, members, &shown.pay));
	for (size_t i = 0; i < members->count; i++)
		timeline_show(&call->db, &shown, &members->items[i]);
	output->data.report_type = TEXT("daily_timeline");
	output->data.date = input->date;
	return ERROR_NONE;
}
