/* Unit tests of base/decimal. */
#include "fixture.h"

#include <stdlib.h>

#include "base/decimal.h"

#define UNTOUCHED 424242

static void json_numbers_of_four_decimals_are_read_exactly(void **state)
{
	static const struct {
		const char *text;
		int64_t     value; /* UNTOUCHED: refused */
	} rows[] = {
		{"0", 0},
		{"-0", 0},
		{"-0.0", 0},
		{"120", 1200000},
		{"-0.5", -5000},
		{"1e3", 10000000},
		{"1E+3", 10000000},
		{"1.5e-1", 1500},
		{"12.34560", 123456},
		{"12.3456000000000000000000000000", 123456},
		{"0.0001", 1},
		{"1e-4", 1},
		{"0.00001e1", 1},
		{"100000e-9", 1},
		{"0e999999999999999999999", 0},
		{"0.000e-999999999999999999999", 0},
		{"10000000000000000000000e-22", 10000},
		{"922337203685477.5807", INT64_MAX},
		{"-922337203685477.5807", -INT64_MAX},
		{"9223372036854775807e-4", INT64_MAX},
		{"-922337203685477.5808", UNTOUCHED}, /* NONE */
		{"922337203685477.5808", UNTOUCHED},
		{"922337203685478", UNTOUCHED},
		{"99999999999999999999", UNTOUCHED},
		{"1e15", UNTOUCHED},
		{"1e400", UNTOUCHED},
		{"1e99999999999999999999999", UNTOUCHED},
		{"1e-99999999999999999999999", UNTOUCHED},
		{"12.34567", UNTOUCHED},
		{"0.00001", UNTOUCHED},
		{"1e-5", UNTOUCHED},
		{"1.00000000000000000000000001", UNTOUCHED},
		{"", UNTOUCHED},
		{"-", UNTOUCHED},
		{"+1", UNTOUCHED},
		{"01", UNTOUCHED},
		{"-01", UNTOUCHED},
		{".5", UNTOUCHED},
		{"1.", UNTOUCHED},
		{"1.e3", UNTOUCHED},
		{"1e", UNTOUCHED},
		{"1e+", UNTOUCHED},
		{"1e3.0", UNTOUCHED},
		{"--1", UNTOUCHED},
		{"1,5", UNTOUCHED},
		{" 1", UNTOUCHED},
		{"1 ", UNTOUCHED},
		{"0x1", UNTOUCHED},
		{"NaN", UNTOUCHED},
		{"Infinity", UNTOUCHED},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t value = UNTOUCHED;
		bool    parsed = decimal_parse(text_of(rows[i].text), &value);
		if (parsed != (rows[i].value != UNTOUCHED) || value != rows[i].value)
			fail_msg("%s gives %jd", rows[i].text, (intmax_t)value);
	}
	int64_t value;
	assert_false(decimal_parse(NO_TEXT, &value));
	assert_false(decimal_parse((struct text){"1\0", 2}, &value));
	assert_true(decimal_parse((struct text){"123456", 2}, &value));
	assert_int_equal(value, 120000);
}

static void further_decimals_are_rounded_half_up(void **state)
{
	static const struct {
		const char *text;
		int64_t     value; /* UNTOUCHED: refused */
	} rows[] = {
		{"33.333333333333336", 333333},
		{"33.33333333333333333333333333333333333333333333", 333333},
		{"66.66666666666666666666666666666666666666666666", 666667},
		{"99999999999.99995", 1000000000000000},
		{"99999999999.99994999999999999999999999999999999", 999999999999999},
		{"0.00005", 1},
		{"0.000049999999999999999999999999999", 0},
		{"5e-5", 1},
		{"4.9999e-5", 0},
		{"1e-999999999999999999999", 0},
		{"9223372036854775807e-24", 0},
		{"9223372036854775807e-22", 9},
		{"-0.00005", -1},
		{"1.5", 15000},
		{"922337203685477.58075", UNTOUCHED},
		{"1e15", UNTOUCHED},
		{"1.2.3", UNTOUCHED},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t value = UNTOUCHED;
		bool    parsed = decimal_parse_rounded(text_of(rows[i].text), &value);
		if (parsed != (rows[i].value != UNTOUCHED) || value != rows[i].value)
			fail_msg("%s gives %jd", rows[i].text, (intmax_t)value);
	}
}

static void the_shortest_text_is_written(void **state)
{
	static const struct {
		int64_t     value;
		const char *text;
	} rows[] = {
		{0, "0"},
		{1, "0.0001"},
		{-1, "-0.0001"},
		{10, "0.001"},
		{5000, "0.5"},
		{-5000, "-0.5"},
		{10000, "1"},
		{10010, "1.001"},
		{10101, "1.0101"},
		{1205000, "120.5"},
		{-1234567, "-123.4567"},
		{INT64_MAX, "922337203685477.5807"},
		{INT64_MIN, "-922337203685477.5808"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[DECIMAL_SIZE];
		assert_int_equal(decimal_format(rows[i].value, text), strlen(rows[i].text));
		assert_string_equal(text, rows[i].text);
	}
}

static void what_is_written_reads_back(void **state)
{
	(void)state;
	srandom(1);
	for (int i = 0; i < 100000; i++) {
		char    text[DECIMAL_SIZE];
		int64_t value = (int64_t)((uint64_t)random() << 33 ^ (uint64_t)random() << 11 ^ (uint64_t)random());
		value >>= random() % 63;
		int64_t back;
		decimal_format(value, text);
		assert_true(decimal_parse(text_of(text), &back));
		assert_true(back == value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_numbers_of_four_decimals_are_read_exactly),
		cmocka_unit_test(further_decimals_are_rounded_half_up),
		cmocka_unit_test(the_shortest_text_is_written),
		cmocka_unit_test(what_is_written_reads_back),
	};
	return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
