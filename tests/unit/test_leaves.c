/* What leaves charge, and what they leave (rules/leaves.h). */
#include "rules/leaves.h"

#include "base/calendar.h"
#include "fixture.h"

#define MONDAY_TO_FRIDAY 0x3E
#define HOURS            60 /* minutes */

static int64_t charged(const struct leave_span *span, const struct working_time *working_time, int64_t *ret_minutes)
{
	struct leave_charge charges[400];
	size_t              count = leave_charges(span, working_time, charges);
	int64_t             amount = 0;

	*ret_minutes = 0;
	for (size_t i = 0; i < count; i++) {
		assert_in_range(charges[i].day, span->start, span->end);
		amount += charges[i].amount;
		*ret_minutes += charges[i].minutes;
	}
	return amount;
}

static void weeks_begin_on_monday(void **state)
{
	(void)state;
	assert_int_equal(leave_weekday(0), 4);
	assert_int_equal(leave_weekday(-1), 3);
	assert_int_equal(leave_weekday(-4), 7);
	assert_int_equal(leave_weekday(calendar_day(2022, 12, 23)), 5);
	assert_int_equal(leave_weekday(DAY_MIN), 1);
}

static void what_is_not_worked_is_not_charged(void **state)
{
	struct free_day free_days[] = {
		{calendar_day(2022, 12, 26), 0}, {calendar_day(2022, 12, 30), 2}, {calendar_day(2023, 1, 2), 0}};
	struct working_time week = {MONDAY_TO_FRIDAY, free_days, COUNT(free_days)};
	const struct {
		int64_t from, to; /* days of December 2022 */
		int64_t period;
		int64_t amount; /* quarters */
	} rows[] = {
		{23, 27, FULL_DAY, 8},   /* Friday to Tuesday, with a weekend and a holiday: 2 days */
		{24, 27, FIRST_HALF, 4}, /* the half is a Saturday's */
		{26, 27, FIRST_HALF, 4}, /* the half is a holiday's */
		{23, 27, FIRST_HALF, 6}, /* half of the first day only */
		{23, 26, FULL_DAY, 4},   /* the holiday is the last day */
		{24, 26, FULL_DAY, 0},   /* nothing to be charged */
		{30, 30, FULL_DAY, 2},   /* a half working day */
		{30, 30, FIRST_HALF, 1}, /* half of it once */
		{29, 33, FULL_DAY, 6},   /* over New Year, to a holiday */
		{29, 34, FULL_DAY, 10},  /* and a day more */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t           first = calendar_day(2022, 12, 1) - 1, minutes;
		struct leave_span span = {first + rows[i].from, first + rows[i].to, 8 * HOURS, false, rows[i].period};

		assert_int_equal(charged(&span, &week, &minutes), rows[i].amount);
		assert_int_equal(minutes, rows[i].amount * 2 * HOURS);
	}
}

static void halves_of_an_odd_day_add_up(void **state)
{
	struct free_day     half_day = {0, 2};
	struct working_time week = {0xFE, &half_day, 1};
	struct leave_span   first = {1, 1, 441, false, FIRST_HALF}, second = {1, 1, 441, false, SECOND_HALF};
	int64_t             minutes[2];

	(void)state;
	assert_int_equal(charged(&first, &week, &minutes[0]), charged(&second, &week, &minutes[1]));
	assert_int_equal(minutes[0], 220);
	assert_int_equal(minutes[1], 221);
	first.start = first.end = second.start = second.end = 0;
	assert_int_equal(charged(&first, &week, &minutes[0]), charged(&second, &week, &minutes[1]));
	assert_int_equal(minutes[0] + minutes[1], 220);
}

static void hours_are_charged_as_asked(void **state)
{
	struct free_day     free_days[] = {{calendar_day(2024, 4, 1), 0}};
	struct working_time every_day = {0xFE, free_days, COUNT(free_days)};
	/* The clocks change within it; that is no matter. */
	struct leave_span span = {calendar_day(2024, 3, 30), calendar_day(2024, 4, 2), 90, true, FULL_DAY};
	int64_t           minutes;

	(void)state;
	assert_int_equal(charged(&span, &every_day, &minutes), 270);
	assert_int_equal(minutes, 270);
}

static void months_earn_the_whole_allowance(void **state)
{
	(void)state;
	for (int64_t allowance = 0; allowance <= 200; allowance++) {
		for (int64_t months = 1; months <= 12; months++)
			assert_true(leave_earned(allowance, months) >= leave_earned(allowance, months - 1));
		assert_int_equal(leave_earned(allowance, 0), 0);
		assert_int_equal(leave_earned(allowance, 12), allowance);
	}
	assert_int_equal(leave_earned(114, 1), 9); /* 28.5 days: 2.25 in January, never rounded up */
}

static void what_was_carried_expires_unless_used_in_time(void **state)
{
	static const struct {
		struct leave_account account;
		int64_t              balance;
	} rows[] = {
		{{40, 0, 0, false, 0, 0}, 40},   {{40, 0, 8, false, 4, 4}, 32},    {{40, 20, 0, false, 0, 0}, 60},
		{{40, 20, 0, true, 0, 0}, 40},   {{40, 20, 12, true, 8, 4}, 40},   {{40, 20, 12, true, 28, 4}, 20},
		{{40, 20, 32, true, 24, 8}, 28}, {{40, 20, 32, false, 24, 8}, 28}, {{4, 0, 8, false, 8, 0}, -4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(leave_balance(&rows[i].account), rows[i].balance);
	assert_int_equal(leave_carried(12, 20), 12);
	assert_int_equal(leave_carried(28, 20), 20);
	assert_int_equal(leave_carried(-4, 20), 0);
}

static void amounts_are_said_exactly(void **state)
{
	static const struct {
		int64_t     amount;
		bool        by_hours;
		const char *text;
	} rows[] = {
		{10, false, "2.5 days"},
		{40, false, "10 days"},
		{114, false, "28.5 days"},
		{1, false, "0.25 days"},
		{0, false, "0 days"},
		{-3, false, "-0.75 days"},
		{450, true, "7.5 hours"},
		{60, true, "1 hours"},
		{15, true, "0.25 hours"},
		{-90, true, "-1.5 hours"},
		{440, true, "7 hours 20 minutes"},
		{0, true, "0 hours"},
		{INT64_MIN + 1, true, "-153722867280912930 hours 7 minutes"},
	};
	char text[LEAVE_AMOUNT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		leave_format(rows[i].amount, rows[i].by_hours, text);
		assert_string_equal(text, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weeks_begin_on_monday),
		cmocka_unit_test(what_is_not_worked_is_not_charged),
		cmocka_unit_test(halves_of_an_odd_day_add_up),
		cmocka_unit_test(hours_are_charged_as_asked),
		cmocka_unit_test(months_earn_the_whole_allowance),
		cmocka_unit_test(what_was_carried_expires_unless_used_in_time),
		cmocka_unit_test(amounts_are_said_exactly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
