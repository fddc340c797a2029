/* What each of many subjects may spend, refilled evenly with time: 20 guesses at once and one more every 36 seconds.
 *
 * Its memory is bounded and nobody is ever forgotten: subjects share counters (a count-min sketch), so that a crowd of
 * others can make the table a little stricter, never more lenient. It knows neither what is spent nor what a refusal
 * means. */
#ifndef STINT_BASE_BUDGET_H
#define STINT_BASE_BUDGET_H

#include <stddef.h>
#include <stdint.h>

struct budget;

/* `most` can be spent at once; an empty budget is full again after `seconds`. NULL when out of memory. Thread-safe. */
struct budget *budget_new(int64_t most, int64_t seconds);
void           budget_free(struct budget *budget);

/* Spends `cost` of the subject's budget at `now` (clock_monotonic), and returns 0; or spends nothing, and returns how
 * many seconds it takes until there is as much. A cost above `most` is never granted. */
int64_t budget_take(struct budget *budget, const void *subject, size_t length, int64_t cost, int64_t now);

/* Gives back what was taken. */
void budget_return(struct budget *budget, const void *subject, size_t length, int64_t cost);

#endif
