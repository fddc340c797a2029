/* Unit tests of base/text. */
#include "fixture.h"

static void absent_text_equals_absent_text_only(void **state)
{
	(void)state;
	assert_true(text_equal(NO_TEXT, NO_TEXT));
	assert_true(text_equal(TEXT(""), text_of("")));
	assert_false(text_equal(NO_TEXT, TEXT("")));
	assert_false(text_equal(TEXT("a"), TEXT("b")));
	assert_true(text_equal(text_of(NULL), NO_TEXT));
	assert_true(text_equal_ignoring_case(NO_TEXT, NO_TEXT));
	assert_false(text_equal_ignoring_case(NO_TEXT, TEXT("")));
}

static void ascii_letters_compare_without_case(void **state)
{
	static const struct {
		const char *a, *b;
		bool        equal;
	} rows[] = {
		{"Content-Type", "content-type", true},
		{"AZ", "az", true},
		{"@[`{", "@[`{", true},
		{"@", "`", false},
		{"[", "{", false},
		{"Ä", "ä", false},
		{"a", "ab", false},
		{"", "", true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(text_equal_ignoring_case(text_of(rows[i].a), text_of(rows[i].b)), rows[i].equal);
}

static void copies_end_with_nul_and_keep_absence(void **state)
{
	char        source[] = "hello world";
	struct text copy = text_copy(*state, (struct text){source, 5});
	source[0] = 'x';
	assert_text_equal(copy, "hello");
	assert_int_equal(copy.data[5], '\0');
	assert_text_equal(text_copy(*state, TEXT("")), "");
	assert_null(text_copy(*state, NO_TEXT).data);
}

static void a_full_arena_gives_absent_text(void **state)
{
	struct arena none;
	(void)state;
	arena_init(&none, 0);
	assert_null(text_copy(&none, TEXT("a")).data);
	assert_null(text_format(&none, "%d", 1).data);
	assert_null(text_fold(&none, TEXT("a")).data);
	arena_destroy(&none);
}

static void format_is_printf(void **state)
{
	assert_text_equal(text_format(*state, "%s-%05d", "a", 42), "a-00042");
	assert_text_equal(text_format(*state, "%s", ""), "");
	assert_int_equal(text_format(*state, "%10000d", 1).length, 10000);
	for (int width = 120; width < 136; width++) { /* around what is written at once */
		struct text wide = text_format(*state, "%0*d", width, 7);
		assert_int_equal(wide.length, width);
		assert_int_equal(wide.data[width - 1], '7');
		assert_int_equal(wide.data[width], '\0');
	}
	assert_text_equal(text_of_integer(*state, 0), "0");
	assert_text_equal(text_of_integer(*state, -9223372036854775807 - 1), "-9223372036854775808");
	assert_text_equal(text_of_integer(*state, 9223372036854775807), "9223372036854775807");
}

static void utf8_is_checked_strictly(void **state)
{
	static const struct {
		const char *bytes;
		size_t      length;
		bool        valid;
	} rows[] = {
		{NULL, 0, true},
		{"", 0, true},
		{"plain", 5, true},
		{"\x7f", 1, true},
		{"nul\0in", 6, false},
		{"\0", 1, false},
		{"\xc3\xa4", 2, true},
		{"\xc3", 1, false},
		{"\xc3(", 2, false},
		{"\x80", 1, false},
		{"\xc0\x80", 2, false},     /* overlong NUL */
		{"\xc1\xbf", 2, false},     /* overlong */
		{"\xe0\x9f\xbf", 3, false}, /* overlong */
		{"\xe0\xa0\x80", 3, true},
		{"\xed\x9f\xbf", 3, true},
		{"\xed\xa0\x80", 3, false}, /* surrogate */
		{"\xed\xbf\xbf", 3, false}, /* surrogate */
		{"\xef\xbf\xbf", 3, true},  /* noncharacters are characters enough */
		{"\xf0\x8f\xbf\xbf", 4, false},
		{"\xf0\x9f\x98\x80", 4, true},
		{"\xf0\x9f\x98", 3, false},
		{"\xf4\x8f\xbf\xbf", 4, true},
		{"\xf4\x90\x80\x80", 4, false}, /* above U+10FFFF */
		{"\xf5\x80\x80\x80", 4, false},
		{"\xff", 1, false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(text_is_utf8((struct text){rows[i].bytes, rows[i].length}), rows[i].valid);
}

static void characters_are_code_points(void **state)
{
	(void)state;
	assert_int_equal(text_characters(NO_TEXT), 0);
	assert_int_equal(text_characters(TEXT("")), 0);
	assert_int_equal(text_characters(TEXT("abc")), 3);
	assert_int_equal(text_characters(TEXT("\u00e4\u20ac\U0001f600")), 3);
	assert_int_equal(text_characters(TEXT("e\u0301")), 2);
	assert_int_equal(text_characters((struct text){"abcdef", 3}), 3);
}

static void trimming_takes_ascii_white_space_at_the_ends(void **state)
{
	(void)state;
	assert_text_equal(text_trim(TEXT(" \t\r\n\v\f a b \n")), "a b");
	assert_text_equal(text_trim(TEXT("   ")), "");
	assert_text_equal(text_trim(TEXT("")), "");
	assert_text_equal(text_trim(TEXT("\u00a0a\u00a0")), "\u00a0a\u00a0");
	assert_null(text_trim(NO_TEXT).data);
}

static void folding_makes_equal_what_people_read_as_equal(void **state)
{
	static const struct {
		const char *text, *folded;
	} rows[] = {
		{"", ""},
		{"Marketing Campaign Q1", "marketing campaign q1"},
		{"STRASSE", "strasse"},
		{"Stra\u00dfe", "strasse"},
		{"\u00c4RGER", "\u00e4rger"},
		{"A\u0308RGER", "\u00e4rger"},                /* decomposed */
		{"\uff21\uff22\uff23", "abc"},                /* full width */
		{"\ufb01le", "file"},                         /* ligature */
		{"\u03a3\u03c3\u03c2", "\u03c3\u03c3\u03c3"}, /* every sigma */
		{"\u0390", "\u0390"},                         /* its folding is decomposed: must come back composed */
		{"\u2126", "\u03c9"},                         /* Ohm sign */
		{"\u13a0\uab70", "\u13a0\u13a0"},             /* Cherokee is folded to capitals */
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_text_equal(text_fold(*state, text_of(rows[i].text)), rows[i].folded);
	assert_null(text_fold(*state, NO_TEXT).data);
}

static void folding_twice_is_folding_once(void **state)
{
	for (unsigned c = 1; c < 0x20000; c++) {
		char utf8[8] = "";
		if (c >= 0xd800 && c < 0xe000)
			continue;
		fixture_encode(c, utf8);
		struct text once = text_fold(*state, text_of(utf8));
		assert_true(once.data && text_is_utf8(once));
		assert_text_equal(text_fold(*state, once), once.data);
		arena_reset(*state);
	}
}

static void what_shows_nothing_is_trimmed(void **state)
{
	static const struct {
		const char *text, *trimmed;
	} rows[] = {
		{" \t\r\n\v\f a b \n", "a b"},
		{"", ""},
		{"\u00a0a\u00a0", "a"},
		{"\u3000\u200b\ufeffa\u200d\u2028\u202e", "a"},
		{"\x01\x7f\xc2\x85 \u00ad", ""},
		{"\u3164\u1160\u115f\uffa0\u2800", ""},
		{"\ufe0f\u200b\ufe0f", ""},
		{"\u2764\ufe0f ", "\u2764\ufe0f"},
		{"\u0301", "\u0301"},
		{"\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_text_equal(text_trim_blank(text_of(rows[i].text)), rows[i].trimmed);
	assert_null(text_trim_blank(NO_TEXT).data);
}

static void lines_hide_nothing(void **state)
{
	static const struct {
		const char *text;
		bool        line, lines;
	} rows[] = {
		{"", true, true},
		{"Plain text", true, true},
		{"Z\u00fcrich \u9805\u76ee \U0001f600", true, true},
		{"a\u00a0b\u3000c", true, true},
		{"a\tb", false, true},
		{"a\nb\r\nc", false, true},
		{"a\u2028b", false, true},
		{"a\u202eb", false, true},
		{"a\u200bb", false, true},
		{"a\u00adb", false, true},
		{"a\ufeffb", false, true},
		{"a\ab", false, false},
		{"a\x7f", false, false},
		{"a\xc2\x85"
	     "b",
	     false, false},
		{"\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", true,
	     true}, /* Persian: a non-joiner inside a word */
		{"\u0d28\u0d4d\u200d", false, true},
		{"\U0001f469\u200d\U0001f4bb", true, true},
		{"\u2764\ufe0f\u200d\U0001f525", true, true},
		{"a\u200d\u200db", false, true},
		{"a \u200db", false, true},
		{"\u200da", false, true},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (text_is_line(text_of(rows[i].text)) != rows[i].line ||
		    text_is_lines(text_of(rows[i].text)) != rows[i].lines)
			fail_msg("row %zu", i);
	assert_true(text_is_line(NO_TEXT));
}

static void integers_are_the_whole_text(void **state)
{
	static const struct {
		const char *text;
		bool        valid;
		int64_t     value;
	} rows[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"42", true, 42},
		{"-42", true, -42},
		{"007", true, 7},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775807", true, -INT64_MAX},
		{"-9223372036854775808", false, 0}, /* NONE */
		{"9223372036854775808", false, 0},
		{"99999999999999999999", false, 0},
		{"", false, 0},
		{"-", false, 0},
		{"--1", false, 0},
		{"+1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1.0", false, 0},
		{"1e3", false, 0},
		{"0x10", false, 0},
		{"\u0661", false, 0},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t value = 12345;
		assert_int_equal(text_to_integer(text_of(rows[i].text), &value), rows[i].valid);
		assert_true(value == (rows[i].valid ? rows[i].value : 12345));
	}
	int64_t untouched = 1;
	assert_false(text_to_integer(NO_TEXT, &untouched));
	assert_false(text_to_integer((struct text){"1\0", 2}, &untouched));
	assert_int_equal(untouched, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_text_equals_absent_text_only),
		cmocka_unit_test(ascii_letters_compare_without_case),
		test_with_arena(copies_end_with_nul_and_keep_absence),
		cmocka_unit_test(a_full_arena_gives_absent_text),
		test_with_arena(format_is_printf),
		cmocka_unit_test(utf8_is_checked_strictly),
		cmocka_unit_test(characters_are_code_points),
		cmocka_unit_test(trimming_takes_ascii_white_space_at_the_ends),
		test_with_arena(folding_makes_equal_what_people_read_as_equal),
		test_with_arena(folding_twice_is_folding_once),
		cmocka_unit_test(what_shows_nothing_is_trimmed),
		cmocka_unit_test(lines_hide_nothing),
		cmocka_unit_test(integers_are_the_whole_text),
	};
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
