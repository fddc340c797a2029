/* What most unit tests begin with: cmocka, and an arena that each test gets fresh as its state. */
#ifndef STINT_TESTS_UNIT_FIXTURE_H
#define STINT_TESTS_UNIT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/text.h"

#define FIXTURE_LIMIT ((size_t)4 * 1024 * 1024)

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#define test_with_arena(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

static inline int fixture_setup(void **state)
{
	static struct arena arena;
	arena_init(&arena, FIXTURE_LIMIT);
	*state = &arena;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	arena_destroy(*state);
	return 0;
}

/* A code point as UTF-8; returns the number of bytes, 1-4. No '\0' is written. */
static inline size_t fixture_encode(unsigned c, char *ret)
{
	static const unsigned leads[] = {0, 0xc0, 0xe0, 0xf0};
	size_t                more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	ret[0] = (char)(leads[more] | c >> 6 * more);
	for (size_t i = 1; i <= more; i++)
		ret[i] = (char)(0x80 | (c >> 6 * (more - i) & 63));
	return more + 1;
}

/* Says both texts when they differ; an absent one is <absent>. `expected` is a C string. */
#define assert_text_equal(text, expected) fixture_assert_text_equal((text), text_of(expected), __FILE__, __LINE__)

static inline void fixture_assert_text_equal(struct text text, struct text expected, const char *file, int line)
{
	if (text_equal(text, expected))
		return;
	struct text is = text.data ? text : TEXT("<absent>");
	struct text should = expected.data ? expected : TEXT("<absent>");
	print_error("is \"%.*s\", should be \"%.*s\"\n", (int)is.length, is.data, (int)should.length, should.data);
	_fail(file, line);
}

#endif
