/* Shifts: on which days they are, from when to when, and whether two of them meet. Clock times are minutes since local
 * midnight: what does not overlap by the clock does not when the clock is changed either. */
#ifndef STINT_RULES_SHIFTS_H
#define STINT_RULES_SHIFTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/calendar.h"

struct shift_hours {
	int64_t start;   /* 0 to 1439 */
	int64_t minutes; /* 1 to 1440, so that it may end on the next day; 0: there is none */
};

struct shift_pattern {
	int64_t            date_from, date_until;       /* days, both included; date_until NONE: it has no end */
	int64_t            weeks;                       /* 1: every week; 2: every other, counted from date_from */
	struct shift_hours weekdays[DAYS_PER_WEEK + 1]; /* by the day on which it begins: 1 is Monday, 7 is Sunday */
};

/* From `start` to `end`, which is on the next day where it is not after it: 08:00 to 08:00 is a whole day. */
struct shift_hours shift_hours_between(int64_t start, int64_t end);

/* The shift that begins on a day; of no minutes where none does. */
struct shift_hours shift_on_day(const struct shift_pattern *shift, int64_t day);

/* Whether both have a moment in common; of one shift and itself, whether it begins again before it has ended. */
bool shifts_overlap(const struct shift_pattern *a, const struct shift_pattern *b);

#endif
