/* Unit tests of base/error. */
#include "fixture.h"

#include "base/error.h"

static void a_code_knows_its_status_name_and_text(void **state)
{
	(void)state;
	assert_int_equal(error_info(ERROR_NOT_FOUND)->status, 404);
	assert_string_equal(error_info(ERROR_NOT_FOUND)->code, "not_found");
	assert_string_equal(error_info(ERROR_INVALID)->text, "The given data was invalid.");
}

static void every_row_is_complete(void **state)
{
	(void)state;
	for (int error = ERROR_NONE + 1; error < ERROR_COUNT; error++) {
		const struct error_info *info = error_info((enum error)error);
		size_t                   length = strlen(info->text);
		assert_in_range(info->status, 400, 599);
		assert_int_equal(strspn(info->code, "abcdefghijklmnopqrstuvwxyz_"), strlen(info->code));
		assert_true(length > 0 && info->text[length - 1] == '.');
	}
}

static void what_is_no_error_is_an_internal_one(void **state)
{
	static const int values[] = {ERROR_NONE, ERROR_COUNT, -1, 1000000};
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++)
		assert_ptr_equal(error_info((enum error)values[i]), error_info(ERROR_INTERNAL));
}

static enum error try_twice(enum error first, enum error second)
{
	TRY(first);
	TRY(second);
	return ERROR_NONE;
}

static void try_leaves_with_the_first_error(void **state)
{
	(void)state;
	assert_int_equal(try_twice(ERROR_NONE, ERROR_NONE), ERROR_NONE);
	assert_int_equal(try_twice(ERROR_CONFLICT, ERROR_INTERNAL), ERROR_CONFLICT);
	assert_int_equal(try_twice(ERROR_NONE, ERROR_INTERNAL), ERROR_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_knows_its_status_name_and_text),
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(what_is_no_error_is_an_internal_one),
		cmocka_unit_test(try_leaves_with_the_first_error),
	};
	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
