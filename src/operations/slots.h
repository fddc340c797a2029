/* Entries that are derived from tracked slots: all slots of a week together, whatever the order in which they came. */
#ifndef STINT_OPERATIONS_SLOTS_H
#define STINT_OPERATIONS_SLOTS_H

#include "operations/timeline.h"

#define SLOT_SECONDS_MAX 600

/* Derives the entries of every week that the span touches again, and changes what differs. Slots take, in the order of
 * their start, what neither other entries nor earlier slots cover, within the weekly limits, which other entries use
 * first. */
enum error slots_derive(const struct timeline *timeline, struct span span);

/* An id that a request names. */
struct slot_name {
	struct text                    id;
	const struct tracked_slot_row *slot;       /* that has it: stored before, or taken from this request; or NULL */
	int64_t                        seconds;    /* saved of it */
	bool                           is_limited; /* a weekly limit left out the rest */
	bool                           is_closed;  /* it lies, or a part of it, on a closed timesheet */
};

/* Sorted, each once. */
struct slot_names {
	struct slot_name *items;
	size_t            count;
};

void              slot_names_sort(struct slot_names *names);
struct slot_name *slot_names_find(const struct slot_names *names, struct text id); /* or NULL */

/* New slots of a week, stored already. */
struct new_slots {
	struct span week;
	int64_t     first; /* the first instant of the week that one of them covers */
	size_t      count; /* of those that reach into the week */
};

/* The same for a week that has got new slots. `works`: all of the member's. Adds to the `names` what is saved of them.
 */
enum error slots_take(const struct timeline *timeline, const struct work_rows *works, const struct new_slots *new_slots,
                      const struct slot_names *names);

#endif
