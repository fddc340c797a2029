/* Activity levels (rules/activity_level.h). */
#include "rules/activity_level.h"

#include "fixture.h"

#define PERCENT 10000
#define RELAXED 25
#define NORMAL  50
#define STRICT  100

static struct activity_sums counted(int64_t minutes, int64_t inactive_minutes, int64_t actions)
{
	return (struct activity_sums){
		.seconds = minutes * 60,
		.inactive_seconds = inactive_minutes * 60,
		.keys = actions / 2,
		.clicks = actions / 4,
		.scrolls = actions - actions / 2 - actions / 4,
	};
}

static void as_published(void **state)
{
	static const struct {
		int64_t minutes, inactive, actions, full, hundredths;
	} rows[] = {
		{480, 0, 3000, NORMAL, 1250},   {10, 8, 600, NORMAL, 2000},   {10, 0, 500, NORMAL, 10000},
		{10, 0, 500, STRICT, 5000},     {10, 0, 500, RELAXED, 10000}, {10, 0, 125, RELAXED, 5000},
		{10, 0, 100000, STRICT, 10000}, {10, 10, 500, NORMAL, 0},     {0, 0, 500, NORMAL, 0},
		{10, 0, 0, NORMAL, 0},          {30, 0, 100, NORMAL, 667},    {30, 0, 50, NORMAL, 333},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct activity_sums sums = counted(rows[i].minutes, rows[i].inactive, rows[i].actions);

		assert_int_equal(activity_level(&sums, rows[i].full), rows[i].hundredths * PERCENT / 100);
	}
}

static void said_levels_are_weighted_by_their_seconds(void **state)
{
	struct activity_sums sums = {.seconds = 600, .level_seconds = 600, .level_points = 600 * 72};
	struct activity_sums more = counted(30, 0, 0);

	(void)state;
	assert_int_equal(activity_level(&sums, NORMAL), 72 * PERCENT);
	activity_sums_add(&sums, &more);
	assert_int_equal(activity_level(&sums, NORMAL), 18 * PERCENT);
	activity_sums_subtract(&sums, &more);
	assert_int_equal(activity_level(&sums, STRICT), 72 * PERCENT);
	sums.level_points = 601 * 100;
	assert_int_equal(activity_level(&sums, NORMAL), 100 * PERCENT);
}

/* As a part of time may be, of which each is cut to whole ones. */
static void who_was_inactive_for_longer_than_there_is(void **state)
{
	struct activity_sums sums = {
		.seconds = 60, .inactive_seconds = 21, .keys = 9, .level_seconds = 40, .level_points = 40 * 50};

	(void)state;
	assert_int_equal(activity_level(&sums, NORMAL), 333333 / 100 * 100);
}

static void sums_are_equal_where_each_of_them_is(void **state)
{
	const struct activity_sums sums = {1, 1, 1, 1, 1, 1, 1};

	(void)state;
	for (size_t i = 0; i < sizeof(sums) / sizeof(int64_t); i++) {
		struct activity_sums other = sums;

		assert_true(activity_sums_equal(&sums, &other));
		((int64_t *)&other)[i] = 2;
		assert_false(activity_sums_equal(&sums, &other));
	}
}

static void parts_have_all_of_it_together(void **state)
{
	const struct activity_sums whole = {600, 7, 1, 599, 1201, 600, 600 * 33};
	static const int64_t       cuts[] = {0, 1, 7, 300, 301, 599, 600};

	(void)state;
	for (size_t i = 0; i + 1 < COUNT(cuts); i++) {
		struct activity_sums sums = {0}, part = {0};

		for (size_t j = 0; j + 1 < COUNT(cuts); j += i + 1) {
			size_t last = j + i + 1 < COUNT(cuts) ? j + i + 1 : COUNT(cuts) - 1;

			part = activity_sums_part(&whole, 600, cuts[j], cuts[last]);
			assert_int_equal(part.seconds, cuts[last] - cuts[j]);
			assert_true(part.inactive_seconds <= part.seconds);
			activity_sums_add(&sums, &part);
		}
		assert_true(activity_sums_equal(&sums, &whole));
	}
	assert_int_equal(activity_sums_part(&whole, 600, 300, 200).keys, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_published),
		cmocka_unit_test(said_levels_are_weighted_by_their_seconds),
		cmocka_unit_test(who_was_inactive_for_longer_than_there_is),
		cmocka_unit_test(sums_are_equal_where_each_of_them_is),
		cmocka_unit_test(parts_have_all_of_it_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
