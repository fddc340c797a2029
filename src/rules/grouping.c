/* Sums. */
#include "rules/grouping.h"

#include <stdlib.h>

enum error grouping_integers(struct arena *arena, const void *rows, size_t count, size_t size, size_t offset,
                             struct integer_list *ret)
{
	int64_t    *integers = arena_alloc_array(arena, count + 1, sizeof(*integers));
	const char *at = (const char *)rows + offset;

	if (!integers)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < count; i++, at += size)
		integers[i] = *(const int64_t *)at;
	*ret = (struct integer_list){integers, count};
	return ERROR_NONE;
}

static int grouping_compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

size_t grouping_ids(int64_t *ids, size_t count)
{
	size_t distinct = 0;

	qsort(ids, count, sizeof(*ids), grouping_compare_ids);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || ids[i] != ids[i - 1])
			ids[distinct++] = ids[i];
	return distinct;
}

enum error grouping_add_amount(struct currency_amount_rows *sums, struct text currency, int64_t amount)
{
	size_t at = 0;

	if (amount == NONE)
		return ERROR_NONE;
	while (at < sums->count && strcmp(sums->items[at].currency.data, currency.data) < 0)
		at++;
	if (at == sums->count || !text_equal(sums->items[at].currency, currency)) {
		memmove(&sums->items[at + 1], &sums->items[at], (sums->count - at) * sizeof(*sums->items));
		sums->items[at] = (struct currency_amount_row){currency, 0};
		sums->count++;
	}
	if (__builtin_add_overflow(sums->items[at].amount, amount, &sums->items[at].amount))
		return ERROR_ANSWER_TOO_LARGE;
	return ERROR_NONE;
}

static int grouping_compare_parts(const void *a, const void *b)
{
	const struct task_minutes_row *left = a, *right = b;
	const int64_t                  pairs[][2] = {{left->user_id, right->user_id},
	                                             {left->day, right->day},
	                                             {left->project_id, right->project_id},
	                                             {left->task_id, right->task_id}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] < pairs[i][1] ? -1 : 1;
	return 0;
}

size_t grouping_sum(struct task_minutes_row *parts, size_t count)
{
	size_t sums = 0;

	qsort(parts, count, sizeof(*parts), grouping_compare_parts);
	for (size_t i = 0; i < count; i++)
		if (sums && grouping_compare_parts(&parts[sums - 1], &parts[i]) == 0)
			parts[sums - 1].total_minutes += parts[i].total_minutes;
		else
			parts[sums++] = parts[i];
	return sums;
}
