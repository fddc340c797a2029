/* How active somebody was while their time was tracked (contract 4, "Activity level"). Not to be mixed up with what
 * they worked on, which is struct activity. */
#ifndef STINT_RULES_ACTIVITY_LEVEL_H
#define STINT_RULES_ACTIVITY_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

/* What trackers saw of some time. Sums: of two parts of the time, each member is that of one and of the other. */
struct activity_sums {
	int64_t seconds; /* that a tracker saw; those of `level_seconds` among them */
	int64_t inactive_seconds;
	int64_t keys, clicks, scrolls;
	int64_t level_seconds; /* of which only a level was said */
	int64_t level_points;  /* those seconds times their percent */
};

/* Of a row that has them as columns. */
#define ACTIVITY_SUMS_OF(row)                        \
	((struct activity_sums){                         \
		.seconds = (row)->activity_seconds,          \
		.inactive_seconds = (row)->inactive_seconds, \
		.keys = (row)->keys,                         \
		.clicks = (row)->clicks,                     \
		.scrolls = (row)->scrolls,                   \
		.level_seconds = (row)->level_seconds,       \
		.level_points = (row)->level_points,         \
	})

#define ACTIVITY_SUMS_SET(row, sums)                                                                \
	((row)->activity_seconds = (sums)->seconds, (row)->inactive_seconds = (sums)->inactive_seconds, \
	 (row)->keys = (sums)->keys, (row)->clicks = (sums)->clicks, (row)->scrolls = (sums)->scrolls,  \
	 (row)->level_seconds = (sums)->level_seconds, (row)->level_points = (sums)->level_points)

void activity_sums_add(struct activity_sums *sums, const struct activity_sums *more);
void activity_sums_subtract(struct activity_sums *sums, const struct activity_sums *less);
bool activity_sums_equal(const struct activity_sums *a, const struct activity_sums *b);

/* The share of the seconds [from, to) of `length`, as if it had been seen evenly: whole counts, and the shares of parts
 * that follow each other have all of it together. */
struct activity_sums activity_sums_part(const struct activity_sums *sums, int64_t length, int64_t from, int64_t to);

/* Percent, in ten-thousandths, rounded half up to hundredths. The formula runs once over what was counted; time of
 * which only a level was said has that level; the two are weighted by their seconds. `full`: the actions a minute that
 * are 100 percent, which divide 6000. */
int64_t activity_level(const struct activity_sums *sums, int64_t full);

#endif
