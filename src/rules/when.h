/* When time can have been worked: what entries, trackers and slots have in common. */
#ifndef STINT_RULES_WHEN_H
#define STINT_RULES_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* 1971-01-01: what is before that comes from a clock that was never set. No instant of a day from then on is negative,
 * in any zone. */
#define FIRST_DAY 366

/* Whether a clock that says so can be right. */
bool when_is_possible(int64_t instant);

/* When a tracker began that says `start`, and has run for `ran` seconds by a clock that nobody sets (NONE: not known).
 * Where the clock was set back since, that is later than it was. Where it was set ahead, or the machine was stopped as
 * a whole, nobody can tell which of them is right: what it says holds. */
int64_t when_began(int64_t start, int64_t now, int64_t ran);

/* Whether the clock that says `now` was set back since it said `then`. By no more than a minute it may be that of
 * another machine, or a request has waited. */
bool when_was_set_back(int64_t now, int64_t then);

/* From when on members may record time of themselves without anybody's approval: so many days back, and not before
 * `began` (a membership, a contract), unless the clock was set back since. */
int64_t when_own_time_begins(int64_t now, int64_t days, int64_t began);

#endif
