/* Adding up (rules/grouping.h). */
#include "rules/grouping.h"

#include "fixture.h"

static void ids_are_left_once_in_order(void **state)
{
	int64_t              ids[] = {5, 3, 5, INT64_MAX, 3, 1};
	static const int64_t left[] = {1, 3, 5, INT64_MAX};

	(void)state;
	assert_int_equal(grouping_ids(ids, COUNT(ids)), COUNT(left));
	assert_memory_equal(ids, left, sizeof(left));
	assert_int_equal(grouping_ids(ids, 0), 0);
}

static void each_currency_has_a_sum_of_its_own(void **state)
{
	struct currency_amount_row  rows[3];
	struct currency_amount_rows sums = {rows, 0};

	(void)state;
	assert_int_equal(grouping_add_amount(&sums, TEXT("USD"), 5), ERROR_NONE);
	assert_int_equal(grouping_add_amount(&sums, TEXT("EUR"), 7), ERROR_NONE);
	assert_int_equal(grouping_add_amount(&sums, TEXT("GBP"), NONE), ERROR_NONE);
	assert_int_equal(grouping_add_amount(&sums, TEXT("USD"), 6), ERROR_NONE);
	assert_int_equal(sums.count, 2);
	assert_text_equal(rows[0].currency, "EUR");
	assert_int_equal(rows[0].amount, 7);
	assert_text_equal(rows[1].currency, "USD");
	assert_int_equal(rows[1].amount, 11);
}

static void what_no_integer_holds_is_no_sum(void **state)
{
	struct currency_amount_row  rows[2];
	struct currency_amount_rows sums = {rows, 0};

	(void)state;
	assert_int_equal(grouping_add_amount(&sums, TEXT("USD"), INT64_MAX - 1), ERROR_NONE);
	assert_int_equal(grouping_add_amount(&sums, TEXT("USD"), 1), ERROR_NONE);
	assert_int_equal(grouping_add_amount(&sums, TEXT("USD"), 1), ERROR_ANSWER_TOO_LARGE);
}

static void parts_add_up_by_all_that_is_told_apart(void **state)
{
	struct task_minutes_row parts[] = {
		{2, 10, 7, 4, 1},       {1, 11, 7, 5, 2},  {1, 10, 7, 4, 4},     {1, 12, 7, 5, 64},
		{1, 10, NONE, NONE, 8}, {1, 10, 7, 4, 16}, {1, 10, 7, NONE, 32},
	};
	static const struct task_minutes_row sums[] = {
		{1, 10, NONE, NONE, 8}, {1, 10, 7, NONE, 32}, {1, 10, 7, 4, 20},
		{1, 11, 7, 5, 2},       {1, 12, 7, 5, 64},    {2, 10, 7, 4, 1},
	};
	size_t left;

	(void)state;
	assert_int_equal(grouping_sum(parts, COUNT(parts)), COUNT(sums));
	assert_memory_equal(parts, sums, sizeof(sums));
	for (size_t i = 0; i < COUNT(sums); i++)
		parts[i].day = NONE;
	left = grouping_sum(parts, COUNT(sums));
	assert_int_equal(left, COUNT(sums) - 1);
	for (size_t i = 0; i < left; i++)
		parts[i].project_id = parts[i].task_id = NONE;
	assert_int_equal(grouping_sum(parts, left), 2);
	assert_int_equal(parts[0].total_minutes, 126);
	assert_int_equal(grouping_sum(parts, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_left_once_in_order),
		cmocka_unit_test(each_currency_has_a_sum_of_its_own),
		cmocka_unit_test(what_no_integer_holds_is_no_sum),
		cmocka_unit_test(parts_add_up_by_all_that_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
