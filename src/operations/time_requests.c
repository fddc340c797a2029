/* Time requests (contract 3.8). */
#include "base/calendar.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/activity.h"
#include "operations/events.h"
#include "operations/manual_time.h"
#include "operations/transitions.h"
#include "rules/minutes.h"
#include "rules/roles.h"
#include "rules/when.h"

#define DAYS_MAX 31 /* of one request */

/* --- reading ----------------------------------------------------------------------------------------------------- */

static struct text zoned_text(struct arena *arena, int64_t second, int64_t offset)
{
	char text[ZONED_SIZE];

	calendar_format_zoned_instant(second, offset, text);
	return text_copy(arena, text_of(text));
}

static void request_show(struct arena *arena, struct time_request_row *row)
{
	row->start = zoned_text(arena, row->start_at, row->start_offset);
	row->end = zoned_text(arena, row->end_at, row->end_offset);
}

static enum error request_get(struct db_context *db, int64_t id, struct time_request_row *ret)
{
	TRY(sql_get_time_request(db, id, ret));
	request_show(db->arena, ret);
	return ERROR_NONE;
}

static enum error request_tell(struct db_context *db, const struct later_event *later)
{
	struct db_context       view = event_view(db);
	struct time_request_row request;

	TRY(request_get(&view, later->object_id, &request));
	return event_note(db, &(struct event){later->kind, request.id, request.user_id, request.project_id}, &request,
	                  NULL);
}

enum error op_get_time_requests(struct call *call, const struct get_time_requests_input *input,
                                struct get_time_requests_output *output)
{
	TRY(sql_list_time_requests(&call->db, input->id, input->date_from, input->date_to, input->status, input->user_id,
	                           input->project_id, &call->page, &output->data));
	for (size_t i = 0; i < output->data.count; i++)
		request_show(call->db.arena, &output->data.items[i]);
	return ERROR_NONE;
}

enum error op_get_time_request(struct call *call, const struct get_time_request_input *input,
                               struct get_time_request_output *output)
{
	return request_get(&call->db, input->time_request_id, &output->data);
}

/* --- asking ------------------------------------------------------------------------------------------------------ */

/* What the member's clocks skip was never shown by them, whatever the offset of before or after makes of it. Who says Z
 * speaks of no clock of theirs. An end belongs to the second before it: work may end as the clocks begin to skip. */
static enum error request_check_clock(struct call *call, const struct timeline *timeline, const char *field,
                                      struct zoned_instant said)
{
	int64_t local, day, instants[2];

	if (said.offset == NONE)
		return ERROR_NONE;
	local = said.second + said.offset * 60;
	day = calendar_day_of(local);
	if (zone_instants(timeline->zone, day, (local - day * SECONDS_PER_DAY) / 60, instants) ||
	    (said.offset * 60 != zone_offset(timeline->zone, said.second - SECONDS_PER_DAY) &&
	     said.offset * 60 != zone_offset(timeline->zone, said.second + SECONDS_PER_DAY)))
		return ERROR_NONE;
	return call_fault(call, field, "The %s does not exist: the member's clocks (%s) skip it.", field,
	                  timeline->owner.timezone.data);
}

static enum error request_check_span(struct call *call, const struct timeline *timeline, struct span span)
{
	int64_t tomorrow = zone_day_start(timeline->zone, zone_day(timeline->zone, call->db.now) + 1);

	if (span.end <= span.start)
		return call_fault(call, "end", "The end must be after start.");
	if (span.end - span.start > DAYS_MAX * SECONDS_PER_DAY)
		return call_fault(call, "end", "The time must not be longer than %d days.", DAYS_MAX);
	if (when_of_span(span, when_by_hand(tomorrow)) == WHEN_AHEAD)
		return call_fault(call, "end", "The time must not lie after the member's today.");
	if (zone_day(timeline->zone, span.start) < FIRST_DAY)
		return call_fault(call, "start", "The start must not lie before 1971-01-01.");
	return ERROR_NONE;
}

static enum error request_store(struct call *call, struct time_request_row *request)
{
	TRY(ids_next(call->db.ids, SEQUENCE_TIME_REQUESTS, &request->id));
	TRY(sql_insert_time_request(&call->db, request));
	return transition_begin(call, OBJECT_KIND_TIME_REQUEST, request->id, request->status, false, request_tell);
}

static struct time_request_row request_of_input(const struct call *call, const struct create_time_request_input *input,
                                                const struct timeline *timeline)
{
	return (struct time_request_row){
		.user_id = input->user_id,
		.contract_id = input->contract_id,
		.task_id = input->task_id,
		.start_at = input->start.second,
		.start_offset = input->start.offset,
		.end_at = input->end.second,
		.end_offset = input->end.offset,
		.date = zone_day(timeline->zone, input->start.second),
		.timezone = timeline->owner.timezone,
		.notes = input->notes,
		.saved_minutes = NONE,
		.status = OBJECT_STATUS_PENDING,
		.created_by = call->db.caller_id,
	};
}

enum error op_create_time_request(struct call *call, const struct create_time_request_input *input,
                                  struct create_time_request_output *output)
{
	struct span                   span = {input->start.second, input->end.second};
	struct workspace_settings_row settings;
	struct timeline               timeline;
	struct activity               activity;
	struct text                   task_title;
	struct added                  added;
	struct time_request_row       request;
	int64_t                       user_id;

	TRY(activity_whose(call, input->user_id, &user_id));
	TRY(activity_open(call, user_id, &timeline));
	TRY(activity_check_member(call, &timeline));
	TRY(activity_find(call, user_id, input->contract_id, input->task_id, &activity, &task_title));
	TRY(request_check_span(call, &timeline, span));
	TRY(request_check_clock(call, &timeline, "start", input->start));
	TRY(request_check_clock(call, &timeline, "end", (struct zoned_instant){span.end - 1, input->end.offset}));
	TRY(sql_get_workspace_settings(&call->db, &settings));
	request = request_of_input(call, input, &timeline);
	if (settings.auto_approve_time_requests || role_is_among(call->db.caller_role, settings.time_editors)) {
		activity.description = input->notes;
		TRY(manual_time_add(call, &timeline, span, &activity, &added));
		request.status = OBJECT_STATUS_APPROVED;
		request.saved_minutes = added.minutes;
		call->message = manual_time_rest(call, "Time request created successfully", span, &added);
	}
	TRY(request_store(call, &request));
	output->data = (struct made_time_request_row){request.id, request.status, request.saved_minutes};
	return ERROR_NONE;
}

/* --- deciding ---------------------------------------------------------------------------------------------------- */

static enum error request_decision(struct call *call, const struct time_request_row *request, int64_t action,
                                   struct transition_request *ret)
{
	struct workspace_settings_row settings;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	*ret = (struct transition_request){
		.kind = OBJECT_KIND_TIME_REQUEST,
		.id = request->id,
		.from = request->status,
		.action = action,
		.who = transition_who(call, request->user_id, settings.time_request_approvers),
		.update = sql_set_time_request_status,
		.tell = request_tell,
	};
	return ERROR_NONE;
}

/* Days are those of the zone that the member had when they asked. */
static enum error request_use_zone(struct timeline *timeline, struct text timezone)
{
	timeline->zone = zone_find(timezone);
	return timeline->zone ? ERROR_NONE : ERROR_INTERNAL; /* a stored zone that the machine's database has lost */
}

/* The decision comes first: whoever may not decide learns nothing of the member's time, and who comes second changes
 * nothing. */
enum error op_approve_time_request(struct call *call, const struct approve_time_request_input *input,
                                   struct approve_time_request_output *output)
{
	struct time_request_row   request;
	struct transition_request decision;
	struct timeline           timeline;
	struct activity           activity;
	struct text               task_title;
	struct added              added;
	struct span               span;
	int64_t                   status;

	TRY(sql_get_time_request(&call->db, input->time_request_id, &request));
	TRY(timeline_open(&call->db, request.user_id, &timeline));
	TRY(sql_get_time_request(&call->db, input->time_request_id, &request));
	TRY(request_decision(call, &request, OBJECT_ACTION_APPROVE, &decision));
	TRY(transition_apply(call, &decision, &status));
	TRY(activity_check_member(call, &timeline));
	TRY(activity_find(call, request.user_id, request.contract_id, request.task_id, &activity, &task_title));
	TRY(request_use_zone(&timeline, request.timezone));
	span = (struct span){request.start_at, request.end_at};
	activity.description = request.notes;
	TRY(manual_time_add(call, &timeline, span, &activity, &added));
	TRY(sql_set_saved_minutes(&call->db, request.id, added.minutes));
	call->message = manual_time_rest(call, "Time request approved successfully", span, &added);
	return request_get(&call->db, request.id, &output->data);
}

enum error op_reject_time_request(struct call *call, const struct reject_time_request_input *input,
                                  struct reject_time_request_output *output)
{
	struct time_request_row   request;
	struct transition_request decision;
	int64_t                   status;

	TRY(sql_get_time_request(&call->db, input->time_request_id, &request));
	TRY(request_decision(call, &request, OBJECT_ACTION_REJECT, &decision));
	decision.reason = input->comment;
	TRY(transition_apply(call, &decision, &status));
	return request_get(&call->db, request.id, &output->data);
}
