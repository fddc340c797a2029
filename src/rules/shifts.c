/* When shifts are. */
#include "rules/shifts.h"

#include "rules/leaves.h"

#define CYCLE 14 /* days after which all shifts are as they were */

struct shift_hours shift_hours_between(int64_t start, int64_t end)
{
	return (struct shift_hours){start, end > start ? end - start : end + MINUTES_PER_DAY - start};
}

struct shift_hours shift_on_day(const struct shift_pattern *shift, int64_t day)
{
	bool is_on = day >= shift->date_from && (shift->date_until == NONE || day <= shift->date_until) &&
	             (day - shift->date_from) / DAYS_PER_WEEK % shift->weeks == 0;

	return is_on ? shift->weekdays[leave_weekday(day)] : (struct shift_hours){0, 0};
}

/* The second begins `days_later` than the first. */
static bool hours_meet(struct shift_hours a, struct shift_hours b, int64_t days_later)
{
	int64_t start = b.start + days_later * MINUTES_PER_DAY;

	return a.minutes && b.minutes && a.start < start + b.minutes && start < a.start + a.minutes;
}

bool shifts_overlap(const struct shift_pattern *a, const struct shift_pattern *b)
{
	int64_t first = (a->date_from > b->date_from ? a->date_from : b->date_from) - 1;

	for (int64_t day = first; day <= first + 1 + CYCLE; day++)
		for (int64_t later = -1; later <= 1; later++)
			if ((a != b || later) && hours_meet(shift_on_day(a, day), shift_on_day(b, day + later), later))
				return true;
	return false;
}
