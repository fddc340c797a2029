/* Pay periods (rules/periods.h). */
#include "rules/periods.h"

#include "base/calendar.h"
#include "contract.h"
#include "fixture.h"

static int64_t day_of(const char *date)
{
	int64_t day;

	assert_true(calendar_parse_date(text_of(date), &day));
	return day;
}

/* Every day of the period is in this one, and the days around it are not. */
static void assert_period(int64_t period, const char *from, const char *first, const char *last)
{
	struct assignment assignment = {period, day_of(from)};
	struct day_range  range;

	for (int64_t day = day_of(first); day <= day_of(last); day++) {
		assert_true(period_of_day(&assignment, day, &range));
		assert_int_equal(range.first, day_of(first));
		assert_int_equal(range.last, day_of(last));
	}
	assert_true(period_of_day(&assignment, day_of(last) + 1, &range));
	assert_int_equal(range.first, day_of(last) + 1);
}

static void test_periods(void **state)
{
	(void)state;
	assert_period(PAY_PERIOD_DAILY, "2024-01-01", "2024-02-29", "2024-02-29");
	assert_period(PAY_PERIOD_WEEKLY, "2024-01-01", "2024-01-15", "2024-01-21");
	assert_period(PAY_PERIOD_WEEKLY, "2020-12-07", "2020-12-28", "2021-01-03"); /* a week of two years */
	assert_period(PAY_PERIOD_WEEKLY, "2024-01-03", "2024-01-17", "2024-01-23"); /* from a Wednesday */
	assert_period(PAY_PERIOD_BI_WEEKLY, "2024-01-01", "2024-01-15", "2024-01-28");
	assert_period(PAY_PERIOD_TWICE_A_MONTH, "2024-01-01", "2024-02-01", "2024-02-15");
	assert_period(PAY_PERIOD_TWICE_A_MONTH, "2024-01-01", "2024-02-16", "2024-02-29");
	assert_period(PAY_PERIOD_TWICE_A_MONTH, "2024-01-01", "2024-12-16", "2024-12-31");
	assert_period(PAY_PERIOD_MONTHLY, "2024-01-01", "2024-12-01", "2024-12-31");
	assert_period(PAY_PERIOD_MONTHLY, "2023-01-01", "2023-02-01", "2023-02-28");
	assert_period(PAY_PERIOD_WEEKLY, "1969-12-29", "1969-12-29", "1970-01-04"); /* day 0 is within */
}

static void test_first_period_begins_with_its_assignment(void **state)
{
	(void)state;
	assert_period(PAY_PERIOD_MONTHLY, "2024-01-20", "2024-01-20", "2024-01-31");
	assert_period(PAY_PERIOD_TWICE_A_MONTH, "2024-01-10", "2024-01-10", "2024-01-15");
}

static void test_no_periods(void **state)
{
	struct day_range range;

	(void)state;
	assert_false(period_of_day(&(struct assignment){PAY_PERIOD_OFF, 0}, 5, &range));
	assert_false(period_of_day(&(struct assignment){PAY_PERIOD_CUSTOM, 0}, 5, &range));
}

static void test_between(void **state)
{
	struct day_range range = period_between((struct day_range){10, 16}, 11, 15);

	(void)state;
	assert_int_equal(range.first, 12);
	assert_int_equal(range.last, 14);
	range = period_between((struct day_range){10, 16}, 9, 17);
	assert_int_equal(range.first, 10);
	assert_int_equal(range.last, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_first_period_begins_with_its_assignment),
		cmocka_unit_test(test_no_periods),
		cmocka_unit_test(test_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
