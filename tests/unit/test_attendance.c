/* What a day was (rules/attendance.h). Times are minutes of a day that begins at 0, or those of the next. */
#include "rules/attendance.h"

#include "contract.h"
#include "fixture.h"

#define AT(hour, minute) (((hour)*60 + (minute)) * 60)
#define SPAN(from, to)   ((struct span){AT(from, 0), AT(to, 0)})
#define DAY              SPAN(0, 24)
#define STATUS(name)     (INT64_C(1) << ATTENDANCE_STATUS_##name)
#define PRESENT          STATUS(PRESENT)
#define LATE             STATUS(LATE)
#define LEFT_EARLY       STATUS(LEFT_EARLY)
#define TRACKED_LESS     STATUS(TRACKED_LESS)
#define ABSENT           STATUS(ABSENT)

/* A day on which nothing was allowed. */
static struct attendance judge(struct span span, struct attendance_shift *shifts, size_t shift_count,
                               const struct span *work, size_t work_count, int64_t now)
{
	return attendance_judge(&(struct attendance_day){.span = span,
	                                                 .shifts = shifts,
	                                                 .shift_count = shift_count,
	                                                 .work = work,
	                                                 .work_count = work_count,
	                                                 .now = now});
}

/* 09:00 to 17:00, of which 8 hours are required; seen when the day is over. */
static struct attendance judge_nine_to_five(const struct span *work, size_t count)
{
	struct attendance_shift shift = attendance_shift(1, SPAN(9, 17), NONE);

	return judge(DAY, &shift, 1, work, count, AT(24, 0));
}

static void take_quarters(struct attendance_shift *shifts, size_t count, int64_t from, int64_t to)
{
	struct span taken[2];

	attendance_take(shifts, count, taken, attendance_quarters(shifts, count, from, to, taken));
}

static void a_day_of_work(void **state)
{
	const struct span work[] = {{AT(8, 59), AT(12, 0)}, {AT(12, 0), AT(17, 1)}};
	struct attendance day = judge_nine_to_five(work, COUNT(work));

	(void)state;
	assert_int_equal(day.statuses, PRESENT);
	assert_int_equal(day.first_in, AT(8, 59));
	assert_int_equal(day.last_out, AT(17, 1));
	assert_int_equal(day.total, 482);
	assert_int_equal(day.required, 480);
	assert_int_equal(day.late + day.left_early, 0);
}

static void several_at_once(void **state)
{
	const struct span work[] = {{AT(9, 10), AT(16, 30)}};
	struct attendance day = judge_nine_to_five(work, COUNT(work));

	(void)state;
	assert_int_equal(day.statuses, PRESENT | LATE | LEFT_EARLY | TRACKED_LESS);
	assert_int_equal(day.late, 10);
	assert_int_equal(day.left_early, 30);
}

static void less_than_a_minute_is_nothing(void **state)
{
	const struct span work[] = {{AT(9, 0) + 59, AT(17, 0) - 59}, {AT(17, 0), AT(17, 2)}};

	(void)state;
	assert_int_equal(judge_nine_to_five(work, COUNT(work)).statuses, PRESENT);
	assert_int_equal(judge_nine_to_five(work, 1).statuses, PRESENT | TRACKED_LESS);
}

static void what_is_allowed(void **state)
{
	struct attendance_shift shift = attendance_shift(1, SPAN(9, 18), 480);
	const struct span       work[] = {{AT(9, 10), AT(17, 45)}};
	struct attendance_day   day = {.span = DAY,
	                               .shifts = &shift,
	                               .shift_count = 1,
	                               .work = work,
	                               .work_count = 1,
	                               .now = AT(24, 0),
	                               .late_allowed = 10,
	                               .early_allowed = 15};

	(void)state;
	assert_int_equal(attendance_judge(&day).statuses, PRESENT);
	shift = attendance_shift(1, SPAN(9, 18), 480);
	day.late_allowed = 9;
	day.early_allowed = 14;
	assert_int_equal(attendance_judge(&day).statuses, PRESENT | LATE | LEFT_EARLY);
	assert_int_equal(attendance_judge(&day).late, 10);
	assert_int_equal(attendance_judge(&day).left_early, 15);
}

static void nobody_is_absent_before_the_shift_has_ended(void **state)
{
	const struct {
		int64_t now, statuses, late;
	} rows[] = {
		{AT(8, 0), 0, 0}, {AT(9, 0), 0, 0}, {AT(9, 5), LATE, 5}, {AT(16, 59), LATE, 479}, {AT(17, 0), ABSENT, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct attendance_shift shift = attendance_shift(1, SPAN(9, 17), NONE);
		struct attendance       day = judge(DAY, &shift, 1, NULL, 0, rows[i].now);

		assert_int_equal(day.statuses, rows[i].statuses);
		assert_int_equal(day.late, rows[i].late);
		assert_int_equal(day.first_in, NONE);
	}
}

/* A shift that ends at 01:30 on the next day, asked about at 23:45: nobody is absent yet. */
static void nor_before_midnight_when_it_ends_after(void **state)
{
	struct attendance_shift shift = attendance_shift(1, (struct span){AT(17, 0), AT(25, 30)}, NONE);

	(void)state;
	assert_int_equal(judge((struct span){0, AT(36, 0)}, &shift, 1, NULL, 0, AT(23, 45)).statuses & ABSENT, 0);
	shift.late = 0;
	assert_int_equal(judge((struct span){0, AT(36, 0)}, &shift, 1, NULL, 0, AT(25, 30)).statuses, ABSENT);
}

static void who_still_tracks_has_not_left(void **state)
{
	struct attendance_shift shift = attendance_shift(1, SPAN(9, 17), NONE);
	const struct span       work[] = {{AT(9, 0), AT(12, 0)}, {AT(17, 30), AT(17, 40)}};
	struct attendance_day   day = {.span = DAY,
	                               .shifts = &shift,
	                               .shift_count = 1,
	                               .work = work,
	                               .work_count = 1,
	                               .now = AT(12, 0),
	                               .is_tracking = true};

	(void)state;
	assert_int_equal(attendance_judge(&day).statuses, PRESENT);
	assert_int_equal(attendance_judge(&day).last_out, NONE);
	day.is_tracking = false; /* a break: may come back */
	assert_int_equal(attendance_judge(&day).statuses, PRESENT);
	assert_int_equal(attendance_judge(&day).last_out, AT(12, 0));
	day.now = AT(17, 0);
	assert_int_equal(attendance_judge(&day).statuses, PRESENT | LEFT_EARLY | TRACKED_LESS);
	day.is_tracking = true;
	day.work_count = 2;
	shift = attendance_shift(1, SPAN(9, 17), NONE);
	assert_int_equal(attendance_judge(&day).statuses, PRESENT);
}

/* Who came back when the shift was over, this second. */
static void a_tracker_that_has_just_started(void **state)
{
	struct attendance_shift shift = attendance_shift(1, SPAN(9, 17), NONE);
	const struct span       work[] = {{AT(9, 0), AT(12, 0)}};
	struct attendance_day   day = {.span = DAY,
	                               .shifts = &shift,
	                               .shift_count = 1,
	                               .work = work,
	                               .work_count = 1,
	                               .now = AT(17, 30),
	                               .is_tracking = true};

	(void)state;
	assert_int_equal(attendance_judge(&day).statuses, PRESENT);
	assert_int_equal(shift.left_early, 0);
	day.is_tracking = false;
	assert_int_equal(attendance_judge(&day).statuses, PRESENT | LEFT_EARLY | TRACKED_LESS);
}

/* That they track in the next one, from the border on, does not change that they had left the first early. */
static void who_left_one_shift_early_and_tracks_in_the_next(void **state)
{
	struct attendance_shift shifts[] = {attendance_shift(1, SPAN(9, 12), NONE),
	                                    attendance_shift(2, SPAN(14, 18), NONE)};
	const struct span       work[] = {{AT(9, 0), AT(11, 0)}};
	struct attendance_day   day = {.span = DAY,
	                               .shifts = shifts,
	                               .shift_count = 2,
	                               .work = work,
	                               .work_count = 1,
	                               .now = AT(12, 59),
	                               .is_tracking = true};

	(void)state;
	assert_int_equal(attendance_judge(&day).statuses, PRESENT);
	day.now = AT(13, 0);
	assert_int_equal(attendance_judge(&day).statuses, PRESENT | LEFT_EARLY);
	assert_int_equal(shifts[0].left_early, 60);
}

/* In at 18:30, out at 07:10 on the next day; the shift at 14:00 was not attended, which is no absence. */
static void a_night_belongs_to_the_day_on_which_it_begins(void **state)
{
	struct attendance_shift shifts[] = {attendance_shift(1, SPAN(14, 16), NONE),
	                                    attendance_shift(1, SPAN(18, 31), NONE)};
	const struct span       work[] = {{AT(18, 30), AT(24, 0)}, {AT(24, 0), AT(31, 10)}};
	int64_t                 border = attendance_border(AT(24, 0), AT(31, 0), AT(38, 0));
	struct attendance       day = judge((struct span){0, border}, shifts, 2, work, 2, AT(40, 0));

	(void)state;
	assert_int_equal(border, AT(34, 30));
	assert_int_equal(day.statuses, PRESENT | LATE | TRACKED_LESS);
	assert_int_equal(day.late, 30);
	assert_int_equal(day.left_early, 0);
	assert_int_equal(day.total, 760);
	assert_int_equal(day.required, 15 * 60);
	assert_int_equal(shifts[0].total, 0);
	assert_int_equal(shifts[1].total, 750);
	assert_int_equal(attendance_border(AT(24, 0), AT(24, 0), AT(38, 0)), AT(24, 0));
}

/* 00:00 to 06:00 is not over midnight: of 01:00 to 09:00 it has 5 hours, not 13. */
static void a_window_of_the_night(void **state)
{
	struct attendance_shift shift = attendance_shift(1, SPAN(0, 6), NONE);
	const struct span       work[] = {SPAN(1, 9)};
	struct attendance       day = judge(DAY, &shift, 1, work, 1, AT(24, 0));

	(void)state;
	assert_int_equal(shift.total, 5 * 60);
	assert_int_equal(day.total, 8 * 60);
	assert_int_equal(day.late, 60);
}

static void each_shift_has_the_time_that_is_nearer(void **state)
{
	struct attendance_shift shifts[] = {attendance_shift(1, SPAN(9, 12), NONE),
	                                    attendance_shift(1, SPAN(14, 18), NONE)};
	const struct span       work[] = {{AT(9, 5), AT(11, 30)}, {AT(13, 30), AT(18, 0)}};

	(void)state;
	assert_int_equal(judge(DAY, shifts, 2, work, 2, AT(24, 0)).statuses, PRESENT | LATE | LEFT_EARLY | TRACKED_LESS);
	assert_int_equal(shifts[0].late, 5);
	assert_int_equal(shifts[0].left_early, 30);
	assert_int_equal(shifts[1].late + shifts[1].left_early, 0);
}

/* Of three, each has the time up to the middle between it and the next one; of what is taken the same. */
static void three_shifts(void **state)
{
	struct attendance_shift shifts[] = {attendance_shift(1, SPAN(4, 8), NONE), attendance_shift(2, SPAN(10, 12), NONE),
	                                    attendance_shift(3, SPAN(16, 18), NONE)};
	const struct span       work[] = {{AT(4, 0), AT(7, 0)}, {AT(11, 0), AT(11, 10)}, {AT(16, 0), AT(18, 0)}};
	struct span             taken[3];

	(void)state;
	assert_int_equal(judge(DAY, shifts, 3, work, 3, AT(24, 0)).statuses, PRESENT | LATE | LEFT_EARLY | TRACKED_LESS);
	assert_int_equal(shifts[0].left_early, 60);
	assert_int_equal(shifts[1].late, 60);
	assert_int_equal(shifts[1].left_early, 50);
	assert_int_equal(shifts[2].late + shifts[2].left_early, 0);
	assert_int_equal(attendance_quarters(shifts, 3, 3, 4, taken), 1);
	assert_int_equal(taken[0].start, AT(16, 0));
	assert_int_equal(attendance_quarters(shifts, 3, 2, 4, taken), 2);
	assert_int_equal(taken[0].start, AT(10, 0));
	assert_int_equal(taken[1].end, AT(18, 0));
	assert_int_equal(attendance_quarters(shifts, 3, 4, 4, taken), 0);
}

static void work_beside_the_shift(void **state)
{
	const struct span before[] = {SPAN(6, 8)}, after[] = {SPAN(18, 20)};

	(void)state;
	assert_int_equal(judge_nine_to_five(before, 1).statuses, PRESENT | LEFT_EARLY | TRACKED_LESS);
	assert_int_equal(judge_nine_to_five(before, 1).left_early, 480); /* all of it */
	assert_int_equal(judge_nine_to_five(after, 1).statuses, PRESENT | LATE | TRACKED_LESS);
	assert_int_equal(judge_nine_to_five(after, 1).late, 480);
	assert_int_equal(judge(DAY, NULL, 0, after, 1, AT(24, 0)).statuses, PRESENT); /* a free day */
	assert_int_equal(judge(DAY, NULL, 0, NULL, 0, AT(24, 0)).statuses, 0);
}

static void breaks(void **state)
{
	struct attendance_shift shift = attendance_shift(1, SPAN(9, 17), NONE);
	const struct span       work[] = {SPAN(9, 12), SPAN(13, 17)}, rest[] = {SPAN(12, 13)};
	struct attendance_day   day = {DAY, &shift, 1, work, rest, 2, 1, AT(24, 0), false, false, false, 0, 0, 0};

	(void)state;
	for (int64_t paid = 59; paid <= 61; paid++) {
		shift = attendance_shift(1, SPAN(9, 17), NONE);
		day.paid_break_minutes = paid;
		assert_int_equal(attendance_judge(&day).statuses, paid < 60 ? PRESENT | TRACKED_LESS : PRESENT);
		assert_int_equal(attendance_judge(&day).paid_breaks, paid < 60 ? 59 : 60);
		assert_int_equal(attendance_judge(&day).breaks, 60);
	}
}

static void leave(void **state)
{
	const struct {
		int64_t     from, to;        /* quarters that are taken */
		struct span left;            /* to be worked */
		int64_t     required;        /* minutes */
		int64_t     statuses, early; /* of who works 09:00 to 13:00 */
	} rows[] = {
		{0, 2, SPAN(13, 17), 240, PRESENT | LEFT_EARLY, 240},
		{2, 4, SPAN(9, 13), 240, PRESENT, 0},
		{3, 4, SPAN(9, 15), 360, PRESENT | LEFT_EARLY | TRACKED_LESS, 120},
		{0, 4, SPAN(17, 17), 0, PRESENT, 0},
	};
	const struct span work[] = {SPAN(9, 13)};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct attendance_shift shift = attendance_shift(1, SPAN(9, 17), NONE);
		struct attendance       day;

		take_quarters(&shift, 1, rows[i].from, rows[i].to);
		assert_int_equal(shift.window.start, rows[i].left.start);
		assert_int_equal(shift.window.end, rows[i].left.end);
		day = judge(DAY, &shift, 1, work, 1, AT(24, 0));
		assert_int_equal(day.required, rows[i].required);
		assert_int_equal(day.left_early, rows[i].early);
		assert_int_equal(day.statuses, rows[i].statuses);
	}
}

static void leave_of_hours(void **state)
{
	struct attendance_shift shifts[] = {attendance_shift(1, SPAN(9, 12), NONE),
	                                    attendance_shift(1, SPAN(13, 18), NONE)};
	const struct span       work[] = {SPAN(10, 12), SPAN(13, 14), SPAN(16, 18)};
	struct span             some[] = {SPAN(14, 16), SPAN(8, 10)}; /* in the middle only less is required */
	struct span             all[] = {SPAN(0, 24)};

	(void)state;
	attendance_take(shifts, 2, some, 2);
	assert_int_equal(judge(DAY, shifts, 2, work, 3, AT(24, 0)).statuses, PRESENT);
	assert_int_equal(judge(DAY, shifts, 2, work, 3, AT(24, 0)).required, 5 * 60);
	attendance_take(shifts, 2, all, 1);
	assert_int_equal(judge(DAY, shifts, 2, NULL, 0, AT(24, 0)).statuses, 0);
	assert_int_equal(judge(DAY, shifts, 2, NULL, 0, AT(24, 0)).required, 0);
	assert_int_equal(judge(DAY, shifts, 2, work, 3, AT(24, 0)).statuses, PRESENT);
	assert_int_equal(shifts[0].total + shifts[1].total, 5 * 60); /* is told all the same */
}

/* What is asked for first does not matter, nor that two have an hour in common. */
static void leaves_side_by_side(void **state)
{
	struct span orders[][3] = {
		{SPAN(10, 12), SPAN(9, 10), SPAN(11, 13)},
		{SPAN(9, 10), SPAN(11, 13), SPAN(10, 12)},
		{SPAN(11, 13), SPAN(10, 12), SPAN(9, 10)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(orders); i++) {
		struct attendance_shift shift = attendance_shift(1, SPAN(9, 17), NONE);

		attendance_take(&shift, 1, orders[i], 3);
		assert_int_equal(shift.window.start, AT(13, 0));
		assert_int_equal(shift.window.end, AT(17, 0));
		assert_int_equal(shift.left, AT(4, 0));
	}
}

static void quarters_of_two_shifts(void **state)
{
	struct attendance_shift shifts[] = {attendance_shift(1, SPAN(8, 12), NONE),
	                                    attendance_shift(1, SPAN(14, 18), NONE)};

	(void)state;
	take_quarters(shifts, 2, 2, 4);
	assert_int_equal(shifts[0].window.end, AT(12, 0));
	assert_int_equal(span_seconds(shifts[1].window), 0);
	take_quarters(shifts, 2, 0, 1);
	assert_int_equal(shifts[0].window.start, AT(10, 0));
	assert_int_equal(judge(DAY, shifts, 2, NULL, 0, AT(24, 0)).required, 2 * 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_of_work),
		cmocka_unit_test(several_at_once),
		cmocka_unit_test(less_than_a_minute_is_nothing),
		cmocka_unit_test(what_is_allowed),
		cmocka_unit_test(nobody_is_absent_before_the_shift_has_ended),
		cmocka_unit_test(nor_before_midnight_when_it_ends_after),
		cmocka_unit_test(who_still_tracks_has_not_left),
		cmocka_unit_test(a_tracker_that_has_just_started),
		cmocka_unit_test(who_left_one_shift_early_and_tracks_in_the_next),
		cmocka_unit_test(a_night_belongs_to_the_day_on_which_it_begins),
		cmocka_unit_test(a_window_of_the_night),
		cmocka_unit_test(each_shift_has_the_time_that_is_nearer),
		cmocka_unit_test(three_shifts),
		cmocka_unit_test(work_beside_the_shift),
		cmocka_unit_test(breaks),
		cmocka_unit_test(leave),
		cmocka_unit_test(leave_of_hours),
		cmocka_unit_test(leaves_side_by_side),
		cmocka_unit_test(quarters_of_two_shifts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
