/* Signatures, the schedule, patterns and addresses of webhooks (rules/webhooks.h). */
#include "rules/webhooks.h"

#include "fixture.h"

/* By the specification's own library, standardwebhooks. */
static void test_a_signature(void **state)
{
	static const char   body[] = "{\"test\": 2432232314}";
	const unsigned char key[WEBHOOK_KEY_BYTES] = "0123456789abcdef0123456789abcdef";
	struct arena        arena;

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_string_equal(webhook_secret(&arena, key).data, "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
	assert_string_equal(webhook_signature(&arena, key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, TEXT(body)).data,
	                    "v1,hK4CWvngkaAwjY1pABLuUbOIkEJjW9tAapq1no4ojG0=");
	arena_destroy(&arena);
}

static void test_the_schedule(void **state)
{
	static const int64_t schedule[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};

	(void)state;
	for (size_t i = 0; i < COUNT(schedule); i++) {
		assert_int_equal(webhook_delay((int64_t)i + 1, 0, 0), schedule[i]);
		for (uint64_t random = 1; random < UINT64_MAX / 3; random *= 3) {
			int64_t delay = webhook_delay((int64_t)i + 1, 0, random);

			assert_in_range(delay, schedule[i], schedule[i] + schedule[i] / 10);
		}
	}
	assert_int_equal(webhook_delay(WEBHOOK_ATTEMPTS_MAX - 1, 0, 0), WEBHOOK_DELAY_MAX);
	assert_true(webhook_delay(WEBHOOK_ATTEMPTS_MAX, 0, 0) == NONE);
	assert_true(webhook_delay(WEBHOOK_ATTEMPTS_MAX, 60, 0) == NONE);
	assert_int_equal(webhook_delay(1, 60, 0), 60);
	assert_int_equal(webhook_delay(2, 60, 0), 300);
	assert_int_equal(webhook_delay(1, -60, 0), 5);
	assert_int_equal(webhook_delay(1, INT64_MAX, 0), WEBHOOK_DELAY_MAX);
}

static void test_patterns(void **state)
{
	static const char *const yes[] = {"*", "project.*", "project.created"};
	static const char *const no[] = {"",   "project",   "project.",   "project.create*", "proj*",  ".*",
	                                 "**", "*.created", "projects.*", "project.*.*",     "task.*", "project.created.*"};

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		assert_true(webhook_pattern_matches(text_of(yes[i]), TEXT("project.created")));
	for (size_t i = 0; i < COUNT(no); i++)
		if (webhook_pattern_matches(text_of(no[i]), TEXT("project.created")))
			fail_msg("%s", no[i]);
}

static void test_addresses(void **state)
{
	static const struct {
		const char *url, *host;
	} good[] = {
		{"https://example.com", "example.com"},
		{"HTTP://example.com/a?b#c", "example.com"},
		{"https://example.com:8443/", "example.com"},
		{"https://a:b@example.com:8443?x=@y", "example.com"},
		{"http://[::1]:80/", "[::1]"},
		{"http://[::1]", "[::1]"},
		{"https://xn--bcher-kva.example/", "xn--bcher-kva.example"},
	};
	static const char *const bad[] = {
		"",
		"https://",
		"https:///a",
		"https://:80/",
		"https://a@",
		"ftp://example.com",
		"example.com",
		"//example.com",
		"https:/example.com",
		"https://example.com:",
		"https://example.com:0",
		"https://example.com:65536",
		"https://example.com:-1",
		"https://a b",
		"https://a\\b",
		"https://a\"b",
		"https://a\tb",
		"https://a/<b>",
	};
	struct webhook_target target;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(webhook_target_of(text_of(good[i].url), &target));
		assert_true(text_equal(target.host, text_of(good[i].host)));
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		if (webhook_target_of(text_of(bad[i]), &target))
			fail_msg("%s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_signature),
		cmocka_unit_test(test_the_schedule),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
