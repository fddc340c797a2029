/* Running trackers and their limits. */
#include "operations/trackers.h"

#include "base/clock.h"
#include "base/log.h"
#include "operations/due_work.h"
#include "operations/events.h"
#include "rules/when.h"

/* --- the row ----------------------------------------------------------------------------------------------------- */

/* When a limit ends it has to be asked anew then. */
static void tracker_move(struct running_tracker_row *tracker, int64_t seconds)
{
	tracker->start_at += seconds;
	tracker->ends_at += seconds;
	if (seconds && tracker->due_at != NONE)
		tracker->due_at = tracker->start_at;
}

static void tracker_mend(const struct db_context *db, struct running_tracker_row *tracker)
{
	struct uptime uptime = clock_uptime();
	bool          known = tracker->boot != NONE && tracker->boot == uptime.boot;
	int64_t       ran = known ? uptime.seconds - tracker->uptime : NONE;

	tracker_move(tracker, when_began(tracker->start_at, db->now, ran) - tracker->start_at);
}

enum error tracker_find(struct db_context *db, int64_t user_id, struct running_tracker_row *ret, bool *ret_found)
{
	TRY(sql_find_running_tracker(db, user_id, ret, ret_found));
	if (*ret_found)
		tracker_mend(db, ret);
	return ERROR_NONE;
}

enum error trackers_before(struct db_context *db, int64_t before, struct running_tracker_rows *ret)
{
	TRY(sql_list_running_trackers(db, before, ret));
	for (size_t i = 0; i < ret->count; i++)
		tracker_mend(db, &ret->items[i]);
	return ERROR_NONE;
}

enum error tracker_store(struct db_context *db, struct running_tracker_row *tracker)
{
	struct uptime uptime = clock_uptime();

	tracker->boot = uptime.boot;
	tracker->uptime = uptime.boot == NONE ? NONE : uptime.seconds;
	return sql_insert_running_tracker(db, tracker);
}

bool tracker_is_cut(const struct running_tracker_row *tracker, int64_t now)
{
	return now > tracker->ends_at;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* --- when it ends ------------------------------------------------------------------------------------------------ */

static enum error tracker_activity(const struct timeline *timeline, const struct running_tracker_row *tracker,
                                   struct activity *ret)
{
	struct activity activity = {
		.work = {.contract_id = NONE, .project_id = NONE},
		.task_id = tracker->task_id,
		.method = TIME_METHOD_WEB_TRACKER,
		.description = tracker->description,
	};
	bool found;

	if (tracker->contract_id != NONE)
		TRY(sql_find_work_of_entry(timeline->db, tracker->contract_id, &activity.work, &found));
	*ret = activity;
	return ERROR_NONE;
}

enum error tracker_find_end(const struct timeline *timeline, const struct running_tracker_row *tracker,
                            int64_t *ret_instant, bool *ret_is_end)
{
	int64_t         now = timeline->db->now;
	int64_t         latest = now > tracker->start_at ? now : tracker->start_at;
	int64_t         week_end = timeline_week(timeline, earlier(latest, tracker->ends_at)).end;
	struct span     span = {tracker->start_at, earlier(week_end, tracker->ends_at)};
	struct activity activity;
	struct fit      fit;

	*ret_instant = NONE;
	*ret_is_end = false;
	TRY(tracker_activity(timeline, tracker, &activity));
	if (!timeline_is_limited(timeline, &activity))
		return ERROR_NONE;
	TRY(timeline_fit(timeline, span, &activity, NULL, &fit));
	*ret_is_end = fit.limited_at != NONE || span.end < week_end;
	*ret_instant = fit.limited_at != NONE ? fit.limited_at : span.end; /* a new week has its own limit */
	if (fit.limited_at != NONE && !fit.seconds)
		*ret_instant = tracker->start_at; /* other entries take the time up to the limit: nothing of it could be kept */
	return ERROR_NONE;
}

struct span tracker_span(const struct running_tracker_row *tracker, int64_t now)
{
	return (struct span){tracker->start_at, earlier(now, tracker->ends_at)};
}

/* When a stop ends it now: the job may not have come to its limit yet. */
static enum error tracker_end_now(const struct timeline *timeline, const struct running_tracker_row *tracker,
                                  int64_t *ret)
{
	int64_t now = timeline->db->now;
	int64_t end = earlier(now > tracker->start_at ? now : tracker->start_at, tracker->ends_at), limit;
	bool    is_end;

	if (tracker->due_at != NONE && tracker->due_at < end) {
		TRY(tracker_find_end(timeline, tracker, &limit, &is_end));
		if (is_end && limit < end)
			end = limit;
	}
	*ret = end;
	return ERROR_NONE;
}

enum error tracker_fit(const struct timeline *timeline, const struct running_tracker_row *tracker,
                       struct activity *ret_activity, struct fit *ret)
{
	struct span span = {.start = tracker->start_at};

	*ret = (struct fit){.limited_at = NONE};
	TRY(tracker_activity(timeline, tracker, ret_activity));
	TRY(tracker_end_now(timeline, tracker, &span.end));
	return span.start < span.end ? timeline_fit(timeline, span, ret_activity, NULL, ret) : ERROR_NONE;
}

enum error tracker_seconds(const struct timeline *timeline, const struct running_tracker_row *tracker, int64_t since,
                           int64_t *ret)
{
	struct activity activity;
	struct fit      fit;
	int64_t         seconds = 0;

	TRY(tracker_fit(timeline, tracker, &activity, &fit));
	for (size_t i = 0; i < fit.count; i++) {
		int64_t start = fit.spans[i].start > since ? fit.spans[i].start : since;

		seconds += fit.spans[i].end > start ? fit.spans[i].end - start : 0;
	}
	*ret = seconds;
	return ERROR_NONE;
}

/* --- ending it --------------------------------------------------------------------------------------------------- */

/* Saves the time up to the instant and takes the tracker away. Of one that began in the future, for all that is known,
 * nothing can be said but that: maybe twice, where the transaction begins again. */
static enum error tracker_end_at(const struct timeline *timeline, const struct running_tracker_row *tracker,
                                 int64_t instant, struct added *ret)
{
	struct span     span = {tracker->start_at, instant};
	struct activity activity;

	*ret = (struct added){.fit = {.limited_at = NONE}};
	TRY(sql_delete_running_tracker(timeline->db, tracker->user_id));
	if (when_was_set_back(timeline->db->now, span.start))
		log_event(LOG_WARNING, "tracker_lost", "workspace=%lld user=%lld started=%lld now=%lld",
		          (long long)timeline->db->workspace_id, (long long)tracker->user_id, (long long)span.start,
		          (long long)timeline->db->now);
	if (span.end <= span.start)
		return ERROR_NONE;
	TRY(tracker_activity(timeline, tracker, &activity));
	return timeline_add(timeline, span, &activity, NULL, ret);
}

enum error tracker_describe(const struct timeline *timeline, const struct running_tracker_row *tracker, int64_t end,
                            int64_t minutes, struct stopped_tracker_row *ret)
{
	struct task_title_row task = {0};
	struct activity       activity;
	bool                  found;

	TRY(tracker_activity(timeline, tracker, &activity));
	if (tracker->task_id != NONE)
		TRY(sql_find_task_title(timeline->db, tracker->task_id, &task, &found));
	*ret = (struct stopped_tracker_row){
		.message = TEXT("Time tracking stopped successfully"),
		.start_time = tracker->start_at,
		.end_time = end,
		.stopped_at = end,
		.total_minutes = minutes,
		.user_id = tracker->user_id,
		.user_name = timeline->owner.name,
		.user_email = timeline->owner.email,
		.contract_id = tracker->contract_id,
		.project_id = activity.work.project_id,
		.project_name = activity.work.project_name,
		.task_id = tracker->task_id,
		.task_title = task.title,
		.activity_description = tracker->description,
	};
	return ERROR_NONE;
}

static enum error tracker_tell_stop(const struct timeline *timeline, const struct running_tracker_row *tracker,
                                    int64_t end, const struct added *added, struct stopped_tracker_row *ret)
{
	TRY(tracker_describe(timeline, tracker, end, added->minutes, ret));
	return event_note(timeline->db,
	                  &(struct event){EVENT_KIND_TRACKER_STOPPED, ret->user_id, ret->user_id, ret->project_id}, ret,
	                  NULL);
}

enum error tracker_stop(const struct timeline *timeline, const struct running_tracker_row *tracker,
                        struct stopped_tracker_row *ret_stopped, struct added *ret)
{
	int64_t end;

	TRY(tracker_end_now(timeline, tracker, &end));
	TRY(tracker_end_at(timeline, tracker, end, ret));
	return tracker_tell_stop(timeline, tracker, end, ret, ret_stopped);
}

enum error tracker_reconsider(const struct timeline *timeline)
{
	struct running_tracker_row tracker;
	struct stopped_tracker_row stopped;
	struct added               added;
	int64_t                    instant;
	bool                       found, is_end;

	TRY(tracker_find(timeline->db, timeline->owner.user_id, &tracker, &found));
	if (!found)
		return ERROR_NONE;
	TRY(tracker_find_end(timeline, &tracker, &instant, &is_end));
	/* The tracker may have been started by a request that came a moment later than this one, and was quicker. */
	if (is_end && (instant <= timeline->db->now || instant <= tracker.start_at)) {
		TRY(tracker_end_at(timeline, &tracker, instant, &added));
		return tracker_tell_stop(timeline, &tracker, instant, &added, &stopped);
	}
	if (instant != tracker.due_at)
		TRY(sql_set_tracker_due(timeline->db, tracker.user_id, instant));
	return instant == NONE ? ERROR_NONE : due_work_note(timeline->db, TRACKERS_KIND, instant);
}

/* The timeline is locked even where nothing runs: otherwise a tracker that is started at this moment would not know of
 * the change, nor the change of the tracker. */
enum error tracker_end(struct db_context *db, int64_t user_id, int64_t contract_id)
{
	struct running_tracker_row tracker;
	struct timeline            timeline;
	struct stopped_tracker_row stopped;
	struct added               added;
	bool                       found;

	TRY(timeline_open(db, user_id, &timeline));
	TRY(tracker_find(db, user_id, &tracker, &found));
	if (!found || (contract_id != NONE && tracker.contract_id != contract_id))
		return ERROR_NONE;
	return tracker_stop(&timeline, &tracker, &stopped, &added);
}

enum error tracker_end_on_project(struct db_context *db, int64_t project_id)
{
	struct locked_timeline_rows locked;
	struct running_tracker_rows running;
	struct timeline             timeline;
	struct stopped_tracker_row  stopped;
	struct added                added;

	TRY(sql_lock_timelines_of_project(db, project_id, &locked));
	TRY(sql_list_running_on_project(db, project_id, &running));
	for (size_t i = 0; i < running.count; i++) {
		TRY(timeline_view(db, running.items[i].user_id, &timeline));
		tracker_mend(db, &running.items[i]);
		TRY(tracker_stop(&timeline, &running.items[i], &stopped, &added));
	}
	return ERROR_NONE;
}

enum error tracker_save(struct db_context *db, int64_t user_id)
{
	struct running_tracker_row tracker;
	struct timeline            timeline;
	struct stopped_tracker_row stopped;
	struct added               added;
	int64_t                    end;
	bool                       found;

	TRY(timeline_open(db, user_id, &timeline));
	TRY(tracker_find(db, user_id, &tracker, &found));
	if (!found || tracker.start_at >= db->now)
		return ERROR_NONE;
	TRY(tracker_end_now(&timeline, &tracker, &end));
	TRY(tracker_end_at(&timeline, &tracker, end, &added));
	if (end < db->now) /* it was over */
		return tracker_tell_stop(&timeline, &tracker, end, &added, &stopped);
	tracker_move(&tracker, end - tracker.start_at);
	return tracker_store(db, &tracker);
}

enum error tracker_limit_changed(struct db_context *db, int64_t user_id)
{
	struct timeline timeline;

	TRY(timeline_open(db, user_id, &timeline));
	return tracker_reconsider(&timeline);
}
