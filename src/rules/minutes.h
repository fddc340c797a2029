/* Minutes, dealt out of seconds.
 *
 * Seconds are what is kept. An entry's minutes are the whole minutes by which the running total of its member's day
 * passes, work and breaks apart, in the order of contract, method, task and start. So a day has as many minutes as its
 * seconds make, however it is cut, and what was spent in it on one contract, by one method, on one task, lies together
 * in that order and is less than a minute off its seconds; the minutes of parts add up to those of the whole in every
 * grouping; an entry of whole minutes keeps its own. */
#ifndef STINT_RULES_MINUTES_H
#define STINT_RULES_MINUTES_H

#include <stdbool.h>
#include <stdint.h>

#define SECONDS_PER_MINUTE 60

/* Minutes of an entry of `seconds` (0 or more) before which the day's running total is `before`. */
int64_t minutes_dealt(int64_t before, int64_t seconds);

/* An entry that has its minutes whatever is before it, and after which all others have theirs. */
bool minutes_are_whole(int64_t seconds);

#endif
