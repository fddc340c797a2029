/* Which days belong together. */
#include "rules/periods.h"

#include "base/calendar.h"
#include "contract.h"

#define HALF_OF_A_MONTH 15 /* its last day */

static struct day_range period_counted(int64_t first_day, int64_t day, int64_t length)
{
	int64_t first = day - (day - first_day) % length;

	return (struct day_range){first, first + length - 1};
}

static struct day_range period_of_month(int64_t day, bool by_halves)
{
	int      year;
	unsigned month, day_of_month;
	int64_t  first, last;

	calendar_date(day, &year, &month, &day_of_month);
	first = day - day_of_month + 1;
	last = (month == 12 ? calendar_day(year + 1, 1, 1) : calendar_day(year, month + 1, 1)) - 1;
	if (!by_halves)
		return (struct day_range){first, last};
	return day_of_month <= HALF_OF_A_MONTH ? (struct day_range){first, first + HALF_OF_A_MONTH - 1} :
	                                         (struct day_range){first + HALF_OF_A_MONTH, last};
}

bool period_of_day(const struct assignment *assignment, int64_t day, struct day_range *ret)
{
	switch (assignment->period) {
	case PAY_PERIOD_DAILY:
		*ret = (struct day_range){day, day};
		break;
	case PAY_PERIOD_WEEKLY:
		*ret = period_counted(assignment->first_day, day, DAYS_PER_WEEK);
		break;
	case PAY_PERIOD_BI_WEEKLY:
		*ret = period_counted(assignment->first_day, day, 2 * DAYS_PER_WEEK);
		break;
	case PAY_PERIOD_TWICE_A_MONTH:
		*ret = period_of_month(day, true);
		break;
	case PAY_PERIOD_MONTHLY:
		*ret = period_of_month(day, false);
		break;
	default:
		return false;
	}
	*ret = period_between(*ret, assignment->first_day - 1, INT64_MAX);
	return true;
}

struct day_range period_between(struct day_range range, int64_t previous, int64_t next)
{
	return (struct day_range){range.first > previous ? range.first : previous + 1,
	                          range.last < next ? range.last : next - 1};
}
