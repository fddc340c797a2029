/* Requests per minute and user (http/rate_limit.h). */
#include "http/rate_limit.h"

#include "base/random.h"
#include "fixture.h"

static void test_the_limit_counts_down_and_then_refuses(void **state)
{
	struct rate_limit *limit = rate_limit_new(3);

	(void)state;
	for (int64_t left = 2; left >= 0; left--) {
		struct rate_state now = rate_limit_count(limit, 10, 1, 1000);
		assert_false(now.exceeded);
		assert_int_equal(now.remaining, left);
	}
	struct rate_state over = rate_limit_count(limit, 10, 1, 1059);
	assert_true(over.exceeded);
	assert_int_equal(over.remaining, 0);
	assert_int_equal(over.reset_in, 1);
	rate_limit_free(limit);
}

static void test_a_new_minute_starts_afresh(void **state)
{
	struct rate_limit *limit = rate_limit_new(1);

	(void)state;
	assert_false(rate_limit_count(limit, 10, 1, 1000).exceeded);
	assert_true(rate_limit_count(limit, 10, 1, 1059).exceeded);
	assert_false(rate_limit_count(limit, 10, 1, 1060).exceeded);
	rate_limit_free(limit);
}

static void test_users_do_not_share_a_limit(void **state)
{
	struct rate_limit *limit = rate_limit_new(1);

	(void)state;
	for (int64_t user = 1; user <= 1000; user++)
		assert_false(rate_limit_count(limit, user, 1, 1000).exceeded);
	rate_limit_free(limit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_limit_counts_down_and_then_refuses),
		cmocka_unit_test(test_a_new_minute_starts_afresh),
		cmocka_unit_test(test_users_do_not_share_a_limit),
	};

	return random_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
