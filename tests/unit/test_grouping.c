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
	grouping_add_amount(&sums, TEXT("USD"), 5);
	grouping_add_amount(&sums, TEXT("EUR"), 7);
	grouping_add_amount(&sums, TEXT("GBP"), NONE);
	grouping_add_amount(&sums, TEXT("USD"), 6);
	assert_int_equal(sums.count, 2);
	assert_text_equal(rows[0].currency, "EUR");
	assert_int_equal(rows[0].amount, 7);
	assert_text_equal(rows[1].currency, "USD");
	assert_int_equal(rows[1].amount, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_left_once_in_order),
		cmocka_unit_test(each_currency_has_a_sum_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
