/* Sealed ids (base/seal.h). */
#include "base/seal.h"

#include <stdio.h>

#include "fixture.h"

static const char *const keys[] = {
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
};

static const int64_t ids[] = {0, 1, 2, 255, 256, 4294967296, INT64_MAX, -1, INT64_MIN};

static int set_key(void **state)
{
	(void)state;
	return seal_set_hexadecimal_key(text_of(keys[0])) ? 0 : -1;
}

static void assert_closed(const char *kind, const char *sealed)
{
	int64_t id = 77;

	assert_false(seal_open(kind, text_of(sealed), &id));
	assert_int_equal(id, 77);
}

static void test_what_was_sealed_opens(void **state)
{
	char    sealed[SEALED_ID_SIZE], again[SEALED_ID_SIZE];
	int64_t id;

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		seal_id("thing", ids[i], sealed);
		seal_id("thing", ids[i], again);
		assert_string_equal(sealed, again);
		id = 77;
		assert_true(seal_open("thing", text_of(sealed), &id));
		assert_int_equal(id, ids[i]);
	}
}

/* Ids that were given out stay good over versions: this value is for ever. */
static void test_the_construction_stays(void **state)
{
	char sealed[SEALED_ID_SIZE];

	(void)state;
	seal_id("thing", 1, sealed);
	assert_string_equal(sealed, "9c91dd3d-fa1d-87de-7bbf-0dc5167aa753");
	seal_id("other", 123456789, sealed);
	assert_string_equal(sealed, "01fe7480-8a61-f03e-92a3-4a721b399384");
}

static void test_letters_of_either_case(void **state)
{
	char    sealed[SEALED_ID_SIZE];
	int64_t id;

	(void)state;
	seal_id("thing", 5, sealed);
	for (char *at = sealed; *at; at++)
		*at -= *at >= 'a' ? 'a' - 'A' : 0;
	assert_true(seal_open("thing", text_of(sealed), &id));
	assert_int_equal(id, 5);
}

/* Each of the 128 bits counts. */
static void test_an_altered_one_stays_closed(void **state)
{
	static const char digits[] = "0123456789abcdef";
	char              sealed[SEALED_ID_SIZE];

	(void)state;
	seal_id("thing", 5, sealed);
	for (char *at = sealed; *at; at++) {
		char digit = *at;
		for (int bit = 1; digit != '-' && bit < 16; bit <<= 1) {
			*at = digits[(strchr(digits, digit) - digits) ^ bit];
			assert_closed("thing", sealed);
		}
		*at = digit;
	}
}

static void test_another_kind_or_key_stays_closed(void **state)
{
	char sealed[SEALED_ID_SIZE];

	(void)state;
	seal_id("thing", 5, sealed);
	assert_closed("things", sealed);
	assert_closed("thin", sealed);
	assert_true(seal_set_hexadecimal_key(text_of(keys[1])));
	assert_closed("thing", sealed);
}

static void test_the_shape_is_exact(void **state)
{
	char sealed[SEALED_ID_SIZE], bad[64];

	(void)state;
	seal_id("thing", 5, sealed);
	assert_closed("thing", NULL);
	assert_closed("thing", "");
	assert_closed("thing", "5");
	assert_closed("thing", "------------------------------------");
	assert_closed("thing", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz");
	assert_false(seal_open("thing", (struct text){sealed, SEALED_ID_SIZE - 2}, &(int64_t){0}));
	snprintf(bad, sizeof(bad), "%s0", sealed);
	assert_closed("thing", bad);
	snprintf(bad, sizeof(bad), "%.8s%.*s-", sealed, SEALED_ID_SIZE - 10, sealed + 9);
	assert_closed("thing", bad);
	for (size_t i = 0; sealed[i]; i++) {
		strcpy(bad, sealed);
		bad[i] = bad[i] == '-' ? '0' : '-';
		assert_closed("thing", bad);
	}
}

static void test_keys_are_64_digits(void **state)
{
	(void)state;
	assert_false(seal_set_hexadecimal_key(TEXT("")));
	assert_false(seal_set_hexadecimal_key((struct text){keys[0], 62}));
	assert_false(seal_set_hexadecimal_key(TEXT("x00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_what_was_sealed_opens, set_key),
		cmocka_unit_test_setup(test_the_construction_stays, set_key),
		cmocka_unit_test_setup(test_letters_of_either_case, set_key),
		cmocka_unit_test_setup(test_an_altered_one_stays_closed, set_key),
		cmocka_unit_test_setup(test_another_kind_or_key_stays_closed, set_key),
		cmocka_unit_test_setup(test_the_shape_is_exact, set_key),
		cmocka_unit_test_setup(test_keys_are_64_digits, set_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
