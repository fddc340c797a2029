/* Spans of time. */
#ifndef STINT_RULES_SPANS_H
#define STINT_RULES_SPANS_H

#include <stddef.h>
#include <stdint.h>

/* UTC seconds, from `start` up to but without `end`. */
struct span {
	int64_t start, end;
};

/* The parts of `span` that none of `taken` covers, in order, into `ret_free`, which has room for taken_count + 1.
 * `taken` is sorted and its spans do not overlap. Returns how many. */
size_t spans_free(struct span span, const struct span *taken, size_t taken_count, struct span *ret_free);

/* What both have; ends before it starts, or where it does, if that is nothing. */
struct span span_overlap(struct span a, struct span b);

/* Sorts, and joins what overlaps or touches. Returns how many are left. */
size_t spans_join(struct span *spans, size_t count);

int64_t span_seconds(struct span span);

/* The beginning of `span` that has at most `seconds` (0 or more). */
struct span span_cut(struct span span, int64_t seconds);

#endif
