/* Preferences of a request (http/prefer.h). */
#include "http/prefer.h"

#include "fixture.h"

static void test_strict_in_all_its_spellings(void **state)
{
	static const char *const strict[] = {
		"handling=strict",
		"Handling=STRICT",
		"handling=\"strict\"",
		"return=minimal, handling = strict",
		"wait=5;a=b,handling=strict",
		"handling=strict; foo=\"a, b\"",
		"a=\"handling=lenient, \\\"\", handling=strict",
		",,handling=strict",
		"handling=strict, handling=lenient",
	};
	static const char *const not_strict[] = {
		"",
		"handling",
		"handling=",
		"handling=strictness",
		"handling=lenient, handling=strict",
		"a=\"handling=strict\"",
		"x-handling=strict",
		"return=\"x, handling=strict\"",
		"strict",
		"wait=1; handling=strict",
		"handling=\"",
		"\"",
		NULL,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(strict); i++)
		if (!prefer_strict(text_of(strict[i])))
			fail_msg("%s", strict[i]);
	for (size_t i = 0; i < COUNT(not_strict); i++)
		if (prefer_strict(text_of(not_strict[i])))
			fail_msg("%s", not_strict[i] ? not_strict[i] : "no header");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_strict_in_all_its_spellings)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
