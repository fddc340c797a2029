/* Unit tests of base/clock. */
#include "fixture.h"

#include <pthread.h>
#include <time.h>

#include "base/clock.h"

static int release(void **state)
{
	(void)state;
	clock_release();
	return 0;
}

static void it_is_the_systems_time_until_it_is_set(void **state)
{
	(void)state;
	int64_t before = time(NULL), now = clock_now(), after = time(NULL);
	assert_in_range(now, before, after);
	clock_set(1705309200);
	assert_int_equal(clock_now(), 1705309200);
	clock_set(-1);
	assert_int_equal(clock_now(), -1);
	clock_release();
	assert_true(clock_now() >= after);
}

static void advancing_moves_a_standing_clock_both_ways(void **state)
{
	(void)state;
	clock_set(1000);
	clock_advance(60);
	assert_int_equal(clock_now(), 1060);
	clock_advance(-2060);
	assert_int_equal(clock_now(), -1000);
}

static void advancing_a_running_clock_stops_it(void **state)
{
	(void)state;
	int64_t before = time(NULL);
	clock_advance(1000000);
	int64_t now = clock_now();
	assert_in_range(now, before + 1000000, time(NULL) + 1000000);
	nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 100000000}, NULL);
	assert_int_equal(clock_now(), now);
}

static void *advance_often(void *unused)
{
	for (int i = 0; i < 10000; i++)
		clock_advance(1);
	return unused;
}

static void threads_lose_no_advance(void **state)
{
	pthread_t threads[4];
	(void)state;
	clock_set(0);
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, advance_often, NULL), 0);
	for (size_t i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(clock_now(), 40000);
}

static void the_monotonic_clock_counts_microseconds_and_is_never_set(void **state)
{
	(void)state;
	int64_t before = clock_monotonic();
	clock_set(0);
	nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	assert_in_range(clock_monotonic() - before, 20000, 10000000);
}

/* --- steps --- */

static void a_step_is_told_once_with_its_length(void **state)
{
	static const struct {
		int64_t time, uptime, step;
	} looks[] = {
		{1700000000, 500, 0},
		{1700000060, 560, 0},
		{1700000069, 560, 0}, /* less than a step */
		{1700000070, 560, 10},
		{1700000071, 561, 0},
		{1700003671, 561, 3600},
		{1700000071, 561, -3600},
		{1700000080, 570, 0},
		{-100, 570, -1700000180},
		{0, 670, 0},
	};
	struct clock_watch watch = {.ahead = NONE};

	(void)state;
	for (size_t i = 0; i < COUNT(looks); i++)
		assert_int_equal(clock_compare(&watch, looks[i].time, looks[i].uptime), looks[i].step);
	assert_int_equal(watch.rests_till, 570 + CLOCK_REST_SECONDS);
}

static void small_steps_add_up_to_one(void **state)
{
	struct clock_watch watch = {.ahead = NONE};

	(void)state;
	assert_int_equal(clock_compare(&watch, 1000, 0), 0);
	for (int64_t i = 1; i < CLOCK_STEP_SECONDS; i++)
		assert_int_equal(clock_compare(&watch, 1000 + 100 * i + i, 100 * i), 0);
	assert_int_equal(watch.rests_till, 0);
	assert_int_equal(clock_compare(&watch, 1000 + 1000 + CLOCK_STEP_SECONDS, 1000), CLOCK_STEP_SECONDS);
}

static void a_machine_that_believes_it_is_1970(void **state)
{
	struct clock_watch watch = {.ahead = NONE};

	(void)state;
	assert_int_equal(clock_compare(&watch, 30, 30), 0);
	assert_int_equal(clock_compare(&watch, 1700000000, 40), 1700000000 - 40);
}

static void the_uptime_goes_on_and_names_the_boot(void **state)
{
	struct uptime first = clock_uptime(), second = clock_uptime();

	(void)state;
	assert_true(first.boot != 0);
	assert_int_equal(first.boot, second.boot);
	assert_in_range(second.seconds - first.seconds, 0, 10);
}

static void a_clock_that_stands_is_meant(void **state)
{
	(void)state;
	assert_true(clock_is_settled());
	clock_set(1000);
	assert_true(clock_is_settled());
	assert_int_equal(clock_uptime().boot, NONE);
	clock_release();
	assert_true(clock_is_settled());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(it_is_the_systems_time_until_it_is_set, release),
		cmocka_unit_test_teardown(advancing_moves_a_standing_clock_both_ways, release),
		cmocka_unit_test_teardown(advancing_a_running_clock_stops_it, release),
		cmocka_unit_test_teardown(threads_lose_no_advance, release),
		cmocka_unit_test_teardown(the_monotonic_clock_counts_microseconds_and_is_never_set, release),
		cmocka_unit_test(a_step_is_told_once_with_its_length),
		cmocka_unit_test(small_steps_add_up_to_one),
		cmocka_unit_test(a_machine_that_believes_it_is_1970),
		cmocka_unit_test(the_uptime_goes_on_and_names_the_boot),
		cmocka_unit_test_teardown(a_clock_that_stands_is_meant, release),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
