/* Entries that are derived from tracked slots: all slots of a week together, whatever the order in which they came. */
#ifndef STINT_OPERATIONS_SLOTS_H
#define STINT_OPERATIONS_SLOTS_H

#include "operations/timeline.h"

#define SLOT_SECONDS_MAX 600

/* Derives the entries of every week that the span touches again, and changes what differs. Slots take, in the order of
 * their start, what neither other entries nor earlier slots cover, within the weekly limits, which other entries use
 * first. `ret_gained`: minutes more than before. */
enum error slots_derive(const struct timeline *timeline, struct span span, int64_t *ret_gained);

#endif
