/* Bounds of time (rules/when.h). */
#include "rules/when.h"

#include "base/calendar.h"
#include "base/text.h"
#include "contract.h"
#include "fixture.h"

#define NOW  INT64_C(1700000000)
#define HOUR 3600

static void what_has_run_by_a_clock_that_nobody_sets_has_run(void **state)
{
	static const struct {
		int64_t start, ran, began;
	} rows[] = {
		{NOW - HOUR, HOUR, NOW - HOUR},      /* nobody set it */
		{NOW - HOUR, HOUR + 60, NOW - HOUR}, /* a request has waited */
		{NOW - HOUR, HOUR + 61, NOW - HOUR - 61},
		{NOW, 3 * HOUR, NOW - 3 * HOUR},
		{NOW + HOUR, 2 * HOUR, NOW - 2 * HOUR}, /* it began in the future */
		{NOW + HOUR, NONE, NOW + HOUR},
		{NOW - 9 * HOUR, HOUR, NOW - 9 * HOUR}, /* set ahead, or the machine was stopped */
		{NOW - HOUR, -5, NOW - HOUR},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(when_began(rows[i].start, NOW, rows[i].ran), rows[i].began);
}

static void time_reaches_so_far(void **state)
{
	const int64_t day = SECONDS_PER_DAY, first = FIRST_DAY * day;
	const struct {
		struct span     reach, time;
		enum when_fault fault;
	} rows[] = {
		{when_by_hand(NOW), {NOW - HOUR, NOW}, WHEN_FINE},
		{when_by_hand(NOW), {NOW - HOUR, NOW + 1}, WHEN_AHEAD},
		{when_by_hand(NOW), {first, first + 60}, WHEN_FINE},
		{when_by_hand(NOW), {first - 1, first + 60}, WHEN_IMPOSSIBLE},
		{when_by_device(NOW, NONE, NOW - day, NOW - day), {first, first + 60}, WHEN_FINE},
		{when_by_device(NOW, NONE, NOW - day, NONE), {NOW, NOW + 600}, WHEN_FINE},
		{when_by_device(NOW, NONE, NOW - day, NONE), {NOW, NOW + 601}, WHEN_AHEAD},
		{when_by_device(NOW, 31, 0, NONE), {NOW - 31 * day, NOW}, WHEN_FINE},
		{when_by_device(NOW, 31, 0, NONE), {NOW - 31 * day - 1, NOW}, WHEN_LONG_AGO},
		{when_by_device(NOW, 31, NOW - day, NONE), {NOW - day - 1, NOW}, WHEN_LONG_AGO},
		{when_by_device(NOW, 31, NOW - 2 * day, NOW - day), {NOW - day - 1, NOW}, WHEN_LONG_AGO},
		{when_by_device(NOW, 31, NOW - 2 * day, NOW - day), {NOW - day, NOW}, WHEN_FINE},
		{when_by_device(NOW, 31, NOW + day, NOW + day), {NOW - day, NOW}, WHEN_FINE}, /* a clock that was ahead */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(when_of_span(rows[i].time, rows[i].reach), rows[i].fault);
}

static void whose_time_it_may_be(void **state)
{
	(void)state;
	assert_int_equal(when_of_member(NONE, false, ROLE_REGULAR_USER), WHEN_FINE);
	assert_int_equal(when_of_member(NOW, true, ROLE_PROJECT_VIEWER), WHEN_LEFT);
	assert_int_equal(when_of_member(NONE, true, ROLE_REGULAR_USER), WHEN_BLOCKED);
	assert_int_equal(when_of_member(NONE, false, ROLE_PROJECT_VIEWER), WHEN_ROLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_run_by_a_clock_that_nobody_sets_has_run),
		cmocka_unit_test(time_reaches_so_far),
		cmocka_unit_test(whose_time_it_may_be),
	};
	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
