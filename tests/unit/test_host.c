/* Names of machines (base/host.h). */
#include "base/host.h"

#include "fixture.h"

static void test_this_machine_and_no_other(void **state)
{
	static const char *const here[] = {"localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"};
	static const char *const elsewhere[] = {
		"",     "localhost.example", "a",  "128.0.0.1", "127.0.0.1.nip.io", "::2", "127.0.0.1 ", "localhost.",
		"[::1", "0.0.0.0",           "[]", NULL,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(here); i++)
		assert_true(host_is_loopback(text_of(here[i])));
	for (size_t i = 0; i < COUNT(elsewhere); i++)
		assert_false(host_is_loopback(text_of(elsewhere[i])));
}

static void test_the_port_is_cut_off(void **state)
{
	(void)state;
	assert_true(text_equal(host_without_port(TEXT("localhost:80")), TEXT("localhost")));
	assert_true(text_equal(host_without_port(TEXT("localhost")), TEXT("localhost")));
	assert_true(text_equal(host_without_port(TEXT("[::1]:80")), TEXT("[::1]")));
	assert_true(text_equal(host_without_port(TEXT("[::1]")), TEXT("[::1]")));
	assert_true(text_equal(host_without_port(TEXT("")), TEXT("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_this_machine_and_no_other),
		cmocka_unit_test(test_the_port_is_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
