/* Bounds of time. */
#include "rules/when.h"

#include "base/calendar.h"
#include "base/text.h"
#include "rules/roles.h"

#define SLACK_SECONDS  60
#define DEVICE_SECONDS 600 /* by which a device's clock may be ahead */

enum when_fault when_of_member(int64_t deleted_at, bool is_blocked, int64_t role)
{
	if (deleted_at != NONE)
		return WHEN_LEFT;
	if (is_blocked)
		return WHEN_BLOCKED;
	return role_tracks_time(role) ? WHEN_FINE : WHEN_ROLE;
}

struct span when_by_hand(int64_t tomorrow)
{
	return (struct span){INT64_MIN, tomorrow};
}

/* What began in the future was dated by a clock that was ahead, and says nothing. */
static int64_t later_of(int64_t instant, int64_t began, int64_t now)
{
	return began > instant && began <= now ? began : instant;
}

struct span when_by_device(int64_t now, int64_t days, int64_t member_began, int64_t contract_began)
{
	int64_t first = days == NONE ? INT64_MIN : now - days * SECONDS_PER_DAY;

	if (days != NONE)
		first = later_of(later_of(first, member_began, now), contract_began, now);
	return (struct span){first, now + DEVICE_SECONDS};
}

enum when_fault when_of_span(struct span time, struct span reach)
{
	if (!when_is_possible(time.start))
		return WHEN_IMPOSSIBLE;
	if (time.end > reach.end)
		return WHEN_AHEAD;
	return time.start < reach.start ? WHEN_LONG_AGO : WHEN_FINE;
}

bool when_is_possible(int64_t instant)
{
	return instant >= (int64_t)FIRST_DAY * SECONDS_PER_DAY;
}

int64_t when_began(int64_t start, int64_t now, int64_t ran)
{
	return ran != NONE && ran - (now - start) > SLACK_SECONDS ? now - ran : start;
}

bool when_was_set_back(int64_t now, int64_t then)
{
	return then - now > SLACK_SECONDS;
}
