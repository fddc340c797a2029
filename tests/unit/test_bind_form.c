/* Form bodies (http/body.h). */
#include "http/body.h"

#include "fixture.h"

static const struct {
	const char *form;
	size_t      count;
	const char *name, *value; /* of the last pair */
} good[] = {
	{"", 0, NULL, NULL},      {"&&", 0, NULL, NULL},          {"=x", 0, NULL, NULL},
	{"a=1", 1, "a", "1"},     {"a=1&b=2", 2, "b", "2"},       {"a", 1, "a", ""},
	{"a=", 1, "a", ""},       {"a=x+y%20z", 1, "a", "x y z"}, {"users%5B%5D=%2B", 1, "users[]", "+"},
	{"a=b=c", 1, "a", "b=c"},
};

static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "%=1", "a=1&b=%4"};

static void test_forms(void **state)
{
	struct arena *arena = *state;

	for (size_t i = 0; i < COUNT(good); i++) {
		struct parameter *pairs;
		size_t            count;
		assert_true(body_parse_form(arena, text_of(good[i].form), &pairs, &count));
		assert_int_equal(count, good[i].count);
		if (count) {
			assert_text_equal(pairs[count - 1].name, good[i].name);
			assert_text_equal(pairs[count - 1].value, good[i].value);
		}
	}
}

static void test_broken_escapes_are_refused(void **state)
{
	struct arena     *arena = *state;
	struct parameter *pairs;
	size_t            count;

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(body_parse_form(arena, text_of(bad[i]), &pairs, &count));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_arena(test_forms),
		test_with_arena(test_broken_escapes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
