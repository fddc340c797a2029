/* One-time codes and what apps read of them (auth/one_time.h, auth/qr_code.h). */
#include "fixture.h"

#include "auth/one_time.h"
#include "auth/qr_code.h"
#include "base/random.h"
#include "base/seal.h"

static const unsigned char secret[] = "12345678901234567890";

/* RFC 6238 appendix B, of SHA-1: the last six digits of its eight. */
static void test_the_codes_of_the_rfc(void **state)
{
	static const struct {
		int64_t     now;
		const char *code;
	} rows[] = {
		{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
		{1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text code = text_of(rows[i].code);
		int64_t     step = rows[i].now / 30, begun = step * 30;

		assert_int_equal(one_time_step(secret, code, rows[i].now, 0), step);
		assert_int_equal(one_time_step(secret, code, begun + 30, 0), step);
		assert_int_equal(one_time_step(secret, code, begun - 30, 0), step);
		assert_true(one_time_step(secret, code, begun + 60, 0) == NONE);
		assert_true(one_time_step(secret, code, begun - 60, 0) == NONE);
	}
}

static void test_a_step_is_used_once(void **state)
{
	(void)state;
	assert_int_equal(one_time_step(secret, TEXT("287082"), 59, 0), 1);
	assert_true(one_time_step(secret, TEXT("287082"), 59, 1) == NONE);
	assert_true(one_time_step(secret, TEXT("287082"), 59, 2) == NONE);
	assert_true(one_time_step(secret, TEXT("287082"), 59, 11) == NONE);
	assert_int_equal(one_time_step(secret, TEXT("287082"), 59, 12), 1);
}

static void test_what_is_no_code(void **state)
{
	static const char *const codes[] = {"", "28708", "2870820", "287083", "-87082", " 87082", "+87082", "28708a"};

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++)
		if (one_time_step(secret, text_of(codes[i]), 59, 0) != NONE)
			fail_msg("%s", codes[i]);
	assert_true(one_time_step(secret, NO_TEXT, 59, 0) == NONE);
}

static void test_secrets_follow_from_the_key(void **state)
{
	unsigned char key[SEAL_KEY_BYTES] = {1}, of_number[20], same[20], of_other_number[20], of_other_user[20];

	(void)state;
	seal_set_key(key);
	one_time_secret(7, 1, of_number);
	one_time_secret(7, 1, same);
	one_time_secret(7, 2, of_other_number);
	one_time_secret(8, 1, of_other_user);
	assert_memory_equal(of_number, same, 20);
	assert_memory_not_equal(of_number, of_other_number, 20);
	assert_memory_not_equal(of_number, of_other_user, 20);
}

static void test_what_apps_read(void **state)
{
	struct text base32 = one_time_base32(*state, secret);

	assert_text_equal(base32, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	assert_text_equal(one_time_uri(*state, base32, TEXT("ivan+work@example.com")),
	                  "otpauth://totp/Stint:ivan%2Bwork%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	                  "&issuer=Stint");
}

static void test_backup_codes(void **state)
{
	static const char *const same[] = {"abcd-efgh-ijkl-mnop", "ABCDEFGHIJKLMNOP", "abcd efgh ijkl mnop"};
	struct text              code = backup_code(*state), other = backup_code(*state);

	assert_int_equal(code.length, 19);
	assert_int_equal(strspn(code.data, "abcdefghijklmnopqrstuvwxyz234567-"), 19);
	assert_false(text_equal(code, other));
	assert_text_equal(backup_code_hash(*state, code), backup_code_hash(*state, code).data);
	assert_false(text_equal(backup_code_hash(*state, code), backup_code_hash(*state, other)));
	for (size_t i = 0; i < COUNT(same); i++)
		assert_text_equal(backup_code_hash(*state, text_of(same[i])),
		                  hash_secret(*state, TEXT("abcdefghijklmnop")).data);
}

/* Three corners have the mark by which a camera finds the code. */
static void test_a_picture(void **state)
{
	static const char *const corner[] = {"1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"};
	struct text             *rows;
	size_t                   count;

	assert_int_equal(qr_code(*state, TEXT("otpauth"), &rows, &count), 0);
	assert_int_equal(count, 21);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(rows[i].length, 21);
		assert_memory_equal(rows[i].data, corner[i], 7);
		assert_memory_equal(rows[i].data + 14, corner[i], 7);
		assert_memory_equal(rows[14 + i].data, corner[i], 7);
	}
}

static void test_a_full_arena(void **state)
{
	struct arena none;
	struct text *rows;
	size_t       count;

	(void)state;
	arena_init(&none, 0);
	assert_null(one_time_base32(&none, secret).data);
	assert_null(one_time_uri(&none, TEXT("A"), TEXT("b")).data);
	assert_null(backup_code(&none).data);
	assert_null(backup_code_hash(&none, TEXT("a")).data);
	assert_int_equal(qr_code(&none, TEXT("a"), &rows, &count), ERROR_NO_MEMORY);
	arena_destroy(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_codes_of_the_rfc),
		cmocka_unit_test(test_a_step_is_used_once),
		cmocka_unit_test(test_what_is_no_code),
		cmocka_unit_test(test_secrets_follow_from_the_key),
		test_with_arena(test_what_apps_read),
		test_with_arena(test_backup_codes),
		test_with_arena(test_a_picture),
		cmocka_unit_test(test_a_full_arena),
	};

	return random_init() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
