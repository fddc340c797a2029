/* When shifts are, and whether they meet (rules/shifts.h). */
#include "rules/shifts.h"

#include "fixture.h"

#define HOURS 60 /* minutes */

enum { MONDAY = 1, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

/* 2024-01-01, a Monday. */
static int64_t first_monday(void)
{
	return calendar_day(2024, 1, 1);
}

/* Without an end, from the first Monday on. */
static struct shift_pattern shift(int first_weekday, int last_weekday, int64_t start, int64_t end)
{
	struct shift_pattern pattern = {.date_from = first_monday(), .date_until = NONE, .weeks = 1};

	for (int weekday = first_weekday; weekday <= last_weekday; weekday++)
		pattern.weekdays[weekday] = shift_hours_between(start * HOURS, end * HOURS);
	return pattern;
}

static void hours_end_on_the_next_day_where_they_must(void **state)
{
	(void)state;
	assert_int_equal(shift_hours_between(9 * HOURS, 17 * HOURS).minutes, 8 * HOURS);
	assert_int_equal(shift_hours_between(18 * HOURS, 7 * HOURS).minutes, 13 * HOURS);
	assert_int_equal(shift_hours_between(18 * HOURS, 0).minutes, 6 * HOURS);
	assert_int_equal(shift_hours_between(18 * HOURS, 24 * HOURS).minutes, 6 * HOURS);
	assert_int_equal(shift_hours_between(8 * HOURS, 8 * HOURS).minutes, 24 * HOURS);
}

static void it_is_on_its_weekdays_between_its_days(void **state)
{
	struct shift_pattern pattern = shift(MONDAY, FRIDAY, 9, 17);
	int64_t              monday = first_monday();

	(void)state;
	pattern.date_until = monday + 9; /* a Wednesday */
	assert_int_equal(shift_on_day(&pattern, monday - 7).minutes, 0);
	assert_int_equal(shift_on_day(&pattern, monday).minutes, 8 * HOURS);
	assert_int_equal(shift_on_day(&pattern, monday).start, 9 * HOURS);
	assert_int_equal(shift_on_day(&pattern, monday + 5).minutes, 0);
	assert_int_equal(shift_on_day(&pattern, monday + 9).minutes, 8 * HOURS);
	assert_int_equal(shift_on_day(&pattern, monday + 10).minutes, 0);
}

static void every_other_week_is_counted_from_its_first_day(void **state)
{
	struct shift_pattern pattern = shift(MONDAY, SUNDAY, 9, 17);
	int64_t              wednesday = first_monday() + 2;

	(void)state;
	pattern.date_from = wednesday;
	pattern.weeks = 2;
	for (int day = 0; day < 28; day++)
		assert_int_equal(shift_on_day(&pattern, wednesday + day).minutes > 0, day / 7 % 2 == 0);
}

static void what_overlaps(void **state)
{
	struct shift_pattern day = shift(MONDAY, FRIDAY, 9, 17), evening = shift(MONDAY, FRIDAY, 17, 22);
	struct shift_pattern night = shift(MONDAY, FRIDAY, 22, 9), late = shift(MONDAY, FRIDAY, 16, 23);
	struct shift_pattern weekend = shift(SATURDAY, SUNDAY, 9, 17), early = shift(SATURDAY, SATURDAY, 8, 9);

	(void)state;
	assert_false(shifts_overlap(&day, &evening));
	assert_false(shifts_overlap(&night, &day)); /* to the minute, over midnight */
	assert_false(shifts_overlap(&day, &weekend));
	assert_true(shifts_overlap(&day, &late));
	assert_true(shifts_overlap(&late, &day));
	assert_true(shifts_overlap(&night, &late));
	assert_true(shifts_overlap(&night, &early)); /* Friday's night reaches into Saturday */
	assert_true(shifts_overlap(&early, &night));
}

static void what_is_over_does_not_overlap(void **state)
{
	struct shift_pattern night = shift(MONDAY, SUNDAY, 22, 6), morning = shift(MONDAY, SUNDAY, 5, 12);

	(void)state;
	night.date_until = first_monday() + 20;
	morning.date_from = night.date_until + 2;
	assert_false(shifts_overlap(&night, &morning));
	morning.date_from = night.date_until + 1; /* that morning its last night is not over */
	assert_true(shifts_overlap(&night, &morning));
	assert_true(shifts_overlap(&morning, &night));
}

static void weeks_alternate(void **state)
{
	struct shift_pattern one = shift(MONDAY, SUNDAY, 9, 17), other = shift(MONDAY, SUNDAY, 9, 17);

	(void)state;
	one.weeks = other.weeks = 2;
	other.date_from += 21;
	assert_false(shifts_overlap(&one, &other));
	other.date_from += 1; /* its Mondays are now the other's eighth day */
	assert_true(shifts_overlap(&one, &other));
	other.weeks = 1;
	assert_true(shifts_overlap(&other, &one));
}

static void one_overlaps_itself_when_it_begins_before_it_has_ended(void **state)
{
	struct shift_pattern pattern = shift(MONDAY, SUNDAY, 8, 8);

	(void)state;
	assert_false(shifts_overlap(&pattern, &pattern));
	pattern.weekdays[TUESDAY].start -= 1;
	assert_true(shifts_overlap(&pattern, &pattern));
	pattern.weekdays[MONDAY].minutes = 0;
	assert_false(shifts_overlap(&pattern, &pattern));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_end_on_the_next_day_where_they_must),
		cmocka_unit_test(it_is_on_its_weekdays_between_its_days),
		cmocka_unit_test(every_other_week_is_counted_from_its_first_day),
		cmocka_unit_test(what_overlaps),
		cmocka_unit_test(what_is_over_does_not_overlap),
		cmocka_unit_test(weeks_alternate),
		cmocka_unit_test(one_overlaps_itself_when_it_begins_before_it_has_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
