/* Names of machines (base/host.h). */
#include "base/host.h"

#include <arpa/inet.h>

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

static bool is_public(const char *text)
{
	struct sockaddr_in  four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return host_is_public((const struct sockaddr *)&four);
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return host_is_public((const struct sockaddr *)&six);
}

static const char *const closed[] = {
	"0.0.0.0",
	"10.0.0.1",
	"100.64.0.1",
	"127.0.0.1",
	"127.255.255.255",
	"169.254.169.254",
	"172.16.0.1",
	"172.31.255.255",
	"192.0.0.1",
	"192.168.0.1",
	"198.18.0.1",
	"198.19.255.255",
	"224.0.0.1",
	"239.1.1.1",
	"255.255.255.255",
	"::",
	"::1",
	"::ffff:169.254.169.254",
	"::ffff:a00:1",
	"64:ff9b::a00:1",
	"64:ff9b:1::1",
	"fc00::1",
	"fd00:ec2::254",
	"fe80::1",
	"fec0::1",
	"ff02::1",
	"2001::1",
	"2001:db8::1",
	"2002:a00:1::1",
	"100::1",
	"3fff::1",
	"::127.0.0.1",
	"203.0.113.9",
	"2001:1ff::1",
};
static const char *const open[] = {
	"1.1.1.1",        "8.8.8.8",          "9.255.255.255", "11.0.0.0",        "100.63.255.255",
	"100.128.0.0",    "172.15.0.1",       "172.32.0.1",    "192.167.255.255", "192.169.0.0",
	"198.17.255.255", "198.20.0.0",       "223.0.0.1",     "2606:4700::1",    "2a00:1450:4001::200e",
	"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2001:4860::",   "2001:200::1",
};

static void test_what_is_reached_over_the_internet(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(closed); i++)
		if (is_public(closed[i]) || host_may_be_public(text_of(closed[i])))
			fail_msg("%s", closed[i]);
	for (size_t i = 0; i < COUNT(open); i++)
		if (!is_public(open[i]) || !host_may_be_public(text_of(open[i])))
			fail_msg("%s", open[i]);
}

static void test_however_it_is_written(void **state)
{
	static const char *const no[] = {
		"0x7f000001",        "2130706433", "0177.0.0.1", "127.1",       "[::1]",
		"[::ffff:10.0.0.1]", "localhost",  "LocalHost.", "a.localhost", "0",
	};
	static const char *const yes[] = {"example.com", "localhost.example.com", "notlocalhost", "10.0.0.1.example.com",
	                                  "[2606:4700::1]"};

	(void)state;
	assert_false(host_may_be_public(TEXT("")));
	for (size_t i = 0; i < COUNT(no); i++)
		if (host_may_be_public(text_of(no[i])))
			fail_msg("%s", no[i]);
	for (size_t i = 0; i < COUNT(yes); i++)
		if (!host_may_be_public(text_of(yes[i])))
			fail_msg("%s", yes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_this_machine_and_no_other),
		cmocka_unit_test(test_the_port_is_cut_off),
		cmocka_unit_test(test_what_is_reached_over_the_internet),
		cmocka_unit_test(test_however_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
