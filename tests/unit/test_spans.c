/* Spans of time (rules/spans.h): for spans of many kinds what must hold of all of them. */
#include "rules/spans.h"

#include <stdbool.h>
#include <stdlib.h>

#include "fixture.h"

#define ROUNDS 2000
#define TAKEN  12
#define RANGE  4000 /* seconds */

static int64_t chance(int64_t below)
{
	return rand() % below;
}

static struct span random_span(void)
{
	int64_t start = chance(RANGE) - RANGE / 2;

	return (struct span){start, start + chance(600)};
}

static bool covers(const struct span *spans, size_t count, int64_t second)
{
	for (size_t i = 0; i < count; i++)
		if (spans[i].start <= second && second < spans[i].end)
			return true;
	return false;
}

static void joined_spans_cover_the_same(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct span before[TAKEN], after[TAKEN];
		size_t      count;

		for (size_t i = 0; i < TAKEN; i++)
			before[i] = after[i] = random_span();
		count = spans_join(after, TAKEN);
		for (size_t i = 1; i < count; i++)
			assert_true(after[i - 1].end < after[i].start);
		for (int64_t second = -RANGE; second < RANGE; second += 7)
			assert_int_equal(covers(before, TAKEN, second), covers(after, count, second));
	}
}

static void free_parts_are_all_that_is_not_taken(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct span taken[TAKEN], parts[TAKEN + 1], span = random_span();
		size_t      taken_count, count;

		for (size_t i = 0; i < TAKEN; i++)
			taken[i] = random_span();
		taken_count = spans_join(taken, TAKEN);
		count = spans_free(span, taken, taken_count, parts);
		for (size_t i = 0; i < count; i++)
			assert_true(parts[i].start < parts[i].end && (i == 0 || parts[i - 1].end <= parts[i].start));
		for (int64_t second = span.start - 50; second < span.end + 50; second++)
			assert_int_equal(covers(parts, count, second),
			                 covers(&span, 1, second) && !covers(taken, taken_count, second));
	}
}

static void minutes_of_parts_add_up(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct span whole = random_span(), part = {whole.start, whole.start};
		int64_t     sum = 0;

		while (part.end < whole.end) {
			part = (struct span){part.end, part.end + 1 + chance(100)};
			part.end = part.end < whole.end ? part.end : whole.end;
			sum += span_minutes(part);
		}
		assert_int_equal(sum, span_minutes(whole));
		assert_true(llabs(span_minutes(whole) * 60 - (whole.end - whole.start)) < 60);
	}
}

static void minutes_are_those_of_the_clock(void **state)
{
	static const struct {
		struct span span;
		int64_t     minutes;
	} rows[] = {
		{{0, 60}, 1},  {{0, 59}, 0}, {{1, 60}, 1},    {{59, 61}, 1},  {{60, 60}, 0},      {{30, 90}, 1},  {{0, 429}, 7},
		{{-60, 0}, 1}, {{-1, 0}, 1}, {{-61, -60}, 1}, {{-59, -1}, 0}, {{0, 86400}, 1440}, {{-90, 90}, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(span_minutes(rows[i].span), rows[i].minutes);
}

static void a_cut_keeps_as_much_as_it_may(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct span span = random_span();
		int64_t     minutes = chance(12);
		struct span cut = span_cut(span, minutes);

		assert_int_equal(cut.start, span.start);
		assert_true(cut.end >= cut.start && cut.end <= span.end);
		assert_true(span_minutes(cut) <= minutes);
		if (cut.end < span.end)
			assert_true(span_minutes((struct span){span.start, cut.end + 60}) > minutes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joined_spans_cover_the_same),   cmocka_unit_test(free_parts_are_all_that_is_not_taken),
		cmocka_unit_test(minutes_of_parts_add_up),       cmocka_unit_test(minutes_are_those_of_the_clock),
		cmocka_unit_test(a_cut_keeps_as_much_as_it_may),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
