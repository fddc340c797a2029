/* Clock times and instants of entries. */
#include "operations/entry_times.h"

#include "base/calendar.h"
#include "rules/when.h"

#define SECONDS_OF_LONG_DAY (25 * 3600) /* on which clocks are set back */

static bool said_instant(int64_t said, int64_t *ret)
{
	if (said == NONE || said <= MINUTES_PER_DAY)
		return false;
	*ret = said - TIME_OF_INSTANT;
	return true;
}

static int64_t second_of_day(const struct timeline *timeline, int64_t instant)
{
	int64_t local = instant + zone_offset(timeline->zone, instant);

	return local - zone_day(timeline->zone, instant) * SECONDS_PER_DAY;
}

int64_t entry_times_local(const struct timeline *timeline, int64_t instant)
{
	return second_of_day(timeline, instant) / 60;
}

/* Whether nothing else is said than what the clock shows at the instant. The end of a day is 00:00 or 24:00. */
static bool is_as_said(const struct timeline *timeline, int64_t instant, int64_t minute)
{
	return minute == NONE || entry_times_local(timeline, instant) == minute % MINUTES_PER_DAY;
}

/* --- clock times to instants ------------------------------------------------------------------------------------- */

/* An end that is looked for. */
struct search {
	int64_t     minute;
	bool        is_end;
	int64_t     first_day, last_day; /* where it may be */
	int64_t     after, before;       /* between which instants, both left out */
	int64_t     near;                /* to which of those that are left */
	const char *field;
};

static size_t instants_of(const struct timeline *timeline, const struct search *search, int64_t day,
                          int64_t ret[static 2])
{
	if (!search->is_end || search->minute % MINUTES_PER_DAY != 0)
		return zone_instants(timeline->zone, day, search->minute, ret);
	ret[0] = zone_day_start(timeline->zone, day + 1);
	return 1;
}

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static enum error find_instant(struct call *call, const struct timeline *timeline, const struct search *search,
                               int64_t *ret)
{
	int64_t best = NONE, instants[2];
	size_t  exist = 0;
	char    date[DATE_SIZE];

	for (int64_t day = search->first_day; day <= search->last_day; day++) {
		size_t count = instants_of(timeline, search, day, instants);

		exist += count;
		for (size_t i = 0; i < count; i++)
			if (instants[i] > search->after && instants[i] < search->before &&
			    (best == NONE || distance(instants[i], search->near) < distance(best, search->near)))
				best = instants[i];
	}
	if (best != NONE) {
		*ret = best;
		return ERROR_NONE;
	}
	if (exist)
		return call_fault(call, "end_time", "The end_time must be after start_time.");
	calendar_format_date(search->first_day, date);
	return call_fault(call, search->field, "The %s does not exist on %s: the member's clocks (%s) skip it.",
	                  search->field, date, timeline->owner.timezone.data ? timeline->owner.timezone.data : "UTC");
}

/* --- what can be ------------------------------------------------------------------------------------------------- */

static enum error check_day(struct call *call, int64_t day)
{
	if (day < FIRST_DAY || day > DAY_MAX - 1)
		return call_fault(call, "date", "The date must lie between 1971-01-01 and 9999-12-30.");
	return ERROR_NONE;
}

/* `allowed`: an end that was there before. */
static enum error check_span(struct call *call, const struct timeline *timeline, struct span span, int64_t allowed)
{
	int64_t tomorrow = zone_day_start(timeline->zone, zone_day(timeline->zone, call->db.now) + 1);

	if (span.end <= span.start)
		return call_fault(call, "end_time", "The end_time must be after start_time.");
	if (when_of_span(span, when_by_hand(tomorrow > allowed ? tomorrow : allowed)) == WHEN_AHEAD)
		return call_fault(call, "date", "The time must not lie after the member's today.");
	return check_day(call, zone_day(timeline->zone, span.start));
}

static enum error check_start(struct call *call, int64_t minute)
{
	if (minute == MINUTES_PER_DAY)
		return call_fault(call, "start_time", "The start_time must be a time as HH:mm, or an instant.");
	return ERROR_NONE;
}

/* --- new --------------------------------------------------------------------------------------------------------- */

enum error entry_times_new(struct call *call, const struct timeline *timeline, const struct said_times *said,
                           struct span *ret)
{
	struct search start = {said->start, false, said->day, said->day, NONE, INT64_MAX, 0, "start_time"};
	struct search end = {said->end, true, said->day, said->day, NONE, INT64_MAX, 0, "end_time"};
	struct span   span, day;

	TRY(check_day(call, said->day));
	TRY(check_start(call, said->start));
	day = (struct span){zone_day_start(timeline->zone, said->day), zone_day_start(timeline->zone, said->day + 1)};
	start.near = day.start;
	if (!said_instant(said->start, &span.start))
		TRY(find_instant(call, timeline, &start, &span.start));
	if (span.start < day.start || span.start >= day.end)
		return call_fault(call, "start_time", "The start_time must lie on the date, in the member's time zone.");
	end.after = end.near = span.start;
	if (!said_instant(said->end, &span.end))
		TRY(find_instant(call, timeline, &end, &span.end));
	if (span.end > day.end)
		return call_fault(call, "end_time", "The end_time must lie on the date, in the member's time zone.");
	TRY(check_span(call, timeline, span, NONE));
	*ret = span;
	return ERROR_NONE;
}

/* --- changed ----------------------------------------------------------------------------------------------------- */

/* An entry while it is changed. The days are those on which its ends lie in the zone that the member has now: the day
 * that is stored may come from another zone. */
struct change {
	struct span old;
	int64_t     first_day, last_day;
	int64_t     days; /* by which it is moved */
	bool        moves;
};

static struct change begin_change(const struct timeline *timeline, const struct said_times *said,
                                  const struct time_entry_row *entry)
{
	struct change change = {
		.old = {entry->start_time, entry->end_time},
		.first_day = zone_day(timeline->zone, entry->start_time),
		.last_day = zone_day(timeline->zone, entry->end_time - 1),
		.moves = said->day != NONE && said->day != entry->date,
	};

	if (change.moves)
		change.days = said->day - change.first_day;
	return change;
}

static enum error change_start(struct call *call, const struct timeline *timeline, const struct said_times *said,
                               const struct change *change, int64_t *ret)
{
	int64_t       second = second_of_day(timeline, change->old.start), instants[2];
	struct search search = {
		.minute = said->start == NONE ? second / 60 : said->start,
		.first_day = change->first_day + change->days,
		.last_day = change->first_day + change->days,
		.after = NONE,
		.before = said->end == NONE && !change->moves ? change->old.end : INT64_MAX,
		.near = change->old.start + change->days * SECONDS_PER_DAY,
		.field = "start_time",
	};

	TRY(check_start(call, said->start));
	*ret = change->old.start;
	if (said_instant(said->start, ret) || (!change->days && is_as_said(timeline, *ret, said->start)))
		return ERROR_NONE;
	if (said->start == NONE && zone_instants(timeline->zone, search.first_day, search.minute, instants) == 0)
		*ret = instants[0];
	else
		TRY(find_instant(call, timeline, &search, ret));
	if (said->start == NONE)
		*ret += second % 60;
	return ERROR_NONE;
}

static enum error change_end(struct call *call, const struct timeline *timeline, const struct said_times *said,
                             const struct change *change, int64_t start, int64_t *ret)
{
	int64_t       second = second_of_day(timeline, change->old.end);
	struct search search = {
		.minute = said->end == NONE ? second / 60 : said->end,
		.is_end = true,
		.first_day = change->first_day + change->days,
		.last_day = change->last_day + change->days,
		.after = start,
		.before = INT64_MAX,
		.near = change->old.end + change->days * SECONDS_PER_DAY,
		.field = "end_time",
	};

	*ret = change->old.end;
	if (said_instant(said->end, ret) || (!change->days && is_as_said(timeline, *ret, said->end)))
		return ERROR_NONE;
	if (said->end == NONE && said->start == NONE) {
		*ret = start + change->old.end - change->old.start;
		return ERROR_NONE;
	}
	TRY(find_instant(call, timeline, &search, ret));
	if (said->end == NONE)
		*ret += second % 60;
	return ERROR_NONE;
}

enum error entry_times_change(struct call *call, const struct timeline *timeline, const struct said_times *said,
                              const struct time_entry_row *entry, struct span *ret)
{
	struct change change = begin_change(timeline, said, entry);
	int64_t       longest = change.old.end - change.old.start;
	struct span   span;

	if (longest < SECONDS_OF_LONG_DAY)
		longest = SECONDS_OF_LONG_DAY;
	if (change.moves)
		TRY(check_day(call, said->day));
	TRY(change_start(call, timeline, said, &change, &span.start));
	TRY(change_end(call, timeline, said, &change, span.start, &span.end));
	TRY(check_span(call, timeline, span, change.old.end));
	if (change.moves && zone_day(timeline->zone, span.start) != said->day)
		return call_fault(call, "start_time", "The start_time must lie on the date, in the member's time zone.");
	if (span.end - span.start > longest)
		return call_fault(call, "end_time", "An entry is at most a day long.");
	*ret = span;
	return ERROR_NONE;
}
