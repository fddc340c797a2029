/* Bounds of time. */
#include "rules/when.h"

#include "base/calendar.h"
#include "base/text.h"

#define SLACK_SECONDS 60

bool when_is_possible(int64_t instant)
{
	return instant >= (int64_t)FIRST_DAY * SECONDS_PER_DAY;
}

int64_t when_began(int64_t start, int64_t now, int64_t ran)
{
	return ran != NONE && ran - (now - start) > SLACK_SECONDS ? now - ran : start;
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
