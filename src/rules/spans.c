/* Arithmetic of spans. */
#include "rules/spans.h"

#include <stdlib.h>

size_t spans_free(struct span span, const struct span *taken, size_t taken_count, struct span *ret_free)
{
	size_t count = 0;

	for (size_t i = 0; i < taken_count && span.start < span.end; i++) {
		if (taken[i].end <= span.start)
			continue;
		if (taken[i].start >= span.end)
			break;
		if (taken[i].start > span.start)
			ret_free[count++] = (struct span){span.start, taken[i].start};
		span.start = taken[i].end;
	}
	if (span.start < span.end)
		ret_free[count++] = span;
	return count;
}

struct span span_overlap(struct span a, struct span b)
{
	return (struct span){a.start > b.start ? a.start : b.start, a.end < b.end ? a.end : b.end};
}

static int by_start(const void *a, const void *b)
{
	const struct span *one = a, *two = b;

	return (one->start > two->start) - (one->start < two->start);
}

size_t spans_join(struct span *spans, size_t count)
{
	size_t kept = 0;

	qsort(spans, count, sizeof(*spans), by_start);
	for (size_t i = 0; i < count; i++)
		if (kept && spans[i].start <= spans[kept - 1].end)
			spans[kept - 1].end = spans[i].end > spans[kept - 1].end ? spans[i].end : spans[kept - 1].end;
		else
			spans[kept++] = spans[i];
	return kept;
}

int64_t span_seconds(struct span span)
{
	return span.end - span.start;
}

struct span span_cut(struct span span, int64_t seconds)
{
	return (struct span){span.start, span_seconds(span) <= seconds ? span.end : span.start + seconds};
}
