/* Pay periods: which days a timesheet covers. Pure; days are day numbers (base/calendar.h).
 *
 * Source: contract 3.7; when a period is assigned, and from which day on, is the workspace's to say. */
#ifndef STINT_RULES_PERIODS_H
#define STINT_RULES_PERIODS_H

#include <stdbool.h>
#include <stdint.h>

/* What holds for a member from a day on, until the next one does. */
struct assignment {
	int64_t period; /* enum pay_period */
	int64_t first_day;
};

/* Both included. */
struct day_range {
	int64_t first, last;
};

/* The period that the day is in, which is not before the assignment's first day. Weeks, and two weeks, are counted from
 * that day; months and halves of months are those of the calendar, of which the first may have begun before it, and is
 * then shorter here. False: the assignment makes no sheets (off, or the member chooses the days). */
bool period_of_day(const struct assignment *assignment, int64_t day, struct day_range *ret);

/* The part around the day that is before `next`, the first day of the next assignment or of a sheet, and after
 * `previous`, the last of a sheet. The day is between both. */
struct day_range period_between(struct day_range range, int64_t previous, int64_t next);

#endif
