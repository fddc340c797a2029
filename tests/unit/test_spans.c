/* Spans of time (rules/spans.h) and their minutes (rules/minutes.h): for spans of many kinds what must hold of all of
 * them. */
#include "rules/spans.h"

#include <stdbool.h>
#include <stdlib.h>

#include "fixture.h"
#include "rules/minutes.h"

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

static void a_cut_keeps_as_much_as_it_may(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct span span = random_span();
		int64_t     seconds = chance(700);
		struct span cut = span_cut(span, seconds);

		assert_int_equal(cut.start, span.start);
		assert_int_equal(span_seconds(cut), span_seconds(span) < seconds ? span_seconds(span) : seconds);
	}
}

/* However a day's seconds are cut, and whatever lies between them. */
static void minutes_of_parts_are_those_of_the_whole(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		int64_t running = 0, sum = 0;

		for (int part = 0; part < TAKEN; part++) {
			int64_t seconds = chance(200), minutes = minutes_dealt(running, seconds);

			assert_true(llabs(minutes * 60 - seconds) < 60);
			if (minutes_are_whole(seconds))
				assert_int_equal(minutes, seconds / 60);
			running += seconds;
			sum += minutes;
		}
		assert_int_equal(sum, running / 60);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joined_spans_cover_the_same),
		cmocka_unit_test(free_parts_are_all_that_is_not_taken),
		cmocka_unit_test(a_cut_keeps_as_much_as_it_may),
		cmocka_unit_test(minutes_of_parts_are_those_of_the_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
