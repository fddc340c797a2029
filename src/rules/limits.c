/* What weekly limits leave. */
#include "rules/limits.h"

#include <stddef.h>

#include "base/calendar.h"

static int64_t left_of(const struct limit *limit)
{
	int64_t left;

	if (!limit || limit->hours >= NO_WEEKLY_LIMIT)
		return INT64_MAX;
	left = limit->hours * SECONDS_PER_HOUR;
	left = (left > limit->kept ? left : limit->kept) - limit->used;
	return left > 0 ? left : 0;
}

int64_t limit_left(const struct limit *member, const struct limit *contract)
{
	int64_t by_member = left_of(member), by_contract = left_of(contract);

	return by_member < by_contract ? by_member : by_contract;
}
