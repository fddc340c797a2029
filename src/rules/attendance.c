/* What a day was. */
#include "rules/attendance.h"

#include "contract.h"
#include "rules/leaves.h"
#include "rules/minutes.h"

#define STATUS(name) (INT64_C(1) << ATTENDANCE_STATUS_##name)

static bool span_is_empty(struct span span)
{
	return span.end <= span.start;
}

/* --- shifts ------------------------------------------------------------------------------------------------------ */

struct attendance_shift attendance_shift(int64_t id, struct span whole, int64_t required)
{
	int64_t seconds = span_seconds(whole);

	return (struct attendance_shift){.id = id,
	                                 .whole = whole,
	                                 .window = whole,
	                                 .required = required == NONE ? seconds / SECONDS_PER_MINUTE : required,
	                                 .left = seconds};
}

size_t attendance_quarters(const struct attendance_shift *shifts, size_t count, int64_t from, int64_t to,
                           struct span *ret)
{
	int64_t total = 0, before = 0;
	size_t  found = 0;

	for (size_t i = 0; i < count; i++)
		total += span_seconds(shifts[i].whole);
	for (size_t i = 0; i < count; i++) {
		int64_t     start = shifts[i].whole.start - before;
		struct span between = {start + total * from / QUARTERS_PER_DAY, start + total * to / QUARTERS_PER_DAY};

		before += span_seconds(shifts[i].whole);
		ret[found] = span_overlap(shifts[i].whole, between);
		if (!span_is_empty(ret[found]))
			found++;
	}
	return found;
}

/* One after the other: what covers the beginning comes first. */
static void shift_take(struct attendance_shift *shift, struct span taken)
{
	struct span part = span_overlap(shift->window, taken);

	if (span_is_empty(part))
		return;
	shift->left -= span_seconds(part);
	if (part.start == shift->window.start)
		shift->window.start = part.end;
	else if (part.end == shift->window.end)
		shift->window.end = part.start;
}

void attendance_take(struct attendance_shift *shifts, size_t count, struct span *taken, size_t taken_count)
{
	taken_count = spans_join(taken, taken_count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < taken_count; j++)
			shift_take(&shifts[i], taken[j]);
}

int64_t attendance_border(int64_t midnight, int64_t last_end, int64_t next_start)
{
	return last_end <= midnight ? midnight : last_end + (next_start - last_end) / 2;
}

/* --- what was worked --------------------------------------------------------------------------------------------- */

/* Of some spans, what lies within one. */
struct worked {
	int64_t seconds, first, last; /* instants, NONE: nothing */
};

static struct worked worked_within(struct span within, const struct span *spans, size_t count)
{
	struct worked worked = {0, NONE, NONE};

	for (size_t i = 0; i < count; i++) {
		struct span part = span_overlap(spans[i], within);

		if (span_is_empty(part))
			continue;
		worked.seconds += span_seconds(part);
		worked.first = worked.first == NONE ? part.start : worked.first;
		worked.last = part.end;
	}
	return worked;
}

static int64_t later_instant(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Whole minutes between, where they are more than is allowed. */
static int64_t minutes_beyond(int64_t from, int64_t to, int64_t allowed)
{
	int64_t minutes = (to - from) / SECONDS_PER_MINUTE;

	return minutes > allowed ? minutes : 0;
}

/* --- the day ----------------------------------------------------------------------------------------------------- */

/* A shift has the time that is nearer to it than to those before and after it. */
static struct span span_of_shift(const struct attendance_day *day, size_t index)
{
	struct span span = day->span;

	for (size_t i = 0; i < day->shift_count; i++) {
		const struct span *other = &day->shifts[i].window, *own = &day->shifts[index].window;

		if (span_is_empty(*other))
			continue;
		if (i < index)
			span.start = other->end + (own->start - other->end) / 2;
		else if (i > index) {
			span.end = own->end + (other->start - own->end) / 2;
			break;
		}
	}
	return span;
}

/* By the time that it has. Who has not come is late as long as they may still come. */
static void judge_shift(const struct attendance_day *day, struct attendance_shift *shift, struct span span)
{
	const struct span  *window = &shift->window;
	const struct worked came = worked_within(span, day->work, day->work_count);
	const bool          is_tracking = day->is_tracking && day->now < span.end;
	int64_t             first = came.first;

	if (first == NONE && day->now < window->end)
		first = day->now;
	if (first != NONE)
		shift->late = minutes_beyond(window->start, first < window->end ? first : window->end, day->late_allowed);
	if (came.last != NONE && day->now >= window->end && !is_tracking)
		shift->left_early = minutes_beyond(later_instant(came.last, window->start), window->end, day->early_allowed);
}

static int64_t statuses_of(const struct attendance_day *day, const struct attendance *attendance, bool is_over)
{
	bool    came = attendance->first_in != NONE || day->is_tracking, is_done = is_over && !day->is_tracking;
	int64_t statuses = 0;

	if (came)
		statuses |= STATUS(PRESENT);
	if (attendance->late)
		statuses |= STATUS(LATE);
	if (attendance->left_early)
		statuses |= STATUS(LEFT_EARLY);
	if (is_done && came && attendance->total + attendance->paid_breaks < attendance->required)
		statuses |= STATUS(TRACKED_LESS);
	if (is_done && !came)
		statuses |= STATUS(ABSENT);
	if (day->on_leave)
		statuses |= STATUS(ON_LEAVE);
	if (day->is_holiday)
		statuses |= STATUS(HOLIDAY);
	return statuses;
}

struct attendance attendance_judge(const struct attendance_day *day)
{
	const struct worked worked = worked_within(day->span, day->work, day->work_count);
	struct attendance   result = {.first_in = worked.first, .last_out = day->is_tracking ? NONE : worked.last};
	bool                is_over = false; /* their last shift, if they were expected */

	result.total = worked.seconds / SECONDS_PER_MINUTE;
	result.breaks = worked_within(day->span, day->breaks, day->break_count).seconds / SECONDS_PER_MINUTE;
	result.paid_breaks = result.breaks < day->paid_break_minutes ? result.breaks : day->paid_break_minutes;
	for (size_t i = 0; i < day->shift_count; i++) {
		struct attendance_shift *shift = &day->shifts[i];
		struct span              span = span_of_shift(day, i);

		shift->total = worked_within(shift->whole, day->work, day->work_count).seconds / SECONDS_PER_MINUTE;
		if (span_is_empty(shift->window))
			continue;
		judge_shift(day, shift, span);
		is_over = day->now >= shift->window.end;
		result.required += shift->required * shift->left / span_seconds(shift->whole);
		result.late += shift->late;
		result.left_early += shift->left_early;
	}
	result.statuses = statuses_of(day, &result, is_over);
	return result;
}
