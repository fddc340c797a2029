/* Whose rate counts, on which day, and what time earns (rules/rates.h). */
#include "rules/rates.h"

#include "base/text.h"
#include "contract.h"
#include "fixture.h"

#define RATE_MAX INT64_C(999999999990000) /* of api/ */

static void the_one_that_the_contract_says_counts(void **state)
{
	static const struct {
		struct rates rates;
		int64_t      hourly;
	} rows[] = {
		{{1, 2, 3, RATE_TYPE_CUSTOM}, 1},       {{1, 2, 3, RATE_TYPE_MEMBER}, 2},
		{{1, 2, 3, RATE_TYPE_PROJECT}, 3},      {{0, 2, 3, RATE_TYPE_CUSTOM}, 0},       /* for nothing */
		{{1, NONE, 3, RATE_TYPE_MEMBER}, NONE}, {{1, 2, NONE, RATE_TYPE_CUSTOM}, NONE}, /* nobody is billed */
		{{1, 2, NONE, RATE_TYPE_MEMBER}, NONE}, {{1, 2, NONE, RATE_TYPE_PROJECT}, NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(rates_hourly(&rows[i].rates), rows[i].hourly);
}

static void a_rate_holds_until_the_next(void **state)
{
	static const struct rate_period periods[] = {
		{20, NONE, 100, RATE_TYPE_CUSTOM}, {20, 10, 200, RATE_TYPE_CUSTOM}, {20, 11, NONE, RATE_TYPE_MEMBER},
		{22, NONE, 400, RATE_TYPE_CUSTOM}, {23, 50, 500, RATE_TYPE_CUSTOM},
	};
	static const struct {
		int64_t contract_id, day;
		int     period; /* its index, or -1 */
	} rows[] = {
		{20, -719162, 0}, {20, 9, 0},   {20, 10, 1}, {20, 11, 2}, {20, 2932896, 2}, {19, 10, -1}, {21, 10, -1},
		{22, 0, 3},       {22, 999, 3}, {23, 50, 4}, {23, 51, 4}, {23, 49, -1},     {24, 51, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_ptr_equal(rate_on_day(periods, COUNT(periods), rows[i].contract_id, rows[i].day),
		                 rows[i].period < 0 ? NULL : &periods[rows[i].period]);
	assert_null(rate_on_day(periods, 0, 20, 10));
}

static void amounts_are_rounded_once_half_up(void **state)
{
	static const struct {
		int64_t minutes, rate, amount;
	} rows[] = {
		{0, 255000, 0},
		{60, 255000, 255000},
		{480, 255000, 2040000},
		{1, 255000, 4250},
		{50, 400001, 333334},                                         /* 333334.17 */
		{20, 400000, 133333},                                         /* 133333.33 */
		{40, 400000, 266667},                                         /* 266666.67 */
		{30, 1, 1},                                                   /* 0.5 */
		{29, 1, 0},                                                   /* 0.48 */
		{90, 1, 2},                                                   /* 1.5 */
		{61, 30, 31},                                                 /* 30.5 */
		{480, 0, 0},                                                  /* for nothing */
		{480, NONE, NONE},                                            /* nobody knows */
		{1440, RATE_MAX, 24 * RATE_MAX},                              /* a day of the highest rate */
		{366 * 1440 + 1, RATE_MAX, 8784 * RATE_MAX + 16666666666500}, /* and a year */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(rate_amount(rows[i].minutes, rows[i].rate), rows[i].amount);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_one_that_the_contract_says_counts),
		cmocka_unit_test(a_rate_holds_until_the_next),
		cmocka_unit_test(amounts_are_rounded_once_half_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
