/* Unit tests of base/calendar. */
#include "fixture.h"

#include <time.h>

#include "base/calendar.h"

#define UNTOUCHED 424242

static void every_day_of_ten_thousand_years_follows_the_one_before(void **state)
{
	static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t               expected = DAY_MIN;
	(void)state;
	for (int year = 1; year <= 9999; year++) {
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
		for (unsigned month = 1; month <= 12; month++) {
			unsigned last = lengths[month - 1] + (leap && month == 2);
			for (unsigned day = 1; day <= last; day++, expected++) {
				int      y;
				unsigned m, d;
				calendar_date(expected, &y, &m, &d);
				if (calendar_day(year, month, day) != expected || y != year || m != month || d != day)
					fail_msg("%04d-%02u-%02u is not day %jd", year, month, day, (intmax_t)expected);
			}
		}
	}
	assert_int_equal(expected, DAY_MAX + 1);
}

static void the_c_library_agrees_about_instants(void **state)
{
	(void)state;
	for (int64_t second = DAY_MIN * (int64_t)SECONDS_PER_DAY; second < DAY_MAX * (int64_t)SECONDS_PER_DAY;
	     second += 98765432) {
		char      text[INSTANT_SIZE], expected[64];
		time_t    time = second;
		struct tm tm;
		gmtime_r(&time, &tm);
		strftime(expected, sizeof(expected), "-%m-%dT%H:%M:%SZ", &tm);
		calendar_format_instant(second, text);
		assert_string_equal(text + 4, expected);
		int64_t back;
		assert_true(calendar_parse_instant(text_of(text), &back));
		assert_int_equal(back, second);
	}
}

static void days_before_the_year_one_still_count(void **state)
{
	int      year;
	unsigned month, day;
	(void)state;
	assert_int_equal(calendar_day(0, 12, 31), DAY_MIN - 1);
	assert_int_equal(calendar_day(-400, 3, 1) + 146097, calendar_day(0, 3, 1));
	calendar_date(DAY_MIN - 1, &year, &month, &day);
	assert_int_equal(year * 10000 + (int)month * 100 + (int)day, 1231);
	calendar_date(calendar_day(-401, 2, 28), &year, &month, &day);
	assert_int_equal(year, -401);
	assert_int_equal(month * 100 + day, 228);
}

static void dates_are_exactly_ten_characters_of_a_day_that_exists(void **state)
{
	static const struct {
		const char *text;
		int64_t     day; /* UNTOUCHED: refused */
	} rows[] = {
		{"1970-01-01", 0},          {"1969-12-31", -1},         {"2024-01-15", 19737},     {"2024-02-29", 19782},
		{"2000-02-29", 11016},      {"0001-01-01", DAY_MIN},    {"9999-12-31", DAY_MAX},   {"2023-02-29", UNTOUCHED},
		{"1900-02-29", UNTOUCHED},  {"0000-01-01", UNTOUCHED},  {"2024-00-10", UNTOUCHED}, {"2024-13-01", UNTOUCHED},
		{"2024-01-00", UNTOUCHED},  {"2024-01-32", UNTOUCHED},  {"2024-04-31", UNTOUCHED}, {"2024-12-32", UNTOUCHED},
		{"2024-1-15", UNTOUCHED},   {"24-01-15", UNTOUCHED},    {"2024/01/15", UNTOUCHED}, {"2024-01-15 ", UNTOUCHED},
		{" 2024-01-15", UNTOUCHED}, {"2024-01-15T", UNTOUCHED}, {"2024-01-1", UNTOUCHED},  {"+024-01-15", UNTOUCHED},
		{"-001-01-15", UNTOUCHED},  {"10000-01-01", UNTOUCHED}, {"20240115", UNTOUCHED},   {"", UNTOUCHED},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t day = UNTOUCHED;
		assert_int_equal(calendar_parse_date(text_of(rows[i].text), &day), rows[i].day != UNTOUCHED);
		assert_int_equal(day, rows[i].day);
	}
	int64_t day;
	assert_false(calendar_parse_date(NO_TEXT, &day));
	assert_false(calendar_parse_date((struct text){"2024\0"
	                                               "01-15",
	                                               10},
	                                 &day));
}

static void instants_are_read_as_clients_write_them(void **state)
{
	static const struct {
		const char *text;
		int64_t     second; /* UNTOUCHED: refused */
	} rows[] = {
		{"2024-01-15T09:00:00Z", 1705309200},
		{"2024-01-15t09:00:00z", 1705309200},
		{"2024-01-15 09:00:00Z", 1705309200},
		{"2024-01-15T09:00Z", 1705309200},
		{"2024-01-15T09:00:00.0Z", 1705309200},
		{"2024-01-15T09:00:00.499Z", 1705309200},
		{"2024-01-15T08:59:59.9Z", 1705309200},
		{"2024-01-15T09:00:00.999999999999Z", 1705309201},
		{"2024-01-15T09:00:00+0000", 1705309200},
		{"2024-01-15T10:00:00+0100", 1705309200},
		{"2024-01-15T03:30:00.5-0530", 1705309201},
		{"2024-01-15T10:00:00+01:00", 1705309200},
		{"2024-01-15T10:00:00.25+01:00", 1705309200},
		{"2024-01-15T03:30:00-05:30", 1705309200},
		{"2024-01-15T09:00-00:00", 1705309200},
		{"2024-01-16T08:59:00+23:59", 1705309200},
		{"1970-01-01T00:00:00Z", 0},
		{"1969-12-31T23:59:59Z", -1},
		{"0001-01-01T00:00:00Z", -62135596800},
		{"9999-12-31T23:59:59Z", 253402300799},
		{"0001-01-01T00:00:00+00:01", UNTOUCHED},
		{"9999-12-31T23:59:59-00:01", UNTOUCHED},
		{"2016-12-31T23:59:60Z", 1483228800},
		{"2017-01-01T00:59:60.4+01:00", 1483228800},
		{"9999-12-31T23:59:60Z", UNTOUCHED},
		{"2016-12-31T23:59:61Z", UNTOUCHED},
		{"2024-01-15 09:00:00", UNTOUCHED},
		{"2024-01-15T09:00:00", UNTOUCHED},
		{"2024-01-15T09:00", UNTOUCHED},
		{"2024-01-15T09:00:00.5", UNTOUCHED},
		{"2024-01-15T24:00:00Z", UNTOUCHED},
		{"2024-01-15T09:60:00Z", UNTOUCHED},
		{"2024-02-30T09:00:00Z", UNTOUCHED},
		{"2024-01-15T09:00:00+24:00", UNTOUCHED},
		{"2024-01-15T09:00:00+01:60", UNTOUCHED},
		{"2024-01-15T0900:00Z", UNTOUCHED},
		{"2024-01-15T09:00:00+01:", UNTOUCHED},
		{"2024-01-15T09:00:00+010", UNTOUCHED},
		{"2024-01-15T09:00:00+01", UNTOUCHED},
		{"2024-01-15T09:00:00 01:00", UNTOUCHED},
		{"2024-01-15T09:00:00.Z", UNTOUCHED},
		{"2024-01-15T09:00.5Z", UNTOUCHED},
		{"2024-01-15T09:00:00,5Z", UNTOUCHED},
		{"2024-01-15T09:00:00ZZ", UNTOUCHED},
		{"2024-01-15T09:00:00Z+01:00", UNTOUCHED},
		{"2024-01-15T09:00:00 Z", UNTOUCHED},
		{"2024-01-15T09:00:0Z", UNTOUCHED},
		{"2024-01-15T09:00:", UNTOUCHED},
		{"2024-01-15T9:00:00Z", UNTOUCHED},
		{"2024-01-15T09", UNTOUCHED},
		{"2024-01-15T", UNTOUCHED},
		{"2024-01-15", UNTOUCHED},
		{"2024-01-15_09:00:00Z", UNTOUCHED},
		{"1705309200", UNTOUCHED},
		{"", UNTOUCHED},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t second = UNTOUCHED;
		bool    parsed = calendar_parse_instant(text_of(rows[i].text), &second);
		if (parsed != (rows[i].second != UNTOUCHED) || second != rows[i].second)
			fail_msg("%s gives %jd", rows[i].text, (intmax_t)second);
	}
	int64_t second;
	assert_false(calendar_parse_instant((struct text){"2024-01-15\00009:00", 16}, &second));
	assert_false(calendar_parse_instant((struct text){"2024-01-15T09:00\0", 17}, &second));
}

static void times_are_exactly_hours_and_minutes(void **state)
{
	static const struct {
		const char *text;
		int64_t     minute; /* UNTOUCHED: refused */
	} rows[] = {
		{"00:00", 0},         {"09:05", 545},       {"23:59", 1439},     {"24:00", UNTOUCHED},    {"12:60", UNTOUCHED},
		{"9:05", UNTOUCHED},  {"09:5", UNTOUCHED},  {"0905", UNTOUCHED}, {"09:05:00", UNTOUCHED}, {"-1:00", UNTOUCHED},
		{"09.05", UNTOUCHED}, {" 9:05", UNTOUCHED}, {"", UNTOUCHED},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t minute = UNTOUCHED;
		assert_int_equal(calendar_parse_time(text_of(rows[i].text), &minute), rows[i].minute != UNTOUCHED);
		assert_int_equal(minute, rows[i].minute);
	}
}

static void text_is_written_with_every_digit(void **state)
{
	char date[DATE_SIZE], instant[INSTANT_SIZE];
	(void)state;
	calendar_format_date(DAY_MIN, date);
	assert_string_equal(date, "0001-01-01");
	calendar_format_date(DAY_MAX, date);
	assert_string_equal(date, "9999-12-31");
	calendar_format_instant(1705309200, instant);
	assert_string_equal(instant, "2024-01-15T09:00:00Z");
	calendar_format_instant(-1, instant);
	assert_string_equal(instant, "1969-12-31T23:59:59Z");
	calendar_format_instant(-SECONDS_PER_DAY, instant);
	assert_string_equal(instant, "1969-12-31T00:00:00Z");
}

static void what_has_no_text_gets_that_of_the_nearest_day(void **state)
{
	char date[DATE_SIZE], instant[INSTANT_SIZE];
	(void)state;
	calendar_format_date(INT64_MIN, date);
	assert_string_equal(date, "0001-01-01");
	calendar_format_date(DAY_MAX + 1, date);
	assert_string_equal(date, "9999-12-31");
	calendar_format_instant((DAY_MAX + 1) * (int64_t)SECONDS_PER_DAY + 60, instant);
	assert_string_equal(instant, "9999-12-31T00:01:00Z");
	assert_true(calendar_has_instant((DAY_MAX + 1) * (int64_t)SECONDS_PER_DAY - 1));
	assert_false(calendar_has_instant((DAY_MAX + 1) * (int64_t)SECONDS_PER_DAY));
	assert_false(calendar_has_instant(DAY_MIN * (int64_t)SECONDS_PER_DAY - 1));
}

static void the_offset_that_was_said_is_kept(void **state)
{
	static const struct {
		const char *text, *written;
		int64_t     second, offset;
	} rows[] = {
		{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0, NONE},
		{"1970-01-01 00:00z", "1970-01-01T00:00:00Z", 0, NONE},
		{"1970-01-01T00:00:00+00:00", "1970-01-01T00:00:00+00:00", 0, 0},
		{"1970-01-01T05:30+0530", "1970-01-01T05:30:00+05:30", 0, 330},
		{"1969-12-31T20:30:00-03:30", "1969-12-31T20:30:00-03:30", 0, -210},
	};
	char    written[ZONED_SIZE];
	int64_t second, offset;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(calendar_parse_zoned_instant(text_of(rows[i].text), &second, &offset));
		assert_int_equal(second, rows[i].second);
		assert_int_equal(offset, rows[i].offset);
		calendar_format_zoned_instant(second, offset, written);
		assert_string_equal(written, rows[i].written);
	}
	assert_false(calendar_parse_zoned_instant(TEXT("1970-01-01T00:00:00"), &second, &offset));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_ten_thousand_years_follows_the_one_before),
		cmocka_unit_test(the_c_library_agrees_about_instants),
		cmocka_unit_test(days_before_the_year_one_still_count),
		cmocka_unit_test(dates_are_exactly_ten_characters_of_a_day_that_exists),
		cmocka_unit_test(instants_are_read_as_clients_write_them),
		cmocka_unit_test(the_offset_that_was_said_is_kept),
		cmocka_unit_test(times_are_exactly_hours_and_minutes),
		cmocka_unit_test(text_is_written_with_every_digit),
		cmocka_unit_test(what_has_no_text_gets_that_of_the_nearest_day),
	};
	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
