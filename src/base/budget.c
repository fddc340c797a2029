/* Budgets of many subjects. A counter holds the instant at which its subject will have its whole budget again: what is
 * spent moves it on, and time catches up with it. The subject's counter is the one of four that others moved least. */
#include "base/budget.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/random.h"

#define ROWS      4
#define CELL_BITS 14 /* ROWS * CELL_BITS bits of the hash are used */
#define CELLS     (1 << CELL_BITS)

struct budget {
	pthread_mutex_t mutex;
	int64_t         unit; /* microseconds that refill 1 */
	int64_t         most;
	int64_t         whole_at[ROWS][CELLS]; /* clock_monotonic */
};

struct budget *budget_new(int64_t most, int64_t seconds)
{
	struct budget *budget = calloc(1, sizeof(*budget));

	if (!budget)
		return NULL;
	budget->most = most;
	budget->unit = seconds * 1000000 / most;
	pthread_mutex_init(&budget->mutex, NULL);
	return budget;
}

void budget_free(struct budget *budget)
{
	if (!budget)
		return;
	pthread_mutex_destroy(&budget->mutex);
	free(budget);
}

static int64_t *budget_cell(struct budget *budget, uint64_t hash, unsigned row)
{
	return &budget->whole_at[row][(hash >> (CELL_BITS * row)) % CELLS];
}

int64_t budget_take(struct budget *budget, const void *subject, size_t length, int64_t cost, int64_t now)
{
	uint64_t hash = hash_table(subject, length);
	int64_t  whole_at = INT64_MAX, late;

	if (cost > budget->most)
		return INT64_MAX;
	pthread_mutex_lock(&budget->mutex);
	for (unsigned row = 0; row < ROWS; row++) {
		int64_t *cell = budget_cell(budget, hash, row);

		if (*cell < now)
			*cell = now;
		if (*cell < whole_at)
			whole_at = *cell;
	}
	late = whole_at + cost * budget->unit - (now + budget->most * budget->unit);
	for (unsigned row = 0; late <= 0 && row < ROWS; row++)
		*budget_cell(budget, hash, row) += cost * budget->unit;
	pthread_mutex_unlock(&budget->mutex);
	return late <= 0 ? 0 : (late + 999999) / 1000000;
}

void budget_return(struct budget *budget, const void *subject, size_t length, int64_t cost)
{
	uint64_t hash = hash_table(subject, length);

	pthread_mutex_lock(&budget->mutex);
	for (unsigned row = 0; row < ROWS; row++)
		*budget_cell(budget, hash, row) -= cost * budget->unit;
	pthread_mutex_unlock(&budget->mutex);
}
