/* The report of attendance (contract 3.13): gathers what a day was to be and was, and has it judged by
 * rules/attendance. */
#include <stdlib.h>

#include "base/calendar.h"
#include "contract.h"
#include "operations/report_entries.h"
#include "operations/report_range.h"
#include "operations/trackers.h"
#include "rules/activity_level.h"
#include "rules/attendance.h"
#include "rules/grouping.h"
#include "rules/leaves.h"
#include "rules/minutes.h"
#include "rules/shifts.h"

#define JUDGED_AT_ONCE 200 /* people */

/* On which entries may count that count for a day, as the zone was in which they were made. */
#define DAYS_BEFORE 1
#define DAYS_AFTER  2

/* What was read for the people of a page: rows in the order of their ids. */
struct attendance_facts {
	struct db_context            *db;
	int64_t                       day;
	struct workspace_settings_row settings;
	const struct zone            *zone;     /* the workspace's */
	struct holiday_rows           holidays; /* of the day, and of those beside it */
	struct attended_entry_rows    entries;
	struct running_tracker_rows   trackers; /* everybody's */
	struct expected_hours_rows    hours;
	struct break_allowance_rows   allowances;
	struct leave_on_day_rows      leaves;
};

/* One of them. */
struct attendee {
	const struct zone                *zone;
	const struct attended_entry_row  *entries;
	const struct running_tracker_row *tracker; /* or NULL */
	const struct expected_hours_row  *hours;
	const struct break_allowance_row *allowance; /* or NULL */
	const struct leave_on_day_row    *leaves;
	size_t                            entry_count, hours_count, leave_count;
	struct span                       span; /* that counts for the day */
	struct attendance_shift          *shifts;
	size_t                            shift_count;
};

/* --- one person's rows ------------------------------------------------------------------------------------------- */

/* Of rows that begin with the id of a user and are in its order. */
static const void *rows_of_user(const void *items, size_t count, size_t size, int64_t user_id, size_t *ret_count)
{
	const char *rows = items;
	size_t      low = 0, high = count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (*(const int64_t *)(rows + middle * size) < user_id)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < count && *(const int64_t *)(rows + end * size) == user_id;)
		end++;
	*ret_count = end - low;
	return end > low ? rows + low * size : NULL;
}

#define ROWS_OF_USER(rows, user_id, ret_count) \
	rows_of_user((rows).items, (rows).count, sizeof(*(rows).items), (user_id), (ret_count))

static enum error attendee_find(const struct attendance_facts *facts, const struct attendance_user_row *user,
                                struct attendee *ret)
{
	int64_t         id = user->user_id;
	size_t          count;
	struct attendee person = {.zone = zone_find(user->timezone)};

	if (!person.zone)
		return ERROR_INTERNAL; /* a stored zone that the machine's database has lost */
	person.entries = ROWS_OF_USER(facts->entries, id, &person.entry_count);
	person.tracker = ROWS_OF_USER(facts->trackers, id, &count);
	person.hours = ROWS_OF_USER(facts->hours, id, &person.hours_count);
	person.allowance = ROWS_OF_USER(facts->allowances, id, &count);
	person.leaves = ROWS_OF_USER(facts->leaves, id, &person.leave_count);
	*ret = person;
	return ERROR_NONE;
}

/* --- when they were to be there ---------------------------------------------------------------------------------- */

static const struct holiday_row *holiday_on(const struct attendance_facts *facts, int64_t day)
{
	for (size_t i = 0; i < facts->holidays.count; i++)
		if (facts->holidays.items[i].date == day)
			return &facts->holidays.items[i];
	return NULL;
}

static int64_t worked_quarters(const struct attendance_facts *facts, int64_t day)
{
	const struct holiday_row *holiday = holiday_on(facts, day);

	return holiday ? holiday->quarters : QUARTERS_PER_DAY;
}

/* Where the clocks skip it, where it would be. `minute` may be one of the next day. */
static int64_t instant_of(const struct zone *zone, int64_t day, int64_t minute)
{
	int64_t instants[2];

	zone_instants(zone, day + minute / MINUTES_PER_DAY, minute % MINUTES_PER_DAY, instants);
	return instants[0];
}

static struct attendance_shift planned(const struct attendee *person, int64_t id, int64_t day, struct shift_hours hours,
                                       int64_t required)
{
	struct span whole = {instant_of(person->zone, day, hours.start),
	                     instant_of(person->zone, day, hours.start + hours.minutes)};

	return attendance_shift(id, whole, required);
}

static size_t plan_by_schedule(const struct attendance_facts *facts, const struct attendee *person, int64_t day,
                               struct attendance_shift *ret)
{
	const struct workspace_settings_row *settings = &facts->settings;
	struct shift_hours                   hours = {settings->working_day_start, settings->working_minutes_per_day};

	if (!(settings->working_days >> leave_weekday(day) & 1))
		return 0;
	if (settings->working_day_end != NONE)
		hours.minutes = settings->working_day_end - hours.start;
	*ret = planned(person, NONE, day, hours, settings->working_minutes_per_day);
	return 1;
}

static int by_window(const void *a, const void *b)
{
	const struct attendance_shift *one = a, *two = b;

	return (one->whole.start > two->whole.start) - (one->whole.start < two->whole.start);
}

static size_t plan_by_shifts(const struct attendee *person, int64_t day, struct attendance_shift *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < person->hours_count; i++) {
		const struct expected_hours_row *row = &person->hours[i];
		struct shift_pattern             shift = {row->date_from, row->date_until, row->weeks, {{0, 0}}};
		struct shift_hours               hours;

		shift.weekdays[row->weekday] = (struct shift_hours){row->start, row->minutes};
		hours = shift_on_day(&shift, day);
		if (hours.minutes)
			ret[count++] = planned(person, row->shift_id, day, hours, row->minimum_minutes);
	}
	qsort(ret, count, sizeof(*ret), by_window);
	return count;
}

/* What begins on a day, before leave. `ret` has room for one, and for one a row of hours. */
static size_t plan_day(const struct attendance_facts *facts, const struct attendee *person, int64_t day,
                       struct attendance_shift *ret)
{
	if (!worked_quarters(facts, day))
		return 0;
	return facts->settings.attendance_by == ATTENDANCE_BASIS_SHIFTS ? plan_by_shifts(person, day, ret) :
	                                                                  plan_by_schedule(facts, person, day, ret);
}

static bool leave_is_on(const struct leave_on_day_row *leave, int64_t day)
{
	return leave->start_day <= day && day <= leave->end_day;
}

/* Hours also of the next day, on which a night ends. Half of a half working day is a quarter (docs/decisions/0034).
 * Returns how many spans there are. */
static size_t leave_spans(const struct attendance_facts *facts, const struct attendee *person,
                          const struct leave_on_day_row *leave, struct span *ret)
{
	int64_t half = worked_quarters(facts, facts->day) / 2, period = FULL_DAY;
	size_t  count = 0;

	if (leave->start_minute != NONE) {
		for (int64_t day = facts->day; day <= facts->day + 1; day++)
			if (leave_is_on(leave, day))
				ret[count++] = (struct span){instant_of(person->zone, day, leave->start_minute),
				                             instant_of(person->zone, day, leave->end_minute)};
		return count;
	}
	if (!leave_is_on(leave, facts->day))
		return 0;
	if (facts->day == leave->start_day)
		period = leave->leave_period;
	return attendance_quarters(person->shifts, person->shift_count, period == SECOND_HALF ? half : 0,
	                           period == FIRST_HALF ? half : QUARTERS_PER_DAY, ret);
}

/* What half a holiday and leaves take of their shifts. */
static enum error attendee_rest(const struct attendance_facts *facts, struct attendee *person)
{
	size_t       room = (person->leave_count + 1) * (person->shift_count + 2), count;
	struct span *taken = arena_alloc_array(facts->db->arena, room, sizeof(*taken));

	if (!taken)
		return ERROR_NO_MEMORY;
	count = attendance_quarters(person->shifts, person->shift_count, worked_quarters(facts, facts->day),
	                            QUARTERS_PER_DAY, taken);
	for (size_t i = 0; i < person->leave_count; i++)
		count += leave_spans(facts, person, &person->leaves[i], &taken[count]);
	attendance_take(person->shifts, person->shift_count, taken, count);
	return ERROR_NONE;
}

/* Their shifts of the day, and which time counts for it. */
static enum error attendee_plan(const struct attendance_facts *facts, struct attendee *person)
{
	size_t                   room = person->hours_count + 1, before, after;
	struct attendance_shift *shifts = arena_alloc_array(facts->db->arena, room, sizeof(*shifts));
	struct attendance_shift *beside = arena_alloc_array(facts->db->arena, room, sizeof(*beside));
	int64_t                  midnights[3], last_end, next_start;

	if (!shifts || !beside)
		return ERROR_NO_MEMORY;
	for (int i = 0; i < 3; i++)
		midnights[i] = zone_day_start(person->zone, facts->day + i);
	person->shifts = shifts;
	person->shift_count = plan_day(facts, person, facts->day, shifts);

	before = plan_day(facts, person, facts->day - 1, beside);
	last_end = before ? beside[before - 1].whole.end : midnights[0];
	next_start = person->shift_count ? shifts[0].whole.start : midnights[1];
	person->span.start = attendance_border(midnights[0], last_end, next_start);

	after = plan_day(facts, person, facts->day + 1, beside);
	last_end = person->shift_count ? shifts[person->shift_count - 1].whole.end : midnights[1];
	next_start = after ? beside[0].whole.start : midnights[2];
	person->span.end = attendance_border(midnights[1], last_end, next_start);

	return attendee_rest(facts, person);
}

/* --- what they did ----------------------------------------------------------------------------------------------- */

static int64_t level_of(const struct attendance_facts *facts, const struct attendee *person)
{
	struct activity_sums sums = {0};

	for (size_t i = 0; i < person->entry_count; i++) {
		const struct attended_entry_row *entry = &person->entries[i];
		struct span                      span = {entry->start_at, entry->end_at};
		struct span                      part = span_overlap(span, person->span);
		struct activity_sums             seen = ACTIVITY_SUMS_OF(entry);

		if (entry->method == TIME_METHOD_BREAK)
			continue;
		seen = activity_sums_part(&seen, span_seconds(span), part.start - span.start, part.end - span.start);
		activity_sums_add(&sums, &seen);
	}
	return sums.seconds ? activity_level(&sums, facts->settings.activity_sensitivity) : NONE;
}

/* What a stop would save of their tracker now: the timeline shows the same. */
static enum error attendee_run(struct db_context *db, const struct attendee *person, struct fit *ret)
{
	struct timeline timeline;
	struct activity activity;

	TRY(timeline_view(db, person->tracker->user_id, &timeline));
	return tracker_fit(&timeline, person->tracker, &activity, ret);
}

/* What was worked, with what runs, and what was rested: each in order, apart, in one piece also over a midnight. */
static enum error attendee_spans(const struct attendance_facts *facts, const struct attendee *person,
                                 struct attendance_day *day)
{
	struct fit   running = {0};
	struct span *spans, *breaks;

	if (person->tracker)
		TRY(attendee_run(facts->db, person, &running));
	spans = arena_alloc_array(facts->db->arena, 2 * person->entry_count + running.count + 1, sizeof(*spans));
	if (!spans)
		return ERROR_NO_MEMORY;
	breaks = spans + person->entry_count + running.count;
	day->work = spans;
	day->breaks = breaks;
	for (size_t i = 0; i < person->entry_count; i++) {
		struct span span = {person->entries[i].start_at, person->entries[i].end_at};

		if (person->entries[i].method == TIME_METHOD_BREAK)
			breaks[day->break_count++] = span;
		else
			spans[day->work_count++] = span;
	}
	for (size_t i = 0; i < running.count; i++)
		spans[day->work_count++] = running.spans[i];
	day->work_count = spans_join(spans, day->work_count);
	day->break_count = spans_join(breaks, day->break_count);
	day->is_tracking = person->tracker && facts->db->now >= person->span.start && facts->db->now < person->span.end;
	return ERROR_NONE;
}

/* --- how it is shown --------------------------------------------------------------------------------------------- */

static enum error show_breaks(const struct attendance_facts *facts, const struct attendance_day *day,
                              struct attendance_break_rows *ret)
{
	struct arena                *arena = facts->db->arena;
	struct attendance_break_rows rows = {arena_alloc_array(arena, day->break_count + 1, sizeof(*rows.items)), 0};

	if (!rows.items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < day->break_count; i++) {
		struct span part = span_overlap(day->breaks[i], day->span);
		int64_t     from = (part.start + zone_offset(facts->zone, part.start)) / SECONDS_PER_MINUTE;
		int64_t     to = (part.end + zone_offset(facts->zone, part.end)) / SECONDS_PER_MINUTE;

		if (part.start >= part.end)
			continue;
		rows.items[rows.count++].span =
			text_format(arena, "%02d:%02d - %02d:%02d", (int)(from % MINUTES_PER_DAY / MINUTES_PER_HOUR),
		                (int)(from % MINUTES_PER_HOUR), (int)(to % MINUTES_PER_DAY / MINUTES_PER_HOUR),
		                (int)(to % MINUTES_PER_HOUR));
	}
	*ret = rows;
	return ERROR_NONE;
}

/* What was worked within the span. */
static struct text attendee_url(const struct attendance_facts *facts, int64_t user_id, struct span span)
{
	const struct report_cell cell = {
		.days = {facts->day - DAYS_BEFORE, facts->day + DAYS_AFTER},
		.user_id = user_id,
		.span = span,
	};

	return report_entries_url(facts->db, &cell);
}

/* The policy of what was asked for first. */
static struct text leave_name(const struct attendee *person, int64_t day)
{
	for (size_t i = 0; i < person->leave_count; i++)
		if (leave_is_on(&person->leaves[i], day))
			return person->leaves[i].policy;
	return NO_TEXT;
}

static struct text shift_name(const struct attendee *person, int64_t id)
{
	for (size_t i = 0; i < person->hours_count; i++)
		if (person->hours[i].shift_id == id)
			return person->hours[i].name;
	return NO_TEXT;
}

static enum error show_shifts(const struct attendance_facts *facts, const struct attendee *person, int64_t user_id,
                              struct attendance_shift_rows *ret)
{
	struct arena                *arena = facts->db->arena;
	struct attendance_shift_rows rows = {arena_alloc_array(arena, person->shift_count + 1, sizeof(*rows.items)),
	                                     person->shift_count};

	if (!rows.items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < rows.count; i++) {
		const struct attendance_shift *shift = &person->shifts[i];

		rows.items[i] = (struct attendance_shift_row){
			.shift_id = shift->id,
			.name = shift_name(person, shift->id),
			.start_time = report_instant(arena, facts->zone, shift->whole.start),
			.end_time = report_instant(arena, facts->zone, shift->whole.end),
			.late_minutes = shift->late,
			.left_early_minutes = shift->left_early,
			.total_minutes = shift->total,
			.entries_url = attendee_url(facts, user_id, shift->whole),
		};
	}
	*ret = rows;
	return ERROR_NONE;
}

static enum error attendee_show(const struct attendance_facts *facts, const struct attendee *person,
                                const struct attendance_day *day, struct attendance_user_row *user)
{
	const struct attendance   judged = attendance_judge(day);
	const struct holiday_row *holiday = holiday_on(facts, facts->day);
	struct arena             *arena = facts->db->arena;

	user->statuses = judged.statuses;
	user->start_time = report_instant(arena, facts->zone, judged.first_in);
	user->end_time = report_instant(arena, facts->zone, judged.last_out);
	user->is_tracking = day->is_tracking;
	user->late_minutes = judged.late;
	user->left_early_minutes = judged.left_early;
	user->required_minutes = judged.required;
	user->total_minutes = judged.total;
	user->break_minutes = judged.breaks;
	user->paid_break_minutes = judged.paid_breaks;
	user->allowed_break_minutes = person->allowance ? person->allowance->minutes : NONE;
	user->leave = leave_name(person, facts->day);
	user->holiday = holiday ? holiday->name : NO_TEXT;
	user->activity_level = level_of(facts, person);
	TRY(show_breaks(facts, day, &user->breaks));
	user->entries_url = attendee_url(facts, user->user_id, day->span);
	return show_shifts(facts, person, user->user_id, &user->shifts);
}

static enum error attendance_fill(const struct attendance_facts *facts, struct attendance_user_row *user)
{
	struct attendee       person;
	struct attendance_day day = {.now = facts->db->now};

	TRY(attendee_find(facts, user, &person));
	TRY(attendee_plan(facts, &person));
	TRY(attendee_spans(facts, &person, &day));
	day.span = person.span;
	day.shifts = person.shifts;
	day.shift_count = person.shift_count;
	day.on_leave = leave_name(&person, facts->day).data != NULL;
	day.is_holiday = holiday_on(facts, facts->day) != NULL;
	day.late_allowed = facts->settings.late_minutes_allowed;
	day.early_allowed = facts->settings.early_minutes_allowed;
	day.paid_break_minutes = person.allowance ? person.allowance->paid_minutes : 0;
	return attendee_show(facts, &person, &day, user);
}

/* --- the report -------------------------------------------------------------------------------------------------- */

static enum error attendance_judge_people(struct attendance_facts *facts, struct integer_list people,
                                          struct attendance_user_rows *ret)
{
	struct db_context *db = facts->db;
	int64_t            day = facts->day;

	TRY(sql_list_attendance_users(db, people, ret));
	TRY(sql_list_holidays_between(db, day - 1, day + 1, &facts->holidays));
	TRY(sql_list_attended_entries(db, people, day - DAYS_BEFORE, day + DAYS_AFTER, &facts->entries));
	TRY(sql_list_expected_hours(db, people, day - 1, day + 1, &facts->hours));
	TRY(sql_list_break_allowances(db, people, zone_day_start(facts->zone, day), &facts->allowances));
	TRY(sql_list_leaves_on(db, people, day, day + 1, &facts->leaves));
	for (size_t i = 0; i < ret->count; i++)
		TRY(attendance_fill(facts, &ret->items[i]));
	return ERROR_NONE;
}

/* Those with one of the statuses, and the page of them. Nobody knows them before they are judged, some at a time: what
 * that took is given back, however many there are. */
static enum error keep_statuses(struct attendance_facts *facts, int64_t statuses, struct page *page,
                                struct integer_list *people)
{
	struct arena *arena = facts->db->arena;
	int64_t      *kept = arena_alloc_array(arena, (size_t)page->per_page, sizeof(*kept));
	int64_t       skipped = (page->page - 1) * page->per_page;
	size_t        count = 0;

	if (!kept)
		return ERROR_NO_MEMORY;
	page->total = 0;
	for (size_t from = 0; from < people->count; from += JUDGED_AT_ONCE) {
		struct integer_list         some = {people->items + from, people->count - from};
		struct arena_mark           mark;
		struct attendance_user_rows users;

		TRY(db_mark(facts->db, &mark));
		some.count = some.count < JUDGED_AT_ONCE ? some.count : JUDGED_AT_ONCE;
		TRY(attendance_judge_people(facts, some, &users));
		for (size_t i = 0; i < users.count; i++)
			if (users.items[i].statuses & statuses) {
				if (page->total >= skipped && count < (size_t)page->per_page)
					kept[count++] = users.items[i].user_id;
				page->total++;
			}
		arena_rewind(arena, mark);
	}
	*people = (struct integer_list){kept, count};
	return ERROR_NONE;
}

enum error op_get_daily_attendance_report(struct call *call, const struct get_daily_attendance_report_input *input,
                                          struct get_daily_attendance_report_output *output)
{
	struct attendance_facts facts = {.db = &call->db, .day = input->date};
	bool                    is_filtered = input->given.status;
	struct member_id_rows   rows;
	struct integer_list     people;
	int64_t                 day_start, day_end;

	TRY(sql_get_workspace_settings(&call->db, &facts.settings));
	TRY(report_zone(call, &facts.zone));
	TRY(trackers_before(&call->db, call->db.now + 1, &facts.trackers));
	day_start = zone_day_start(facts.zone, input->date);
	day_end = zone_day_start(facts.zone, input->date + 1);
	TRY(is_filtered ?
	        sql_list_attendance_everybody(&call->db, input->date, day_start, day_end, input->users, &rows) :
	        sql_list_attendance_page(&call->db, input->date, day_start, day_end, input->users, &call->page, &rows));
	TRY(grouping_column(call->db.arena, &rows, id, &people));
	if (is_filtered)
		TRY(keep_statuses(&facts, input->status, &call->page, &people));
	TRY(attendance_judge_people(&facts, people, &output->data.users));
	output->data.report_type = TEXT("daily_attendance");
	output->data.date = input->date;
	output->data.timezone = facts.settings.timezone;
	return ERROR_NONE;
}
