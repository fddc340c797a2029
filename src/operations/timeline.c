/* What keeps a timeline right: free parts, limits, days, minutes. */
#include "operations/timeline.h"

#include "base/calendar.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/entry_changes.h"
#include "operations/entry_events.h"
#include "rules/limits.h"
#include "rules/minutes.h"

#define NO_PART ((struct day_minutes_row){.day = NONE})
#define NO_CHANGES \
	((struct day_changes){.first_day = INT64_MAX, .last_day = INT64_MIN, .part = NO_PART, .sheet = NO_SHEET})
#define WEEK_AND_A_HALF_DAY (7 * SECONDS_PER_DAY + SECONDS_PER_DAY / 2)

/* --- whose ------------------------------------------------------------------------------------------------------- */

enum error timeline_view(struct db_context *db, int64_t user_id, struct timeline *ret)
{
	struct timeline timeline = {.db = db};
	bool            found;

	TRY(sql_find_time_owner(db, user_id, &timeline.owner, &found));
	if (!found)
		return ERROR_NOT_FOUND;
	timeline.zone = zone_find(timeline.owner.timezone);
	timeline.week_zone = zone_find(timeline.owner.week_timezone);
	if (!timeline.zone || !timeline.week_zone)
		return ERROR_INTERNAL; /* a stored zone that the machine's database has lost */
	timeline.changes = arena_new(db->arena, struct day_changes);
	if (!timeline.changes)
		return ERROR_NO_MEMORY;
	*timeline.changes = NO_CHANGES;
	*ret = timeline;
	return ERROR_NONE;
}

enum error timeline_open(struct db_context *db, int64_t user_id, struct timeline *ret)
{
	struct locked_timeline_row locked;
	bool                       found;

	/* Before looking: whoever waits for it sees what was changed meanwhile. */
	TRY(db_take_turn(db, user_id));
	TRY(sql_lock_timeline(db, user_id, &locked, &found));
	return found ? timeline_view(db, user_id, ret) : ERROR_NOT_FOUND;
}

/* --- looking ----------------------------------------------------------------------------------------------------- */

enum error timeline_entries(const struct timeline *timeline, struct span span, struct new_time_entry_rows *ret)
{
	const struct zone *utc = zone_find(NO_TEXT);

	return sql_list_entries_between(timeline->db, timeline->owner.user_id, zone_day(utc, span.start) - 1,
	                                zone_day(utc, span.end) + 1, span.start, span.end, ret);
}

struct span timeline_week(const struct timeline *timeline, int64_t instant)
{
	int64_t start = zone_week_start(timeline->week_zone, timeline->owner.week_start, instant);

	return (struct span){start,
	                     zone_week_start(timeline->week_zone, timeline->owner.week_start, start + WEEK_AND_A_HALF_DAY)};
}

struct span entry_span(const struct new_time_entry_row *entry)
{
	return (struct span){entry->start_at, entry->end_at};
}

enum error timeline_closed(const struct timeline *timeline, struct span span, struct closed_parts *ret)
{
	int64_t             first = zone_day(timeline->zone, span.start) - 1, last = zone_day(timeline->zone, span.end) + 1;
	struct closed_parts parts = {0};
	struct sheet_of_day_rows rows;

	TRY(sql_list_sheets_of_days(timeline->db, timeline->owner.user_id, first, last, &rows));
	parts.items = arena_alloc_array(timeline->db->arena, rows.count + 1, sizeof(*parts.items));
	if (!parts.items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < rows.count; i++) {
		const struct sheet_of_day_row *row = &rows.items[i];
		struct closed_part             part = {.sheet = {row->id, {row->first_day, row->last_day}, row->status}};

		part.span = span_overlap(span, (struct span){zone_day_start(timeline->zone, row->first_day),
		                                             zone_day_start(timeline->zone, row->last_day + 1)});
		if (sheet_is_closed(&part.sheet) && part.span.start < part.span.end)
			parts.items[parts.count++] = part;
	}
	*ret = parts;
	return ERROR_NONE;
}

/* --- limits ------------------------------------------------------------------------------------------------------ */

/* A break is on the timeline, but it is no work. */
static bool is_work(int64_t method)
{
	return method != TIME_METHOD_BREAK;
}

/* Weekly limits are about work that is done: who is paid for a day off has not worked more. */
static bool counts_for_limits(int64_t method)
{
	return is_work(method) && method != TIME_METHOD_PAID_LEAVE;
}

bool timeline_is_limited(const struct timeline *timeline, const struct activity *activity)
{
	bool by_contract = activity->work.contract_id != NONE && activity->work.weekly_hours_limit != NO_WEEKLY_LIMIT;

	return counts_for_limits(activity->method) &&
	       (timeline->owner.weekly_hours_limit != NO_WEEKLY_LIMIT || by_contract);
}

void week_use(struct week_use *use, const struct new_time_entry_row *entry)
{
	struct span inside = span_overlap(use->week, entry_span(entry));

	if (inside.end <= inside.start || !counts_for_limits(entry->method))
		return;
	use->member_used += span_seconds(inside);
	if (entry->contract_id == use->contract_id)
		use->contract_used += span_seconds(inside);
}

int64_t week_left(const struct timeline *timeline, const struct week_use *use, const struct activity *activity)
{
	struct limit member = {timeline->owner.weekly_hours_limit, use->member_used, use->member_kept};
	struct limit contract = {activity->work.weekly_hours_limit, use->contract_used, use->contract_kept};

	if (!timeline_is_limited(timeline, activity))
		return INT64_MAX;
	return limit_left(&member, activity->work.contract_id == NONE ? NULL : &contract);
}

static enum error measure_week(const struct timeline *timeline, int64_t instant, int64_t contract_id,
                               const struct new_time_entry_row *replaced, struct week_use *ret)
{
	struct week_use            use = {.week = timeline_week(timeline, instant), .contract_id = contract_id}, before;
	struct new_time_entry_rows entries;

	TRY(timeline_entries(timeline, use.week, &entries));
	for (size_t i = 0; i < entries.count; i++)
		week_use(&use, &entries.items[i]);
	before = use;
	if (replaced)
		week_use(&before, replaced);
	use.member_kept = before.member_used;
	use.contract_kept = before.contract_used;
	*ret = use;
	return ERROR_NONE;
}

static void timeline_keep(struct fit *fit, struct span part)
{
	struct span *last = fit->count ? &fit->spans[fit->count - 1] : NULL;

	fit->seconds += span_seconds(part);
	if (last && last->end == part.start)
		last->end = part.end;
	else if (part.end > part.start)
		fit->spans[fit->count++] = part;
}

/* A free part, week by week. `use` is of the week that was looked at last. */
static enum error fit_part(const struct timeline *timeline, struct span part, const struct activity *activity,
                           const struct new_time_entry_row *replaced, struct week_use *use, struct fit *fit)
{
	while (part.start < part.end) {
		if (part.start >= use->week.end)
			TRY(measure_week(timeline, part.start, activity->work.contract_id, replaced, use));
		struct span inside = span_overlap(part, use->week);
		struct span kept = span_cut(inside, week_left(timeline, use, activity));
		if (kept.end < inside.end && fit->limited_at == NONE)
			fit->limited_at = kept.end;
		timeline_keep(fit, kept);
		use->member_used += span_seconds(kept);
		use->contract_used += span_seconds(kept);
		part.start = inside.end;
	}
	return ERROR_NONE;
}

/* Time that is only given to other work stays on its day, wherever its member is now. */
static bool keeps_day(const struct new_time_entry_row *replaced, struct span span)
{
	return replaced && replaced->start_at == span.start && replaced->end_at == span.end;
}

enum error timeline_fit(const struct timeline *timeline, struct span span, const struct activity *activity,
                        const struct new_time_entry_row *replaced, struct fit *ret)
{
	struct arena              *arena = timeline->db->arena;
	struct fit                 fit = {.limited_at = NONE};
	struct week_use            use = {.week = {INT64_MIN, INT64_MIN}};
	struct new_time_entry_rows entries;
	struct closed_parts        closed = {0};
	struct span               *taken, *free_parts;
	size_t                     room, count;

	TRY(timeline_entries(timeline, span, &entries));
	if (!keeps_day(replaced, span))
		TRY(timeline_closed(timeline, span, &closed));
	room = entries.count + closed.count + 1;
	taken = arena_alloc_array(arena, room, sizeof(*taken));
	free_parts = arena_alloc_array(arena, room, sizeof(*free_parts));
	/* A limit may leave a gap at the end of each week. */
	fit.spans = arena_alloc_array(arena, room + 1 + (size_t)((span.end - span.start) / SECONDS_PER_DAY / 6),
	                              sizeof(*fit.spans));
	if (!taken || !free_parts || !fit.spans)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < entries.count; i++)
		taken[i] = entry_span(&entries.items[i]);
	for (size_t i = 0; i < closed.count; i++)
		taken[entries.count + i] = closed.items[i].span;
	count = spans_free(span, taken, spans_join(taken, entries.count + closed.count), free_parts);
	fit.overlapped = entries.count > 0;
	fit.closed = closed.count ? &closed.items[0].sheet : NULL;
	for (size_t i = 0; i < count; i++)
		if (timeline_is_limited(timeline, activity))
			TRY(fit_part(timeline, free_parts[i], activity, replaced, &use, &fit));
		else
			timeline_keep(&fit, free_parts[i]);
	*ret = fit;
	return ERROR_NONE;
}

/* --- days -------------------------------------------------------------------------------------------------------- */

struct day_span timeline_first_day(const struct timeline *timeline, struct span span)
{
	int64_t day = zone_day(timeline->zone, span.start);
	int64_t next = zone_day_start(timeline->zone, day + 1);

	if (next <= span.start) /* clocks that went back over midnight show the day before, but this one has begun */
		next = zone_day_start(timeline->zone, ++day + 1);
	return (struct day_span){day, {span.start, next < span.end ? next : span.end}};
}

size_t timeline_days_max(struct span span)
{
	return (size_t)((span.end - span.start) / (SECONDS_PER_DAY / 2)) + 2; /* clocks make a day shorter, never by half */
}

size_t timeline_days(const struct timeline *timeline, struct span span, struct day_span *ret_days)
{
	size_t count = 0;

	for (; span.start < span.end; span.start = ret_days[count++].span.end)
		ret_days[count] = timeline_first_day(timeline, span);
	return count;
}

/* --- changing ---------------------------------------------------------------------------------------------------- */

/* What is added to a day. */
struct day_more {
	int64_t              seconds, minutes;
	struct activity_sums seen;
};

/* Which part of a day an entry counts in: minutes are dealt out in the order of these, and of start within. */
static struct day_minutes_row day_part(const struct new_time_entry_row *entry)
{
	return (struct day_minutes_row){
		.user_id = entry->user_id,
		.day = entry->day,
		.contract_id = entry->contract_id == NONE ? 0 : entry->contract_id,
		.method = entry->method,
		.task_id = entry->task_id == NONE ? 0 : entry->task_id,
	};
}

static bool is_same_part(const struct day_minutes_row *a, const struct day_minutes_row *b)
{
	return a->day == b->day && a->contract_id == b->contract_id && a->method == b->method && a->task_id == b->task_id;
}

static enum error timeline_count(const struct timeline *timeline, const struct new_time_entry_row *entry,
                                 const struct day_more *more)
{
	struct day_changes    *changes = timeline->changes;
	struct day_minutes_row row = day_part(entry);

	if (!sheet_has_day(&changes->sheet, entry->day))
		TRY(sheet_of_day(timeline->db, entry->user_id, entry->day, &changes->sheet));
	row.minutes = more->minutes;
	row.seconds = more->seconds;
	ACTIVITY_SUMS_SET(&row, &more->seen);
	changes->minutes += more->minutes;
	if (is_same_part(&changes->part, &row))
		changes->total.seconds += more->seconds;
	else
		changes->part = NO_PART;          /* this one may come before it */
	if (sheet_is_closed(&changes->sheet)) /* whoever changes time leaves out closed days, or refuses, before */
		return ERROR_PERIOD_CLOSED;
	TRY(sql_add_day_minutes(timeline->db, &row));
	return more->seconds < 0 ? sql_forget_empty_day(timeline->db, &row) : ERROR_NONE;
}

static void timeline_note_undealt(const struct timeline *timeline, int64_t day)
{
	struct day_changes *changes = timeline->changes;

	changes->first_day = day < changes->first_day ? day : changes->first_day;
	changes->last_day = day > changes->last_day ? day : changes->last_day;
}

/* The minutes of an entry that is, or was, there with `seconds_now`, and shall have `seconds`. Mostly it is the last
 * one that its day deals out to, and changes no other; else the day is dealt out later. */
static enum error timeline_deal_last(const struct timeline *timeline, const struct new_time_entry_row *entry,
                                     int64_t seconds_now, int64_t seconds, int64_t *ret_minutes)
{
	struct day_changes    *changes = timeline->changes;
	struct day_minutes_row part = day_part(entry);

	if (!is_same_part(&changes->part, &part))
		TRY(sql_find_running_total(timeline->db, &part, &changes->total));
	changes->part = part;
	*ret_minutes = minutes_dealt(changes->total.seconds - seconds_now, seconds);
	if (changes->total.later_parts ||
	    (changes->total.last_start != NONE && changes->total.last_start > entry->start_at))
		timeline_note_undealt(timeline, entry->day);
	return ERROR_NONE;
}

enum error timeline_insert(const struct timeline *timeline, struct new_time_entry_row *entry)
{
	int64_t seconds = span_seconds(entry_span(entry));

	entry->minutes = minutes_dealt(0, seconds);
	if (!minutes_are_whole(seconds))
		TRY(timeline_deal_last(timeline, entry, 0, seconds, &entry->minutes));
	if (timeline->changes->part.day == entry->day && entry->start_at > timeline->changes->total.last_start)
		timeline->changes->total.last_start = entry->start_at;
	TRY(sql_insert_time_entry(timeline->db, entry));
	TRY(entry_change_note(timeline->db, entry->user_id, entry->id));
	TRY(entry_added(timeline, entry->id));
	return timeline_count(timeline, entry, &(struct day_more){seconds, entry->minutes, ACTIVITY_SUMS_OF(entry)});
}

enum error timeline_remove(const struct timeline *timeline, const struct new_time_entry_row *entry)
{
	int64_t              seconds = span_seconds(entry_span(entry));
	struct activity_sums none = {0}, seen = ACTIVITY_SUMS_OF(entry);

	activity_sums_subtract(&none, &seen);
	timeline->changes->part = NO_PART; /* it may have been the last */
	TRY(entry_removed(timeline, entry->id));
	TRY(sql_delete_time_entry(timeline->db, entry->id));
	TRY(entry_change_note(timeline->db, entry->user_id, entry->id));
	if (!minutes_are_whole(seconds))
		timeline_note_undealt(timeline, entry->day);
	return timeline_count(timeline, entry, &(struct day_more){-seconds, -entry->minutes, none});
}

enum error timeline_resize(const struct timeline *timeline, const struct new_time_entry_row *entry,
                           const struct new_time_entry_row *as)
{
	struct activity_sums      before = ACTIVITY_SUMS_OF(entry), seen = ACTIVITY_SUMS_OF(as);
	struct new_time_entry_row changed = *as;
	int64_t                   seconds = as->end_at - entry->start_at, more = as->end_at - entry->end_at;

	changed.id = entry->id;
	changed.minutes = entry->minutes + more / SECONDS_PER_MINUTE;
	if (!minutes_are_whole(more))
		TRY(timeline_deal_last(timeline, entry, seconds - more, seconds, &changed.minutes));
	TRY(sql_set_entry_end(timeline->db, &changed));
	TRY(entry_change_note(timeline->db, entry->user_id, entry->id));
	TRY(entry_changed(timeline, entry->id));
	activity_sums_subtract(&seen, &before);
	return timeline_count(timeline, entry, &(struct day_more){more, changed.minutes - entry->minutes, seen});
}

/* Fills what each entry shall have, and counts it. Returns the number of those that had something else. */
static enum error timeline_deal_rows(const struct timeline *timeline, struct new_time_entry_rows *rows,
                                     struct dealt_minutes_row *changed, size_t *ret_count)
{
	int64_t work = 0, breaks = 0, day = INT64_MIN;
	size_t  count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		struct new_time_entry_row *entry = &rows->items[i];
		int64_t                   *running = is_work(entry->method) ? &work : &breaks;
		int64_t                    seconds = span_seconds(entry_span(entry)), minutes;

		if (entry->day != day)
			work = breaks = 0;
		day = entry->day;
		minutes = minutes_dealt(*running, seconds);
		*running += seconds;
		if (minutes == entry->minutes)
			continue;
		TRY(timeline_count(timeline, entry, &(struct day_more){.minutes = minutes - entry->minutes}));
		entry->minutes = minutes;
		TRY(entry_change_note(timeline->db, entry->user_id, entry->id));
		TRY(entry_changed(timeline, entry->id));
		changed[count++] = (struct dealt_minutes_row){entry->id, minutes};
	}
	*ret_count = count;
	return ERROR_NONE;
}

/* `ret`: the entries of the days that were dealt out. */
static enum error timeline_deal_days(const struct timeline *timeline, struct new_time_entry_rows *ret)
{
	struct day_changes       *changes = timeline->changes;
	struct dealt_minutes_row *changed;
	size_t                    count;

	*ret = (struct new_time_entry_rows){0};
	if (changes->first_day > changes->last_day)
		return ERROR_NONE;
	TRY(sql_list_entries_of_days(timeline->db, timeline->owner.user_id, changes->first_day, changes->last_day, ret));
	changed = arena_alloc_array(timeline->db->arena, ret->count, sizeof(*changed));
	if (!changed)
		return ERROR_NO_MEMORY;
	TRY(timeline_deal_rows(timeline, ret, changed, &count));
	changes->first_day = NO_CHANGES.first_day;
	changes->last_day = NO_CHANGES.last_day;
	return count ? sql_set_entry_minutes(timeline->db, changed, count) : ERROR_NONE;
}

enum error timeline_deal(const struct timeline *timeline)
{
	struct new_time_entry_rows dealt;

	return timeline_deal_days(timeline, &dealt);
}

/* What was seen of the part of an entry's time that lies in a span. */
static struct activity_sums seen_within(const struct new_time_entry_row *entry, struct span span)
{
	struct span          inside = span_overlap(span, entry_span(entry));
	struct activity_sums seen = ACTIVITY_SUMS_OF(entry);

	return activity_sums_part(&seen, span_seconds(entry_span(entry)), inside.start - entry->start_at,
	                          inside.end - entry->start_at);
}

static enum error add_days(const struct timeline *timeline, struct span span, const struct activity *activity,
                           const struct new_time_entry_row *replaced, struct added *added)
{
	struct day_span *days = arena_alloc_array(timeline->db->arena, timeline_days_max(span), sizeof(*days));
	size_t           count = 1;

	if (!days)
		return ERROR_NO_MEMORY;
	if (keeps_day(replaced, span))
		days[0] = (struct day_span){replaced->day, span};
	else
		count = timeline_days(timeline, span, days);
	for (size_t i = 0; i < count; i++) {
		struct new_time_entry_row *entry = &added->entries[added->count];

		*entry = (struct new_time_entry_row){
			.user_id = timeline->owner.user_id,
			.day = days[i].day,
			.start_at = days[i].span.start,
			.end_at = days[i].span.end,
			.contract_id = activity->work.contract_id,
			.task_id = activity->task_id,
			.method = activity->method,
			.description = activity->description,
		};
		if (replaced) {
			struct activity_sums seen = seen_within(replaced, days[i].span);

			ACTIVITY_SUMS_SET(entry, &seen);
		}
		if (replaced && added->count == 0)
			entry->id = replaced->id;
		else
			TRY(ids_next(timeline->db->ids, SEQUENCE_TIME_ENTRIES, &entry->id));
		TRY(timeline_insert(timeline, entry));
		added->count++;
	}
	return ERROR_NONE;
}

static enum error deal_added(const struct timeline *timeline, struct added *added)
{
	struct new_time_entry_rows dealt;

	TRY(timeline_deal_days(timeline, &dealt));
	for (size_t i = 0; i < added->count; i++) {
		for (size_t j = 0; j < dealt.count; j++)
			if (dealt.items[j].id == added->entries[i].id)
				added->entries[i].minutes = dealt.items[j].minutes;
		added->minutes += added->entries[i].minutes;
	}
	return ERROR_NONE;
}

enum error timeline_add(const struct timeline *timeline, struct span span, const struct activity *activity,
                        const struct new_time_entry_row *replaced, struct added *ret)
{
	struct added added = {0};
	size_t       room = 0;

	TRY(timeline_fit(timeline, span, activity, replaced, &added.fit));
	for (size_t i = 0; i < added.fit.count; i++)
		room += timeline_days_max(added.fit.spans[i]);
	added.entries = arena_alloc_array(timeline->db->arena, room, sizeof(*added.entries));
	if (!added.entries && room)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < added.fit.count; i++)
		TRY(add_days(timeline, added.fit.spans[i], activity, replaced, &added));
	TRY(deal_added(timeline, &added));
	*ret = added;
	return ERROR_NONE;
}
