/* Start, stop and look at a member's tracker (contract 3.11). */
#include "base/calendar.h"
#include "contract.h"
#include "operations/activity.h"
#include "operations/due_work.h"
#include "operations/events.h"
#include "operations/trackers.h"
#include "rules/minutes.h"
#include "rules/when.h"

/* The tracker would be stopped at once. */
static enum error check_limit(const struct timeline *timeline, struct running_tracker_row *tracker)
{
	bool is_end;

	TRY(tracker_find_end(timeline, tracker, &tracker->due_at, &is_end));
	return is_end && tracker->due_at <= timeline->db->now ? ERROR_LIMIT_REACHED : ERROR_NONE;
}

enum error op_start_time_tracking(struct call *call, const struct start_time_tracking_input *input,
                                  struct start_time_tracking_output *output)
{
	struct timeline            timeline;
	struct activity            activity;
	struct text                task_title;
	struct running_tracker_row tracker;
	int64_t                    user_id;
	bool                       running;

	TRY(activity_whose(call, input->user_id, &user_id));
	if (!when_is_possible(call->db.now))
		return ERROR_CLOCK_WRONG;
	TRY(activity_open(call, user_id, &timeline));
	TRY(activity_check_member(call, &timeline));
	TRY(activity_find(call, user_id, input->contract_id, input->task_id, &activity, &task_title));
	TRY(tracker_find(&call->db, user_id, &tracker, &running));
	if (running)
		return ERROR_ALREADY_TRACKING;
	tracker = (struct running_tracker_row){
		.user_id = user_id,
		.start_at = call->db.now,
		.ends_at = call->db.now + call->settings->tracker_hours * SECONDS_PER_HOUR,
		.contract_id = input->contract_id,
		.task_id = input->task_id,
		.description = input->activity_description,
		.due_at = NONE,
	};
	TRY(check_limit(&timeline, &tracker));
	TRY(tracker_store(&call->db, &tracker));
	if (tracker.due_at != NONE)
		TRY(due_work_note(&call->db, TRACKERS_KIND, tracker.due_at));
	output->data = (struct started_tracker_row){
		.message = TEXT("Time tracking started successfully"),
		.start_time = tracker.start_at,
		.user_id = user_id,
		.user_name = timeline.owner.name,
		.user_email = timeline.owner.email,
		.contract_id = input->contract_id,
		.project_id = activity.work.project_id,
		.project_name = activity.work.project_name,
		.task_id = input->task_id,
		.task_title = task_title,
		.activity_description = input->activity_description,
	};
	return event_note(&call->db,
	                  &(struct event){EVENT_KIND_TRACKER_STARTED, user_id, user_id, activity.work.project_id},
	                  &output->data, NULL);
}

/* What the caller is told. Beyond its longest run, and where the time is closed, nothing was saved. */
static struct text stop_message(struct call *call, const struct running_tracker_row *tracker, const struct added *added)
{
	int64_t hours = (tracker->ends_at - tracker->start_at) / SECONDS_PER_HOUR;
	bool    days = hours % 24 == 0 && hours > 24;

	if (added->fit.closed) {
		sheet_refuse(call, added->fit.closed);
		return text_format(call->db.arena, "Time tracking stopped, not all is saved. %s", call->message);
	}
	if (!tracker_is_cut(tracker, call->db.now))
		return TEXT("Time tracking stopped successfully");
	return text_format(call->db.arena,
	                   "Time tracking stopped: a tracker runs for %lld %s at most, what came after is not saved",
	                   (long long)(days ? hours / 24 : hours), days ? "days" : "hours");
}

static enum error find_tracker(struct call *call, int64_t user_id, struct running_tracker_row *ret)
{
	bool found;

	TRY(tracker_find(&call->db, user_id, ret, &found));
	return found ? ERROR_NONE : ERROR_NOT_TRACKING;
}

enum error op_stop_time_tracking(struct call *call, const struct stop_time_tracking_input *input,
                                 struct stop_time_tracking_output *output)
{
	struct timeline            timeline;
	struct running_tracker_row tracker;
	struct added               added;
	int64_t                    user_id;

	TRY(activity_whose(call, input->user_id, &user_id));
	TRY(activity_open(call, user_id, &timeline));
	TRY(find_tracker(call, user_id, &tracker));
	if (when_was_set_back(call->db.now, tracker.start_at)) /* it would save nothing of what was worked */
		return ERROR_CLOCK_WRONG;
	TRY(tracker_stop(&timeline, &tracker, &output->data, &added));
	if (tracker_is_cut(&tracker, call->db.now))
		TRY(call_note(call, "tracker_cut", "workspace=%lld user=%lld started=%lld ended=%lld",
		              (long long)call->db.workspace_id, (long long)user_id, (long long)tracker.start_at,
		              (long long)output->data.end_time));
	output->data.message = stop_message(call, &tracker, &added);
	call->message = output->data.message.data;
	return ERROR_NONE;
}

enum error op_get_current_tracker_data(struct call *call, const struct get_current_tracker_data_input *input,
                                       struct get_current_tracker_data_output *output)
{
	struct timeline            timeline;
	struct running_tracker_row tracker;
	struct stopped_tracker_row names;
	struct day_seconds_row     saved;
	int64_t                    user_id, seconds;

	TRY(activity_whose(call, input->user_id, &user_id));
	TRY(timeline_view(&call->db, user_id, &timeline));
	TRY(find_tracker(call, user_id, &tracker));
	TRY(tracker_describe(&timeline, &tracker, NONE, 0, &names));
	output->data = (struct current_tracker_row){
		.contract_id = tracker.contract_id,
		.user_id = user_id,
		.activity_description = tracker.description,
		.task_id = tracker.task_id,
		.task_title = names.task_title,
		.date = zone_day(timeline.zone, call->db.now),
	};
	TRY(sql_sum_day_seconds(&call->db, user_id, output->data.date, &saved));
	/* What ran before midnight belongs to another day. */
	TRY(tracker_seconds(&timeline, &tracker, zone_day_start(timeline.zone, output->data.date), &seconds));
	seconds += saved.work_seconds;
	output->data.total_minutes = seconds / SECONDS_PER_MINUTE + saved.break_seconds / SECONDS_PER_MINUTE;
	output->data.total_seconds = seconds % SECONDS_PER_MINUTE;
	return ERROR_NONE;
}
