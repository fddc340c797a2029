/* Budgets of many subjects (base/budget.h). */
#include "base/budget.h"

#include "base/random.h"
#include "fixture.h"

#define SECOND INT64_C(1000000)

static int64_t take(struct budget *budget, int64_t subject, int64_t cost, int64_t second)
{
	return budget_take(budget, &subject, sizeof(subject), cost, second * SECOND);
}

static void test_what_is_spent_comes_back_evenly(void **state)
{
	struct budget *budget = budget_new(20, 720);

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_int_equal(take(budget, 7, 1, 1000), 0);
	assert_int_equal(take(budget, 7, 1, 1000), 36);
	assert_int_equal(take(budget, 7, 1, 1035), 1);
	assert_int_equal(take(budget, 7, 1, 1036), 0);
	assert_int_equal(take(budget, 7, 1, 1036), 36);
	assert_int_equal(take(budget, 7, 20, 1036 + 720), 0);
	budget_free(budget);
}

static void test_more_than_the_whole_is_never_granted(void **state)
{
	struct budget *budget = budget_new(20, 720);

	(void)state;
	assert_true(take(budget, 7, 21, 1000) > 0);
	assert_int_equal(take(budget, 7, 20, 1000), 0);
	budget_free(budget);
}

static void test_what_is_returned_was_not_spent(void **state)
{
	struct budget *budget = budget_new(2, 100);
	int64_t        subject = 7;

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(take(budget, subject, 1, 1000), 0);
		budget_return(budget, &subject, sizeof(subject), 1);
	}
	assert_int_equal(take(budget, subject, 2, 1000), 0);
	assert_int_equal(take(budget, subject, 1, 1000), 50);
	budget_free(budget);
}

static void test_a_crowd_makes_nobody_forgotten(void **state)
{
	struct budget *budget = budget_new(20, 720);

	(void)state;
	assert_int_equal(take(budget, 7, 20, 1000), 0);
	for (int64_t other = 100; other < 100000; other++) {
		take(budget, other, 1, 1000);
		budget_return(budget, &other, sizeof(other), 1);
	}
	assert_int_equal(take(budget, 7, 1, 1000), 36);
	budget_free(budget);
}

static void test_a_few_attacked_ones_make_nobody_else_refused(void **state)
{
	struct budget *budget = budget_new(20, 720);

	(void)state;
	for (int64_t attacked = 1; attacked <= 500; attacked++)
		assert_int_equal(take(budget, attacked, 20, 1000), 0);
	for (int64_t other = 1000; other < 2000; other++)
		assert_int_equal(take(budget, other, 1, 1000), 0);
	budget_free(budget);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_spent_comes_back_evenly),
		cmocka_unit_test(test_more_than_the_whole_is_never_granted),
		cmocka_unit_test(test_what_is_returned_was_not_spent),
		cmocka_unit_test(test_a_crowd_makes_nobody_forgotten),
		cmocka_unit_test(test_a_few_attacked_ones_make_nobody_else_refused),
	};

	return random_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
