/* Made-up input for what reads and writes text: each is held against another way to the same answer, and under
 * AddressSanitizer and UBSan against its own memory.
 *   fuzz_parsers [SECONDS [SEED]]    without a seed one is drawn and printed */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/calendar.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "http/body.h"
#include "http/client.h"
#include "http/prefer.h"

#define LONGEST 200

static uint64_t state;

static struct arena arena;

static unsigned below(unsigned limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 16) % limit);
}

#define CHOOSE(array) ((array)[below(sizeof(array) / sizeof(*(array)))])

/* The text that was last made up, for the report. */
static struct text given;

#define CHECK(condition)                   \
	do {                                   \
		if (!(condition))                  \
			fail_on(__func__, #condition); \
	} while (0)

static void fail_on(const char *function, const char *condition)
{
	char quoted[4 * LONGEST + 3];
	fprintf(stderr, "%s: not %s: %s\n", function, condition, log_quote(given, quoted, sizeof(quoted)));
	abort();
}

/* ---- making it up ---- */

static void spoil(char *data, size_t *length)
{
	for (unsigned times = below(3); times && *length; times--) {
		size_t at = below((unsigned)*length);
		switch (below(3)) {
		case 0:
			data[at] = (char)below(256);
			break;
		case 1:
			memmove(data + at, data + at + 1, --*length - at);
			break;
		default:
			*length = at;
		}
	}
}

/* Some of the words one after the other, and sometimes what no word has. Of its own size, so that a read beyond it is
 * seen. */
static struct text make_up(const char *const *words, unsigned count)
{
	char   data[LONGEST];
	size_t length = 0;
	for (unsigned most = below(12); most; most--) {
		const char *word = words[below(count)];
		size_t      size = strlen(word);
		if (length + size > sizeof(data))
			break;
		memcpy(data + length, word, size);
		length += size;
	}
	if (below(4) == 0)
		spoil(data, &length);
	char *copy = arena_alloc_unset(&arena, length);
	memcpy(copy, data, length);
	return given = (struct text){copy, length};
}

#define MAKE_UP(...) \
	make_up((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* ---- readers ---- */

static void append_encoded(struct buffer *buffer, struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		buffer_append_format(buffer, "%%%02X", (unsigned char)text.data[i]);
}

/* What was read and is written again is read as the same. */
static void forms(void)
{
	struct parameter *pairs, *again;
	size_t            count, count_again;
	struct buffer     buffer;
	struct text       form =
		MAKE_UP("a", "b=", "=", "&", "&&", "%20", "%c3%a9", "%00", "%zz", "%", "+", "[]", "name=\xc3\xa9");
	if (!body_parse_form(&arena, form, &pairs, &count))
		return;
	buffer_init(&buffer, &arena, 64, SIZE_MAX);
	for (size_t i = 0; i < count; i++) {
		CHECK(text_is_utf8(pairs[i].name) || !memchr(form.data, '=', form.length));
		append_encoded(&buffer, pairs[i].name);
		buffer_append_char(&buffer, '=');
		append_encoded(&buffer, pairs[i].value);
		buffer_append_char(&buffer, '&');
	}
	CHECK(body_parse_form(&arena, buffer_text(&buffer), &again, &count_again));
	CHECK(count_again == count);
	for (size_t i = 0; i < count; i++)
		CHECK(text_equal(pairs[i].name, again[i].name) && text_equal(pairs[i].value, again[i].value));
}

static void instants(void)
{
	int64_t     second, again;
	char        written[INSTANT_SIZE];
	struct text instant = MAKE_UP("2024-01-15", "9999-12-31", "0001-01-01", "T", " ", "t", "09:00", "23:59", ":60",
	                              ":59", ".5", ".999", "Z", "z", "+14:00", "-0930", "+00:00");
	if (!calendar_parse_instant(instant, &second))
		return;
	CHECK(second >= (int64_t)DAY_MIN * SECONDS_PER_DAY && second < ((int64_t)DAY_MAX + 1) * SECONDS_PER_DAY);
	calendar_format_instant(second, written);
	CHECK(calendar_parse_instant(text_of(written), &again) && again == second);
}

/* As the C library has it. */
static void days(void)
{
	int64_t   day = DAY_MIN + (int64_t)below(DAY_MAX - DAY_MIN + 1), again;
	time_t    second = (time_t)day * SECONDS_PER_DAY;
	struct tm tm;
	char      written[DATE_SIZE], expected[64];
	calendar_format_date(day, written);
	given = text_of(written);
	gmtime_r(&second, &tm);
	snprintf(expected, sizeof(expected), "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	CHECK(strcmp(written, expected) == 0);
	CHECK(calendar_parse_date(text_of(written), &again) && again == day);
	struct text date = MAKE_UP("2024", "1900", "-02", "-13", "-29", "-30", "-01", "0", "-");
	if (calendar_parse_date(date, &again)) {
		calendar_format_date(again, written);
		CHECK(text_equal(date, text_of(written)));
	}
}

static void decimals(void)
{
	int64_t     value, again, rounded;
	char        written[DECIMAL_SIZE];
	struct text text = MAKE_UP("0", "1", "-", "+", ".", "5", "12345", "99999999", "e", "E", "e2", "e-3", "00", "0001");
	if (!decimal_parse(text, &value))
		return;
	const char *string = text_copy(&arena, text).data;
	double      approximately = strtod(string, NULL) * DECIMAL_ONE;
	CHECK(fabs(approximately - (double)value) <= 1 + fabs(approximately) / 1e12);
	CHECK(decimal_format(value, written) < DECIMAL_SIZE);
	CHECK(decimal_parse(text_of(written), &again) && again == value);
	CHECK(decimal_parse_rounded(text, &rounded) && rounded == value);
}

static void integers(void)
{
	int64_t     value;
	struct text text = MAKE_UP("0", "-", "9", "12", "9223372036854775807", "-9223372036854775808", "+", " ");
	char       *end;
	if (!text_to_integer(text, &value))
		return;
	const char *string = text_copy(&arena, text).data;
	CHECK(strtoll(string, &end, 10) == value && !*end);
}

static void headers(void)
{
	struct client_ranges ranges;
	prefer_strict(MAKE_UP("handling", "=", "strict", "lenient", "\"", ",", ";", " ", "wait", "\\", "HANDLING"));
	struct text list =
		MAKE_UP("10.0.0.1", "/8", "/33", "::1", "fe80::", "/64", ",", " ", ", ", "1.2.3.4:5", "[::1]", "x");
	struct client_address peer = {0};
	if (client_parse_ranges(&arena, list, &ranges))
		client_find(peer, MAKE_UP("1.2.3.4", ",", " ", "::1", "[::1]:5", "unknown", "_x", "10.0.0.1:80", "%"), &ranges);
}

/* ---- texts ---- */

static struct text make_up_text(void)
{
	return MAKE_UP("a", "Z", "\xc3\x89", "e\xcc\x81", "\xef\xac\x80", "\xc4\xb0", "\xe2\x80\x8b", "\xef\xbb\xbf", " ",
	               "\t", "\n", "\xf0\x9f\x98\x80", "%", "_", "\\", "@", ".", "example", "\x7f", "\x1b", "\xc2\x85",
	               "\xed\x9f\xbf", "\xe1\x84\x80");
}

static void texts(void)
{
	char        quoted[64];
	struct text text = make_up_text();
	json_t     *oracle = memchr(text.data, '\0', text.length) ? NULL : json_stringn(text.data, text.length);
	CHECK(text_is_utf8(text) == (oracle != NULL));
	log_quote(text, quoted, sizeof(quoted));
	for (const char *at = quoted; *at; at++)
		CHECK((unsigned char)*at >= ' ' && *at != 0x7f);
	json_decref(oracle);
	if (!text_is_utf8(text))
		return;
	CHECK(text_characters(text) <= text.length);
	struct text trimmed = text_trim(text), folded = text_fold(&arena, text);
	CHECK(text_equal(text_trim(trimmed), trimmed));
	CHECK(text_is_utf8(folded));
	CHECK(text_equal(text_fold(&arena, folded), folded));
	text_is_line(text_trim_blank(text));
}

/* ---- the JSON writer ---- */

/* The same value by both writers; jansson reads ours as its own. */
static json_t *make_up_value(struct buffer *buffer, unsigned depth);

static json_t *make_up_array(struct buffer *buffer, unsigned depth)
{
	json_t *array = json_array();
	buffer_append_char(buffer, '[');
	for (unsigned i = 0, count = below(4); i < count; i++) {
		buffer_append(buffer, ",", i > 0);
		json_array_append_new(array, make_up_value(buffer, depth + 1));
	}
	buffer_append_char(buffer, ']');
	return array;
}

static json_t *make_up_string(struct buffer *buffer)
{
	struct text text = make_up_text();
	if (!text_is_utf8(text))
		text = TEXT("");
	json_write_string(buffer, text);
	return json_stringn(text.data, text.length);
}

static json_t *make_up_value(struct buffer *buffer, unsigned depth)
{
	static const int64_t integers[] = {0, 1, -1, INT64_MAX, INT64_MIN + 1, 1000000, -10};
	int64_t              integer = CHOOSE(integers);
	switch (below(depth < 4 ? 5 : 4)) {
	case 0:
		json_write_integer(buffer, integer);
		return json_integer(integer);
	case 1:
		json_write_boolean(buffer, integer > 0);
		return json_boolean(integer > 0);
	case 2:
		json_write_integer(buffer, NONE);
		return json_null();
	case 3:
		return make_up_string(buffer);
	default:
		return make_up_array(buffer, depth);
	}
}

static void json(void)
{
	struct buffer buffer;
	buffer_init(&buffer, &arena, below(64), SIZE_MAX);
	json_t *expected = make_up_value(&buffer, 0);
	given = buffer_text(&buffer);
	json_t *read = json_loadb(buffer.data, buffer.length, JSON_DECODE_ANY, NULL);
	CHECK(read && json_equal(read, expected));
	json_decref(read);
	json_decref(expected);
}

int main(int argc, char **argv)
{
	static void (*const fuzzers[])(void) = {forms, instants, days, decimals, integers, headers, texts, json};
	int64_t  deadline = clock_monotonic() + (int64_t)(argc > 1 ? atof(argv[1]) * 1e6 : 1e6);
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
	uint64_t rounds = 0;

	printf("seed %llu\n", (unsigned long long)seed);
	fflush(stdout);
	state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	arena_init(&arena, 1 << 20);
	while (clock_monotonic() < deadline)
		for (unsigned i = 0; i < 1000; i++, rounds++) {
			fuzzers[i % (sizeof(fuzzers) / sizeof(*fuzzers))]();
			arena_reset(&arena);
		}
	arena_destroy(&arena);
	printf("%llu rounds\n", (unsigned long long)rounds);
	return 0;
}
