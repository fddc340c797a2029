/* Whom a request comes from (http/client.h). */
#include "http/client.h"

#include <arpa/inet.h>

#include "fixture.h"

static struct client_address socket_of(const char *literal)
{
	struct sockaddr_in  four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, literal, &four.sin_addr) == 1)
		return client_of_socket((struct sockaddr *)&four);
	assert_int_equal(inet_pton(AF_INET6, literal, &six.sin6_addr), 1);
	return client_of_socket((struct sockaddr *)&six);
}

static struct client_ranges ranges_of(struct arena *arena, const char *list)
{
	struct client_ranges ranges;

	assert_true(client_parse_ranges(arena, text_of(list), &ranges));
	return ranges;
}

static void check(const char *trusted, const char *peer, const char *forwarded_for, const char *expected)
{
	struct arena          arena;
	struct client_address client;

	arena_init(&arena, 1 << 20);
	struct client_ranges ranges = ranges_of(&arena, trusted);
	client = client_find(socket_of(peer), text_of(forwarded_for), &ranges);
	assert_string_equal(client_print(&client), expected);
	arena_destroy(&arena);
}

static void test_nobody_is_believed_unless_trusted(void **state)
{
	(void)state;
	check("", "192.0.2.1", "198.51.100.7", "192.0.2.1");
	check("127.0.0.1", "192.0.2.1", "198.51.100.7", "192.0.2.1");
	check("127.0.0.1", "127.0.0.1", NULL, "127.0.0.1");
}

static void test_the_last_address_that_is_not_a_proxy(void **state)
{
	(void)state;
	check("127.0.0.1", "127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7");
	check("127.0.0.1, 10.0.0.0/8", "127.0.0.1", "203.0.113.9,198.51.100.7 , 10.1.2.3", "198.51.100.7");
	check("10.0.0.0/9", "10.127.0.1", "198.51.100.7", "198.51.100.7");
	check("10.0.0.0/9", "10.128.0.1", "198.51.100.7", "10.128.0.1");
	check("::1,fd00::/8", "::1", "2001:db8::5, fd12::1", "2001:db8::5");
	check("127.0.0.0/8", "::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7");
	check("10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3");
}

static void test_what_cannot_be_read_is_believed_no_further(void **state)
{
	(void)state;
	check("127.0.0.1", "127.0.0.1", "198.51.100.7, unknown", "127.0.0.1");
	check("127.0.0.1,10.0.0.2", "127.0.0.1", "198.51.100.7, , 10.0.0.2", "10.0.0.2");
	check("127.0.0.1", "127.0.0.1", "\033[31m", "127.0.0.1");
}

static void test_ranges_are_addresses_and_prefixes(void **state)
{
	static const char *const bad[] = {"proxy",         "10.0.0.0/33", "10.0.0.0/", "::1/129", "10.0.0.1/-1",
	                                  "10.0.0.1,,::1", "10.0.0.1/8x", "/8",        ","};
	struct arena             arena;
	struct client_ranges     ranges;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(client_parse_ranges(&arena, text_of(bad[i]), &ranges));
	assert_int_equal(ranges_of(&arena, "10.0.0.1,10.0.0.0/8 , ::/0,fe80::1").count, 4);
	arena_destroy(&arena);
}

static void test_an_ipv6_client_is_its_network(void **state)
{
	struct client_address a = socket_of("2001:db8::1"), b = socket_of("2001:db8::ffff:2");
	struct client_address c = socket_of("2001:db8:0:1::1");
	struct client_address four = socket_of("192.0.2.1"), mapped = socket_of("::ffff:192.0.2.1");

	(void)state;
	assert_true(client_key(&a) == client_key(&b));
	assert_true(client_key(&a) != client_key(&c));
	assert_true(client_key(&four) == client_key(&mapped));
	assert_true(client_key(&four) != client_key(&a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_is_believed_unless_trusted),
		cmocka_unit_test(test_the_last_address_that_is_not_a_proxy),
		cmocka_unit_test(test_what_cannot_be_read_is_believed_no_further),
		cmocka_unit_test(test_ranges_are_addresses_and_prefixes),
		cmocka_unit_test(test_an_ipv6_client_is_its_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
