/* Unit tests of base/log; standard error is a pipe while a line is written. */
#include "fixture.h"

#include <unistd.h>

#include "base/calendar.h"
#include "base/log.h"

static int pipe_ends[2], standard_error;

static void begin(void)
{
	assert_int_equal(pipe(pipe_ends), 0);
	standard_error = dup(STDERR_FILENO);
	dup2(pipe_ends[1], STDERR_FILENO);
	close(pipe_ends[1]);
}

/* What was written since begin, without the time in front of it. */
static const char *end(void)
{
	static char line[8192];
	dup2(standard_error, STDERR_FILENO);
	close(standard_error);
	ssize_t length = read(pipe_ends[0], line, sizeof(line) - 1);
	close(pipe_ends[0]);
	assert_true(length >= 0);
	line[length] = '\0';
	if (length == 0)
		return line;
	int64_t second;
	assert_memory_equal(line, "time=", 5);
	assert_true(calendar_parse_instant((struct text){line + 5, INSTANT_SIZE - 1}, &second));
	return line + 5 + INSTANT_SIZE;
}

static void a_line_is_one_event_of_pairs(void **state)
{
	(void)state;
	begin();
	log_event(LOG_INFO, "listening", "port=%d host=%s", 8080, "localhost");
	assert_string_equal(end(), "level=info event=listening port=8080 host=localhost\n");
	begin();
	log_event(LOG_ERROR, "stopped", NULL);
	assert_string_equal(end(), "level=error event=stopped\n");
}

static void lines_below_the_level_are_dropped(void **state)
{
	(void)state;
	assert_false(log_enabled(LOG_DEBUG));
	begin();
	log_event(LOG_DEBUG, "seen", "n=%d", 1);
	assert_string_equal(end(), "");
	log_set_level(LOG_ERROR);
	begin();
	log_event(LOG_WARNING, "seen", "n=%d", 1);
	assert_string_equal(end(), "");
	log_set_level(LOG_DEBUG);
	begin();
	log_event(LOG_DEBUG, "seen", "n=%d", 1);
	assert_string_equal(end(), "level=debug event=seen n=1\n");
	log_set_level(LOG_INFO);
}

static void long_lines_are_cut_and_still_end(void **state)
{
	(void)state;
	for (int length = 1980; length < 2100; length++) {
		begin();
		log_event(LOG_INFO, "long", "x=%0*d", length, 0);
		const char *line = end();
		size_t      written = strlen(line) + 5 + INSTANT_SIZE;
		assert_true(written <= 2048);
		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	}
}

static void values_are_quoted(void **state)
{
	static const struct {
		const char *value, *quoted;
	} rows[] = {
		{"", "\"\""},
		{"plain", "\"plain\""},
		{"two words", "\"two words\""},
		{"say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""},
		{"a\nlevel=error", "\"a\\nlevel=error\""},
		{"\r\t\x1b[2J\x7f", "\"\\x0d\\x09\\x1b[2J\\x7f\""},
		{"gr\u00fc\u00df \U0001f600", "\"gr\u00fc\u00df \U0001f600\""},
		{"\xff\x9b", "\"\\xff\\x9b\""},
		{"a\xc2\x9b[2Jb", "\"a\\xc2\\x9b[2Jb\""},
		{"\u202eevil\u2028", "\"\\xe2\\x80\\xaeevil\\xe2\\x80\\xa8\""},
		{"a\u200bb\u061c\u2066\ufeff", "\"a\\xe2\\x80\\x8bb\\xd8\\x9c\\xe2\\x81\\xa6\\xef\\xbb\\xbf\""},
		{"\u00a0\u0627\u3000", "\"\u00a0\u0627\u3000\""},
		{NULL, "\"\""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char buffer[100];
		assert_ptr_equal(log_quote(text_of(rows[i].value), buffer, sizeof(buffer)), buffer);
		assert_string_equal(buffer, rows[i].quoted);
	}
	char buffer[100];
	assert_string_equal(log_quote((struct text){"a\0b", 3}, buffer, sizeof(buffer)), "\"a\\x00b\"");
}

static void values_are_cut_between_characters(void **state)
{
	static const struct {
		const char *value;
		size_t      size;
		const char *quoted;
	} rows[] = {
		{"abc", 6, "\"abc\""},
		{"abc", 5, "\"ab\""},
		{"a\nb", 5, "\"a\""},
		{"a\nb", 6, "\"a\\n\""},
		{"a\x01", 7, "\"a\""},
		{"a\x01", 8, "\"a\\x01\""},
		{"\u20ac\u20ac", 8, "\"\u20ac\""},
		{"abc", 3, "\"\""},
		{"abc", 2, ""},
		{"abc", 1, ""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char buffer[100];
		memset(buffer, '#', sizeof(buffer));
		assert_string_equal(log_quote(text_of(rows[i].value), buffer, rows[i].size), rows[i].quoted);
		assert_int_equal(buffer[rows[i].size], '#');
	}
}

static void words_are_quoted_only_where_they_must(void **state)
{
	char buffer[10];

	(void)state;
	assert_string_equal(log_word(TEXT("GET"), buffer, sizeof(buffer)), "GET");
	assert_string_equal(log_word(TEXT(""), buffer, sizeof(buffer)), "\"\"");
	assert_string_equal(log_word(NO_TEXT, buffer, sizeof(buffer)), "\"\"");
	assert_string_equal(log_word(TEXT("a b"), buffer, sizeof(buffer)), "\"a b\"");
	assert_string_equal(log_word(TEXT("a=b"), buffer, sizeof(buffer)), "\"a=b\"");
	assert_string_equal(log_word(TEXT("\033[31m"), buffer, sizeof(buffer)), "\"\\x1b[31\"");
	assert_string_equal(log_word(TEXT("\u00e9"), buffer, sizeof(buffer)), "\"\u00e9\"");
	assert_string_equal(log_word(TEXT("ABCDEFGHIJKL"), buffer, sizeof(buffer)), "\"ABCDEFG\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_one_event_of_pairs),      cmocka_unit_test(lines_below_the_level_are_dropped),
		cmocka_unit_test(long_lines_are_cut_and_still_end),  cmocka_unit_test(values_are_quoted),
		cmocka_unit_test(values_are_cut_between_characters), cmocka_unit_test(words_are_quoted_only_where_they_must),
	};
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
