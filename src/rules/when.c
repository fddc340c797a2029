/* Bounds of time. */
#include "rules/when.h"

#include "base/calendar.h"

bool when_is_possible(int64_t instant)
{
	return instant >= (int64_t)FIRST_DAY * SECONDS_PER_DAY;
}

int64_t when_tracker_ends(int64_t start, int64_t end)
{
	int64_t latest = start + (int64_t)TRACKER_DAYS_MAX * SECONDS_PER_DAY;

	return end < latest ? end : latest;
}
