/* Entries that are derived from tracked slots: all slots of a week together, whatever the order in which they came. */
#ifndef STINT_OPERATIONS_SLOTS_H
#define STINT_OPERATIONS_SLOTS_H

#include "operations/timeline.h"

#define SLOT_SECONDS_MAX 600

/* Derives the entries of every week that the span touches again, and changes what differs. Slots take, in the order of
 * their start, what neither other entries nor earlier slots cover, within the weekly limits, which other entries use
 * first. */
enum error slots_derive(const struct timeline *timeline, struct span span);

/* New slots of a week, stored already. */
struct new_slots {
	struct span week;
	int64_t     first; /* the first instant of the week that one of them covers */
	size_t      count; /* of those that reach into the week */
};

/* The same for a week that has got new slots. `works`: all of the member's. */
enum error slots_take(const struct timeline *timeline, const struct work_rows *works,
                      const struct new_slots *new_slots);

#endif
