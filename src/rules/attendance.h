/* Attendance: what a member's day was, compared with when they were to be there (contract 3.13, 4).
 *
 * Times are instants and spans of instants, so that nothing here knows zones; a day is a span that its caller cuts
 * (attendance_border). What is less than a minute is nobody's fault: minutes are whole ones. */
#ifndef STINT_RULES_ATTENDANCE_H
#define STINT_RULES_ATTENDANCE_H

#include <stdbool.h>

#include "rules/spans.h"

/* A stretch in which a member was to be there. */
struct attendance_shift {
	int64_t     id;            /* whatever the caller calls it */
	struct span whole, window; /* as it was planned, and as far as it is to be worked: empty where nothing is left */
	int64_t     required;      /* minutes, of the whole */
	int64_t     left;          /* seconds that are to be worked */

	/* told by attendance_judge, in minutes */
	int64_t late, left_early, total; /* total: worked within the whole */
};

/* As it was planned; `required` NONE: all that it has. */
struct attendance_shift attendance_shift(int64_t id, struct span whole, int64_t required);

/* What lies between two quarters of all the time that shifts have: [0, 2] is the first half of the day. `ret` has room
 * for one span a shift. Returns how many there are. */
size_t attendance_quarters(const struct attendance_shift *shifts, size_t count, int64_t from, int64_t to,
                           struct span *ret);

/* Takes spans of leave out of the shifts, all at once, and puts them in order: what they cover of a window's beginning
 * or end is not to be worked, and of what is required goes as large a part as of the time. */
void attendance_take(struct attendance_shift *shifts, size_t count, struct span *taken, size_t taken_count);

/* Where a day ends for a member whose last shift of it ends at `last_end`: at midnight, or, if it ends on the next day,
 * halfway from there to the next day's first shift, or to its end, so that who stays a little longer, or comes a little
 * earlier, is seen with the right shift. */
int64_t attendance_border(int64_t midnight, int64_t last_end, int64_t next_start);

struct attendance_day {
	struct span              span;   /* what counts for the day */
	struct attendance_shift *shifts; /* in order; they do not overlap */
	size_t                   shift_count;
	const struct span       *work, *breaks; /* each in order, apart; may reach beyond the day */
	size_t                   work_count, break_count;
	int64_t                  now;
	bool                     is_tracking; /* now, for this day */
	bool                     on_leave, is_holiday;
	int64_t                  late_allowed, early_allowed; /* minutes */
	int64_t                  paid_break_minutes;          /* of the breaks, at most */
};

struct attendance {
	int64_t statuses;            /* bits 1 << enum attendance_status */
	int64_t first_in, last_out;  /* NONE: did not work; last_out also while tracking */
	int64_t late, left_early;    /* minutes; sums over the shifts */
	int64_t required, total;     /* minutes; total without breaks */
	int64_t breaks, paid_breaks; /* minutes */
};

/* Several statuses at once. Nobody is absent or has tracked less before their last shift has ended, nor while they
 * track; nobody has left a shift early before it has ended, nor while they track in it; who has not come is late until
 * then. Of several shifts, one that was not attended is no absence. */
struct attendance attendance_judge(const struct attendance_day *day);

#endif
