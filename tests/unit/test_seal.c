/* Opaque ids (base/seal.h). */
#include "base/seal.h"

#include <ctype.h>
#include <stdlib.h>

#include "fixture.h"

#define KIND "time_entry"

static const int64_t ids[] = {0, 1, 2, 100, 0x7fffffff, INT64_MAX, -1, INT64_MIN + 1};

static struct text sealed(const char *kind, int64_t id, char buffer[static SEALED_ID_SIZE])
{
	seal_id(kind, id, buffer);
	return (struct text){buffer, SEALED_ID_SIZE - 1};
}

static int set_key(void **state)
{
	unsigned char key[SEAL_KEY_BYTES] = {1, 2, 3};

	(void)state;
	seal_set_key(key);
	return 0;
}

static void what_was_sealed_opens(void **state)
{
	char buffer[SEALED_ID_SIZE], again[SEALED_ID_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		int64_t     id = 77;
		struct text text = sealed(KIND, ids[i], buffer);

		assert_int_equal(strlen(buffer), 36);
		for (size_t at = 0; at < 36; at++)
			assert_true(at == 8 || at == 13 || at == 18 || at == 23 ? buffer[at] == '-' : isxdigit(buffer[at]));
		assert_true(seal_open(KIND, text, &id));
		assert_int_equal(id, ids[i]);
		sealed(KIND, ids[i], again);
		assert_string_equal(buffer, again);
		for (size_t at = 0; at < 36; at++)
			buffer[at] = (char)toupper(buffer[at]);
		assert_true(seal_open(KIND, text, &id));
	}
}

/* Ids that were given out stay good in later versions: these values are for ever. */
static void the_construction_stays(void **state)
{
	static const char key[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
	char              buffer[SEALED_ID_SIZE];

	assert_true(seal_set_hexadecimal_key(text_of(key)));
	assert_text_equal(sealed("thing", 1, buffer), "9c91dd3d-fa1d-87de-7bbf-0dc5167aa753");
	assert_text_equal(sealed("other", 123456789, buffer), "01fe7480-8a61-f03e-92a3-4a721b399384");
	set_key(state);
}

static void no_other_kind_and_no_other_key_opens_it(void **state)
{
	unsigned char key[SEAL_KEY_BYTES] = {9};
	char          buffer[SEALED_ID_SIZE];
	struct text   text = sealed(KIND, 5, buffer);
	int64_t       id = 77;

	assert_false(seal_open("time_request", text, &id));
	assert_false(seal_open("", text, &id));
	seal_set_key(key);
	assert_false(seal_open(KIND, text, &id));
	assert_int_equal(id, 77);
	set_key(state);
	assert_true(seal_open(KIND, text, &id));
}

static void each_change_of_a_digit_is_noticed(void **state)
{
	char        buffer[SEALED_ID_SIZE];
	struct text text = sealed(KIND, 5, buffer);
	int64_t     id;

	(void)state;
	for (size_t at = 0; at < 36; at++)
		for (const char *digit = "0123456789abcdef-"; *digit; digit++) {
			char before = buffer[at];

			if (*digit == before)
				continue;
			buffer[at] = *digit;
			assert_false(seal_open(KIND, text, &id));
			buffer[at] = before;
		}
	assert_true(seal_open(KIND, text, &id));
}

static void what_is_no_sealed_id(void **state)
{
	static const char *const texts[] = {
		"",
		"1",
		"a1b2c3d4-e5f6-7890-abcd-ef1234567890",
		"a1b2c3d4e5f67890abcdef1234567890",
		"------------------------------------",
		"a1b2c3d4-e5f6-7890-abcd-ef123456789",
		"zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
		"a1b2c3d4-e5f6-7890-abcd-ef12345678901",
		"a1b2c3d4-e5f6-7890-abcd-ef123456789 ",
	};
	int64_t id;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_false(seal_open(KIND, text_of(texts[i]), &id));
	assert_false(seal_open(KIND, NO_TEXT, &id));
}

static void keys_in_hexadecimal(void **state)
{
	char key[] = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

	assert_true(seal_set_hexadecimal_key(text_of(key)));
	assert_false(seal_set_hexadecimal_key(text_of(key + 1)));
	assert_false(seal_set_hexadecimal_key(TEXT("xyz")));
	set_key(state);
}

static void a_secret_is_of_one_object_and_number(void **state)
{
	unsigned char first[SEAL_SECRET_BYTES], again[SEAL_SECRET_BYTES];

	(void)state;
	seal_secret("webhook", 1, 1, first);
	seal_secret("webhook", 1, 1, again);
	assert_memory_equal(first, again, sizeof(first));
	seal_secret("webhook", 1, 2, again);
	assert_memory_not_equal(first, again, sizeof(first));
	seal_secret("webhook", 2, 1, again);
	assert_memory_not_equal(first, again, sizeof(first));
	seal_secret("other", 1, 1, again);
	assert_memory_not_equal(first, again, sizeof(first));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens),
		cmocka_unit_test(the_construction_stays),
		cmocka_unit_test(no_other_kind_and_no_other_key_opens_it),
		cmocka_unit_test(each_change_of_a_digit_is_noticed),
		cmocka_unit_test(what_is_no_sealed_id),
		cmocka_unit_test(keys_in_hexadecimal),
		cmocka_unit_test(a_secret_is_of_one_object_and_number),
	};
	return cmocka_run_group_tests(tests, set_key, NULL);
}
