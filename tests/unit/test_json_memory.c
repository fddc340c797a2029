/* The page of jansson's documents: however they live beside each other, each keeps its own. */
#include "base/json_memory.h"

#include <jansson.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static json_t *read(const char *text)
{
	json_t *document = json_loads(text, 0, NULL);
	assert_non_null(document);
	return document;
}

static void assert_is(const json_t *document, const char *text)
{
	json_t *same = read(text);
	assert_true(json_equal(document, same));
	json_decref(same);
}

static void documents_live_beside_each_other(void **state)
{
	(void)state;
	json_t *first = read("{\"a\": [1, 2, {\"b\": \"text\"}]}");
	json_t *second = read("[\"x\", \"y\", \"z\"]");
	assert_is(first, "{\"a\": [1, 2, {\"b\": \"text\"}]}");
	json_decref(first);
	json_t *third = read("{\"c\": 3}");
	assert_is(second, "[\"x\", \"y\", \"z\"]");
	assert_is(third, "{\"c\": 3}");
	json_decref(second);
	assert_is(third, "{\"c\": 3}");
	json_decref(third);
}

static void a_large_document_goes_beyond_the_page(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		json_t *list = json_array();
		for (int i = 0; i < 10000; i++)
			assert_int_equal(json_array_append_new(list, json_integer(i)), 0);
		json_t *small = read("[true]");
		for (int i = 0; i < 10000; i++)
			assert_int_equal(json_integer_value(json_array_get(list, (size_t)i)), i);
		json_decref(list);
		assert_is(small, "[true]");
		json_decref(small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_live_beside_each_other),
		cmocka_unit_test(a_large_document_goes_beyond_the_page),
	};
	json_memory_init();
	return cmocka_run_group_tests_name("json_memory", tests, NULL, NULL);
}
