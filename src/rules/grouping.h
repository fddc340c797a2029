/* Adding up what reports and timesheets show: parts into sums, so that all of them do it in the same way. */
#ifndef STINT_RULES_GROUPING_H
#define STINT_RULES_GROUPING_H

#include "contract.h"

/* What rows have in a member that is an integer, in their order. Of no rows it is empty, which is not as if it had not
 * been given. */
#define grouping_column(arena, rows, member, ret)                                    \
	grouping_integers((arena), (rows)->items, (rows)->count, sizeof(*(rows)->items), \
	                  offsetof(__typeof__(*(rows)->items), member), (ret))
enum error grouping_integers(struct arena *arena, const void *rows, size_t count, size_t size, size_t offset,
                             struct integer_list *ret);

/* Sorts, and leaves each once. Returns how many are left. */
size_t grouping_ids(int64_t *ids, size_t count);

/* Adds an amount to those of its currency. What is in several currencies has no sum: there is one amount for each, in
 * the order of the currencies' names. `sums` has room for another. An amount that is not known (NONE) adds nothing.
 * ERROR_ANSWER_TOO_LARGE: an integer cannot hold the sum, and no wrong one is told. */
enum error grouping_add_amount(struct currency_amount_rows *sums, struct text currency, int64_t amount);

/* Adds up what is of the same user, day, project and task, in the order of these; NONE where they are not told apart.
 * Returns how many are left. */
size_t grouping_sum(struct task_minutes_row *parts, size_t count);

#endif
