/* Bounds of time (rules/when.h). */
#include "rules/when.h"

#include "base/calendar.h"
#include "base/text.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_run_by_a_clock_that_nobody_sets_has_run),
	};
	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
