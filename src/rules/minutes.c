/* Dealing minutes. */
#include "rules/minutes.h"

int64_t minutes_dealt(int64_t before, int64_t seconds)
{
	return (before + seconds) / SECONDS_PER_MINUTE - before / SECONDS_PER_MINUTE;
}

bool minutes_are_whole(int64_t seconds)
{
	return seconds % SECONDS_PER_MINUTE == 0;
}
