/* Bounds of time. */
#include "rules/when.h"

#include "base/calendar.h"

#define SLACK_SECONDS 60

bool when_is_possible(int64_t instant)
{
	return instant >= (int64_t)FIRST_DAY * SECONDS_PER_DAY;
}

int64_t when_tracker_ends(int64_t start, int64_t end)
{
	int64_t latest = start + (int64_t)TRACKER_DAYS_MAX * SECONDS_PER_DAY;

	return end < latest ? end : latest;
}

int64_t when_own_time_begins(int64_t now, int64_t days, int64_t began)
{
	int64_t first = now - days * SECONDS_PER_DAY;

	return began > first && began <= now ? began : first;
}

bool when_was_set_back(int64_t now, int64_t then)
{
	return then - now > SLACK_SECONDS;
}
