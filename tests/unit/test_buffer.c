/* Unit tests of base/buffer. */
#include "fixture.h"

#include "base/buffer.h"

static void content_grows_as_it_is_appended(void **state)
{
	struct buffer buffer;
	char          expected[1001];
	buffer_init(&buffer, *state, 0, 100000);
	assert_text_equal(buffer_text(&buffer), "");
	for (int i = 0; i < 1000; i++) {
		buffer_append_char(&buffer, (char)('a' + i % 26));
		expected[i] = (char)('a' + i % 26);
		if (i % 100 == 0)
			assert_non_null(arena_alloc(*state, 1)); /* now the buffer has to move when it grows */
	}
	expected[1000] = '\0';
	assert_text_equal(buffer_text(&buffer), expected);
	buffer_append_text(&buffer, TEXT("text"));
	buffer_append_text(&buffer, NO_TEXT);
	buffer_append_literal(&buffer, "literal");
	assert_memory_equal(buffer.data + 1000, "textliteral", 11);
	assert_false(buffer.overflown);
}

static void exactly_the_limit_fits(void **state)
{
	for (size_t capacity = 0; capacity < 20; capacity++) {
		struct buffer buffer;
		buffer_init(&buffer, *state, capacity, 10);
		buffer_append_literal(&buffer, "01234");
		buffer_append_format(&buffer, "%d", 56789);
		assert_false(buffer.overflown);
		assert_text_equal(buffer_text(&buffer), "0123456789");
		buffer_append_char(&buffer, 'x');
		assert_true(buffer.overflown);
		assert_text_equal(buffer_text(&buffer), "0123456789");
	}
}

static void nothing_is_appended_after_an_overflow(void **state)
{
	struct buffer buffer;
	buffer_init(&buffer, *state, 8, 8);
	buffer_append_literal(&buffer, "one");
	buffer_append_literal(&buffer, "too long");
	assert_true(buffer.overflown);
	buffer_append_char(&buffer, 'x');
	buffer_append_integer(&buffer, 1);
	buffer_append_format(&buffer, "%s", "y");
	buffer_append_text(&buffer, TEXT(""));
	assert_false(buffer_reserve(&buffer, 1));
	assert_text_equal(buffer_text(&buffer), "one");
}

static void formats_that_do_not_fit_overflow(void **state)
{
	struct buffer buffer;
	buffer_init(&buffer, *state, 4, 4);
	buffer_append_format(&buffer, "%s", "12345");
	assert_true(buffer.overflown);
	assert_int_equal(buffer.length, 0);
}

static void a_full_arena_overflows_the_buffer(void **state)
{
	struct arena  small;
	struct buffer buffer;
	(void)state;
	arena_init(&small, 256);
	buffer_init(&buffer, &small, 100, 100000);
	for (int i = 0; i < 100; i++)
		buffer_append_literal(&buffer, "0123456789");
	assert_true(buffer.overflown);
	assert_true(small.exhausted);
	buffer_init(&buffer, &small, 1000, 100000);
	assert_true(buffer.overflown);
	buffer_append_char(&buffer, 'x');
	buffer_append_format(&buffer, "%d", 1);
	assert_int_equal(buffer.length, 0);
	arena_destroy(&small);
}

static void room_can_be_reserved(void **state)
{
	struct buffer buffer;
	buffer_init(&buffer, *state, 1, 1000);
	assert_true(buffer_reserve(&buffer, 500));
	memset(buffer.data, 'x', 500);
	buffer.length = 500;
	assert_true(buffer_reserve(&buffer, 500));
	assert_false(buffer_reserve(&buffer, 501));
	assert_true(buffer.overflown);
}

static void integers_are_written_in_decimal(void **state)
{
	static const struct {
		int64_t     value;
		const char *text;
	} rows[] = {
		{0, "0"},
		{7, "7"},
		{-7, "-7"},
		{10, "10"},
		{99, "99"},
		{100, "100"},
		{101, "101"},
		{-1000, "-1000"},
		{1234567890, "1234567890"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buffer buffer;
		buffer_init(&buffer, *state, 0, 20);
		buffer_append_integer(&buffer, rows[i].value);
		assert_text_equal(buffer_text(&buffer), rows[i].text);
	}
	for (int64_t value = 1; value < INT64_MAX / 3; value = value * 3 + 1) {
		struct buffer buffer;
		buffer_init(&buffer, *state, 32, 32);
		buffer_append_integer(&buffer, -value);
		struct text expected = text_format(*state, "%jd", (intmax_t)-value);
		assert_text_equal(buffer_text(&buffer), expected.data);
	}
}

static void values_of_addresses_are_encoded(void **state)
{
	struct buffer buffer;
	buffer_init(&buffer, *state, 0, 100);
	buffer_append_encoded(&buffer, TEXT("aZ0-._~ &=+%/\xc3\xa9"));
	assert_text_equal(buffer_text(&buffer), "aZ0-._~%20%26%3D%2B%25%2F%C3%A9");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_arena(content_grows_as_it_is_appended),       test_with_arena(exactly_the_limit_fits),
		test_with_arena(nothing_is_appended_after_an_overflow), test_with_arena(formats_that_do_not_fit_overflow),
		test_with_arena(a_full_arena_overflows_the_buffer),     test_with_arena(room_can_be_reserved),
		test_with_arena(integers_are_written_in_decimal),       test_with_arena(values_of_addresses_are_encoded),
	};
	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
