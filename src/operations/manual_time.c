/* Time that people say, and what is told of it. */
#include "operations/manual_time.h"

#include "contract.h"
#include "operations/trackers.h"
#include "rules/minutes.h"

static struct text duration_text(struct arena *arena, int64_t minutes)
{
	long long hours = (long long)minutes / 60, rest = (long long)minutes % 60;

	if (hours && rest)
		return text_format(arena, "%lld hr %lld min", hours, rest);
	return hours ? text_format(arena, "%lld hr", hours) : text_format(arena, "%lld min", rest);
}

/* Why some of the time is missing. */
static const char *rest_text(const struct fit *fit)
{
	if (fit->limited_at == NONE)
		return "overlaps other time";
	return fit->overlapped ? "overlaps other time or exceeds a weekly limit" : "exceeds a weekly limit";
}

static struct text asked_text(struct arena *arena, struct span asked)
{
	return duration_text(arena, minutes_dealt(0, span_seconds(asked)));
}

const char *manual_time_added(struct call *call, const struct timeline *timeline, struct span asked,
                              const struct added *added)
{
	struct arena *arena = call->db.arena;
	struct text   saved = duration_text(arena, added->minutes);

	if (added->fit.seconds == span_seconds(asked))
		return text_format(arena, "%s successfully added for %s.", saved.data, timeline->owner.name.data).data;
	return text_format(arena, "%s of %s successfully added for %s: the rest %s.", saved.data,
	                   asked_text(arena, asked).data, timeline->owner.name.data, rest_text(&added->fit))
	    .data;
}

const char *manual_time_rest(struct call *call, const char *done, struct span asked, const struct added *added)
{
	struct arena *arena = call->db.arena;

	if (added->fit.seconds == span_seconds(asked))
		return NULL;
	return text_format(arena, "%s: %s of %s, the rest %s.", done, duration_text(arena, added->minutes).data,
	                   asked_text(arena, asked).data, rest_text(&added->fit))
	    .data;
}

enum error manual_time_check(struct call *call, const struct added *added)
{
	if (added->fit.closed)
		return sheet_refuse(call, added->fit.closed);
	if (added->count)
		return ERROR_NONE;
	return added->fit.limited_at == NONE ? ERROR_TIME_TAKEN : ERROR_LIMIT_REACHED;
}

enum error manual_time_add(struct call *call, const struct timeline *timeline, struct span span,
                           struct activity *activity, struct added *ret)
{
	activity->method = TIME_METHOD_MANUALLY_ADDED_TIME;
	TRY(timeline_add(timeline, span, activity, NULL, ret));
	TRY(manual_time_check(call, ret));
	return tracker_reconsider(timeline);
}
