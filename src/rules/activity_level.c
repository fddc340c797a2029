/* Activity levels. */
#include "rules/activity_level.h"

#define PERCENT_OF_A_MINUTE 6000 /* a minute's seconds times a hundred percent */
#define HUNDREDTHS          100

void activity_sums_add(struct activity_sums *sums, const struct activity_sums *more)
{
	sums->seconds += more->seconds;
	sums->inactive_seconds += more->inactive_seconds;
	sums->keys += more->keys;
	sums->clicks += more->clicks;
	sums->scrolls += more->scrolls;
	sums->level_seconds += more->level_seconds;
	sums->level_points += more->level_points;
}

void activity_sums_subtract(struct activity_sums *sums, const struct activity_sums *less)
{
	struct activity_sums negative = {
		.seconds = -less->seconds,
		.inactive_seconds = -less->inactive_seconds,
		.keys = -less->keys,
		.clicks = -less->clicks,
		.scrolls = -less->scrolls,
		.level_seconds = -less->level_seconds,
		.level_points = -less->level_points,
	};

	activity_sums_add(sums, &negative);
}

bool activity_sums_equal(const struct activity_sums *a, const struct activity_sums *b)
{
	return a->seconds == b->seconds && a->inactive_seconds == b->inactive_seconds && a->keys == b->keys &&
	       a->clicks == b->clicks && a->scrolls == b->scrolls && a->level_seconds == b->level_seconds &&
	       a->level_points == b->level_points;
}

static int64_t sums_share(int64_t count, int64_t length, int64_t from, int64_t to)
{
	return count * to / length - count * from / length;
}

struct activity_sums activity_sums_part(const struct activity_sums *sums, int64_t length, int64_t from, int64_t to)
{
	if (from >= to)
		return (struct activity_sums){0};
	return (struct activity_sums){
		.seconds = sums_share(sums->seconds, length, from, to),
		.inactive_seconds = sums_share(sums->inactive_seconds, length, from, to),
		.keys = sums_share(sums->keys, length, from, to),
		.clicks = sums_share(sums->clicks, length, from, to),
		.scrolls = sums_share(sums->scrolls, length, from, to),
		.level_seconds = sums_share(sums->level_seconds, length, from, to),
		.level_points = sums_share(sums->level_points, length, from, to),
	};
}

/* Input score times active time ratio is, in percent times seconds: the active seconds, a hundred each, but no more
 * than the actions make. */
int64_t activity_level(const struct activity_sums *sums, int64_t full)
{
	int64_t active = sums->seconds - sums->level_seconds - sums->inactive_seconds;
	int64_t by_time = active > 0 ? 100 * active : 0;
	int64_t by_actions = PERCENT_OF_A_MINUTE / full * (sums->keys + sums->clicks + sums->scrolls);
	int64_t points = (by_time < by_actions ? by_time : by_actions) + sums->level_points;

	if (!sums->seconds)
		return 0;
	if (points > 100 * sums->seconds)
		points = 100 * sums->seconds;
	return (2 * HUNDREDTHS * points / sums->seconds + 1) / 2 * HUNDREDTHS;
}
