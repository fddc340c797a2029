/* Unit tests of base/json; jansson is the oracle for strings. */
#include "fixture.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/calendar.h"
#include "base/json.h"

/* What a string is written as; the memory goes with the next call. */
static struct text written(struct arena *arena, struct text text)
{
	struct buffer buffer;
	arena_reset(arena);
	buffer_init(&buffer, arena, 0, 100000);
	json_write_string(&buffer, text);
	assert_false(buffer.overflown);
	return buffer_text(&buffer);
}

static void strings_are_quoted_and_escaped(void **state)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{"", "\"\""},
		{"plain", "\"plain\""},
		{"say \"hi\"", "\"say \\\"hi\\\"\""},
		{"\\", "\"\\\\\""},
		{"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
		{"\x01\x0b\x1f\x7f", "\"\\u0001\\u000b\\u001f\x7f\""},
		{"/<>&'", "\"/<>&'\""},
		{"\u00e4\u2028\u2029\U0001f600", "\"\u00e4\u2028\u2029\U0001f600\""},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_text_equal(written(*state, text_of(rows[i].text)), rows[i].json);
	assert_text_equal(written(*state, NO_TEXT), "null");
	assert_text_equal(written(*state, (struct text){"a\0b", 3}), "\"a\\u0000b\"");
}

/* Reads what was written as jansson does; true when it is the same text. */
static bool jansson_reads_back(struct text json, struct text text)
{
	json_t *value = json_loadb(json.data, json.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	bool    same = value && text_equal((struct text){json_string_value(value), json_string_length(value)}, text);
	json_decref(value);
	return same;
}

static bool jansson_accepts(struct text text)
{
	json_t *value = json_stringn(text.data, text.length);
	bool    accepted = value && !memchr(text.data, '\0', text.length);
	json_decref(value);
	return accepted;
}

/* Strings are looked at eight bytes at a time: each byte, at each place, in strings of each length around that. */
static void each_byte_at_each_place_is_read_back(void **state)
{
	for (size_t length = 1; length <= 26; length++)
		for (size_t place = 0; place < length; place++)
			for (int byte = 0; byte < 0x80; byte++) {
				char bytes[26];
				memset(bytes, 'a', length);
				bytes[place] = (char)byte;
				struct text text = {bytes, length};
				assert_true(jansson_reads_back(written(*state, text), text));
			}
}

static size_t random_bytes(char *bytes, size_t size)
{
	size_t length = (size_t)random() % size;
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)random();
	return length;
}

/* Code points of every length, many of them at the borders, and sometimes one byte spoilt. */
static size_t random_utf8(char *bytes, size_t size)
{
	static const struct {
		unsigned first, last;
	} ranges[] = {{0, 0x1f},       {0x20, 0x7f},     {'"', '"'},          {'\\', '\\'},    {0x80, 0x7ff},
	              {0x800, 0xd7ff}, {0xe000, 0xffff}, {0x10000, 0x10ffff}, {0x2028, 0x2029}};
	size_t length = 0, wanted = (size_t)random() % (size - 4);
	while (length < wanted) {
		size_t   range = (size_t)random() % COUNT(ranges);
		unsigned c = ranges[range].first + (unsigned)random() % (ranges[range].last - ranges[range].first + 1);
		length += fixture_encode(c, bytes + length);
	}
	if (length && random() % 4 == 0)
		bytes[(size_t)random() % length] = (char)random();
	return length;
}

static void jansson_reads_back_random_strings(void **state)
{
	size_t read_back = 0;
	srandom(1);
	for (int i = 0; i < 40000; i++) {
		char        bytes[120];
		size_t      size = i % 8 ? 8 : sizeof(bytes); /* short ones are more often valid by chance */
		size_t      length = i % 2 ? random_utf8(bytes, sizeof(bytes)) : random_bytes(bytes, size);
		struct text text = {bytes, length};
		bool        valid = jansson_accepts(text);
		assert_int_equal(text_is_utf8(text), valid);
		struct text json = written(*state, text);
		/* NUL is no text, but it is written well; what is not UTF-8 stays so, and no reader takes it. */
		json_t *accepted = json_stringn(bytes, length);
		assert_int_equal(jansson_reads_back(json, text), accepted != NULL);
		json_decref(accepted);
		read_back += valid;
	}
	assert_true(read_back > 4000);
}

static void every_byte_alone_is_written_as_jansson_reads_it(void **state)
{
	for (int c = 0; c < 256; c++) {
		char        bytes[] = {'a', (char)c, 'b'};
		struct text text = {bytes, sizeof(bytes)};
		assert_int_equal(jansson_reads_back(written(*state, text), text), c < 0x80);
	}
}

static void a_full_buffer_is_marked(void **state)
{
	for (size_t limit = 0; limit < 12; limit++) {
		struct buffer buffer;
		buffer_init(&buffer, *state, 0, limit);
		json_write_string(&buffer, TEXT("a\n\x01z")); /* "a\n\u0001z": 12 bytes */
		assert_true(buffer.overflown);
		assert_true(buffer.length <= limit);
	}
}

static void scalars_are_written_and_none_is_null(void **state)
{
	struct buffer buffer;
	buffer_init(&buffer, *state, 0, 1000);
	json_write_integer(&buffer, -42);
	buffer_append_char(&buffer, ' ');
	json_write_integer(&buffer, NONE);
	buffer_append_char(&buffer, ' ');
	json_write_boolean(&buffer, true);
	buffer_append_char(&buffer, ' ');
	json_write_boolean(&buffer, false);
	buffer_append_char(&buffer, ' ');
	json_write_decimal(&buffer, 1205000);
	buffer_append_char(&buffer, ' ');
	json_write_decimal(&buffer, NONE);
	buffer_append_char(&buffer, ' ');
	json_write_date(&buffer, 19737);
	buffer_append_char(&buffer, ' ');
	json_write_date(&buffer, NONE);
	buffer_append_char(&buffer, ' ');
	json_write_instant(&buffer, 1705309200);
	buffer_append_char(&buffer, ' ');
	json_write_instant(&buffer, NONE);
	buffer_append_char(&buffer, ' ');
	json_write_instant_offset(&buffer, 1705309200);
	buffer_append_char(&buffer, ' ');
	json_write_instant_offset(&buffer, NONE);
	buffer_append_char(&buffer, ' ');
	json_write_date(&buffer, DAY_MAX + 1);
	buffer_append_char(&buffer, ' ');
	json_write_instant(&buffer, (DAY_MAX + 1) * (int64_t)SECONDS_PER_DAY);
	assert_text_equal(buffer_text(&buffer),
	                  "-42 null true false 120.5 null \"2024-01-15\" null \"2024-01-15T09:00:00Z\" null "
	                  "\"2024-01-15T09:00:00+00:00\" null null null");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_arena(strings_are_quoted_and_escaped),
		test_with_arena(each_byte_at_each_place_is_read_back),
		test_with_arena(jansson_reads_back_random_strings),
		test_with_arena(every_byte_alone_is_written_as_jansson_reads_it),
		test_with_arena(a_full_buffer_is_marked),
		test_with_arena(scalars_are_written_and_none_is_null),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
