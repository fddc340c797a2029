/* Weekly limits (rules/limits.h) and statuses of tasks (rules/tasks.h). */
#include "rules/limits.h"

#include "base/text.h"
#include "fixture.h"
#include "rules/tasks.h"

#define HOUR 3600

static void the_smaller_rest_counts(void **state)
{
	static const struct {
		struct limit member, contract;
		int64_t      left;
	} rows[] = {
		{{40, 0, 0}, {168, 0, 0}, 40 * HOUR},
		{{40, 40 * HOUR, 0}, {168, 0, 0}, 0},
		{{40, 41 * HOUR, 0}, {168, 0, 0}, 0},                    /* never negative */
		{{168, 150 * HOUR, 0}, {168, 150 * HOUR, 0}, INT64_MAX}, /* 168 is no limit */
		{{168, 150 * HOUR, 0}, {10, 0, 0}, 10 * HOUR},
		{{40, 38 * HOUR, 0}, {10, 0, 0}, 2 * HOUR},
		{{40, 0, 0}, {10, 10 * HOUR - 1, 0}, 1}, /* to the second */
		{{0, 0, 0}, {168, 0, 0}, 0},
		{{168, 0, 0}, {0, 0, 0}, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(limit_left(&rows[i].member, &rows[i].contract), rows[i].left);
	assert_int_equal(limit_left(&(struct limit){1, 1200, 0}, NULL), 2400);
	assert_int_equal(limit_left(&(struct limit){1, 1200, 5400}, NULL), 4200); /* a lower limit takes nothing back */
	assert_int_equal(limit_left(&(struct limit){1, 5700, 5400}, NULL), 0);
	assert_int_equal(limit_left(&(struct limit){1, 1200, 3000}, NULL), 2400);
	assert_int_equal(limit_left(&(struct limit){1, 1200, 5400}, &(struct limit){1, 1200, 0}), 2400);
	assert_int_equal(limit_left(&(struct limit){168, 0, 0}, NULL), INT64_MAX);
}

static void statuses_belong_to_the_one_below(void **state)
{
	(void)state;
	for (int64_t status = 0; status <= TASK_STATUS_MAX; status++) {
		assert_int_equal(task_status_base(status), status / 10 * 10);
		assert_int_equal(task_status_is_base(status), status % 10 == 0);
		assert_int_equal(task_completed_at(status, NONE, 7), status >= 20 ? 7 : NONE);
		assert_int_equal(task_completed_at(status, 5, 7), status >= 20 ? 5 : NONE);
	}
	assert_false(task_status_is_base(-10));
	assert_false(task_status_is_base(40));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smaller_rest_counts),
		cmocka_unit_test(statuses_belong_to_the_one_below),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
