/* Leaves (contract 3.9): asked for, decided, cancelled. */
#include "operations/leaves.h"

#include "base/calendar.h"
#include "base/decimal.h"
#include "db/ids.h"
#include "operations/activity.h"
#include "operations/events.h"
#include "operations/transitions.h"
#include "rules/leaves.h"

#define DAYS_MAX 366 /* of one leave */

/* --- reading ----------------------------------------------------------------------------------------------------- */

static enum error leave_show(struct arena *arena, struct leave_row *leave)
{
	bool                    by_hours = leave->time_unit == LEAVE_TIME_UNIT_HOURS;
	struct leave_total_row *total = arena_alloc(arena, sizeof(*total));

	if (!total)
		return ERROR_NO_MEMORY;
	*total = (struct leave_total_row){
		.days = by_hours ? NONE : leave_amount_shown(leave->charged, leave->time_unit),
		.hours = leave_amount_shown(leave->minutes, LEAVE_TIME_UNIT_HOURS),
		.minutes = leave->minutes,
	};
	leave->total = total;
	leave->approved_by = leave->status == OBJECT_STATUS_APPROVED ? leave->status_by : NONE;
	leave->rejected_by = leave->status == OBJECT_STATUS_REJECTED ? leave->status_by : NONE;
	leave->reject_reason = leave->status == OBJECT_STATUS_REJECTED ? leave->status_reason : NO_TEXT;
	leave->hours_per_day = by_hours ? leave_amount_shown(leave->day_minutes, LEAVE_TIME_UNIT_HOURS) : NONE;
	return ERROR_NONE;
}

static enum error leave_get(struct db_context *db, int64_t id, struct leave_row *ret)
{
	TRY(sql_get_leave(db, id, ret));
	return leave_show(db->arena, ret);
}

static enum error leave_tell(struct db_context *db, const struct later_event *later)
{
	struct db_context view = event_view(db);
	struct leave_row  leave;

	TRY(leave_get(&view, later->object_id, &leave));
	return event_note(db, &(struct event){later->kind, leave.id, leave.user_id, .project_id = NONE}, &leave, NULL);
}

enum error op_get_leaves(struct call *call, const struct get_leaves_input *input, struct get_leaves_output *output)
{
	TRY(sql_list_leaves(&call->db, input->id, input->user_id, input->policy_id, input->is_paid, input->date_from,
	                    input->date_to, input->status, &call->page, &output->data));
	for (size_t i = 0; i < output->data.count; i++)
		TRY(leave_show(call->db.arena, &output->data.items[i]));
	return ERROR_NONE;
}

/* --- what may be asked for --------------------------------------------------------------------------------------- */

static enum error leave_check_dates(struct call *call, const struct create_leave_request_input *input,
                                    const struct timeline *timeline, const struct leave_policy_row *policy,
                                    const struct workspace_settings_row *settings)
{
	if (input->end - input->start >= DAYS_MAX)
		return call_fault(call, "end", "A leave must not be longer than %d days.", DAYS_MAX);
	if (input->start < 365 || input->end > DAY_MAX - 1)
		return call_fault(call, "start", "The days must lie between 1971-01-01 and 9999-12-30.");
	if (policy->notice_required && settings->leave_notice_days > 0 &&
	    input->start - zone_day(timeline->zone, call->db.now) < settings->leave_notice_days)
		return call_fault(call, "start", "This leave must be asked for %lld days before it begins.",
		                  (long long)settings->leave_notice_days);
	return ERROR_NONE;
}

/* In hours: what is asked for on each day, by the clock. */
static enum error leave_read_hours(struct call *call, const struct create_leave_request_input *input,
                                   struct leave_row *leave)
{
	int64_t start = input->start_time, end = input->end_time;

	if (start == NONE || start >= MINUTES_PER_DAY)
		return call_fault(call, "start_time", "A policy in hours needs a start_time as HH:mm.");
	if (end == NONE || end > MINUTES_PER_DAY || end <= start)
		return call_fault(call, "end_time", "A policy in hours needs an end_time as HH:mm, after start_time.");
	if (input->hours_per_day == NONE)
		return call_fault(call, "hours_per_day", "A policy in hours needs the hours_per_day.");
	if (input->leave_period != FULL_DAY)
		return call_fault(call, "leave_period", "A policy in hours has no half days.");
	TRY(leave_amount_read(call, "hours_per_day", input->hours_per_day, LEAVE_TIME_UNIT_HOURS, &leave->day_minutes));
	if (leave->day_minutes == 0 || leave->day_minutes > end - start)
		return call_fault(call, "hours_per_day", "The hours_per_day must be above 0 and fit between the times.");
	leave->start_time = start;
	leave->end_time = end;
	return ERROR_NONE;
}

static enum error leave_pass_over(struct call *call, const char *field, int64_t value)
{
	if (value != NONE && call->strict)
		return call_fault(call, field, "A policy in days takes no %s.", field);
	if (value != NONE)
		call_ignored(call, text_of(field));
	return ERROR_NONE;
}

/* In days: whole ones and halves, whatever else is said. */
static enum error leave_read_days(struct call *call, const struct create_leave_request_input *input)
{
	enum error error = leave_pass_over(call, "start_time", input->start_time);

	error = leave_pass_over(call, "end_time", input->end_time) ?: error;
	return leave_pass_over(call, "hours_per_day", input->hours_per_day) ?: error;
}

/* The part of a day that a leave takes, in minutes since midnight; of halves, noon is the border. */
static struct span leave_part_of_day(int64_t day, int64_t start_day, int64_t period, int64_t start_minute,
                                     int64_t end_minute)
{
	if (start_minute != NONE)
		return (struct span){start_minute, end_minute};
	if (day != start_day || period == FULL_DAY)
		return (struct span){0, MINUTES_PER_DAY};
	return period == SECOND_HALF ? (struct span){MINUTES_PER_DAY / 2, MINUTES_PER_DAY} :
	                               (struct span){0, MINUTES_PER_DAY / 2};
}

/* Two that share more than a day overlap; of one day their parts may stand side by side. */
static bool leaves_overlap(const struct leave_row *leave, const struct leave_day_span_row *other)
{
	int64_t first = leave->start_date > other->start_day ? leave->start_date : other->start_day;
	int64_t last = leave->end_date < other->end_day ? leave->end_date : other->end_day;

	for (int64_t day = first; day <= last; day++) {
		struct span both = span_overlap(
			leave_part_of_day(day, leave->start_date, leave->leave_period, leave->start_time, leave->end_time),
			leave_part_of_day(day, other->start_day, other->leave_period, other->start_minute, other->end_minute));

		if (both.end > both.start)
			return true;
	}
	return false;
}

static enum error leave_check_free(struct call *call, const struct leave_row *leave)
{
	struct leave_day_span_rows others;

	TRY(sql_list_overlapping_leaves(&call->db, leave->user_id, leave->start_date, leave->end_date, &others));
	for (size_t i = 0; i < others.count; i++)
		if (leaves_overlap(leave, &others.items[i]))
			return ERROR_LEAVE_OVERLAPS;
	return ERROR_NONE;
}

/* --- asking ------------------------------------------------------------------------------------------------------ */

/* What is not worked, by the settings and the holidays of now, is not charged. */
static enum error leave_charge_days(struct call *call, const struct workspace_settings_row *settings,
                                    const struct leave_row *leave, struct leave_day_rows *ret)
{
	bool                 by_hours = leave->time_unit == LEAVE_TIME_UNIT_HOURS;
	size_t               room = (size_t)(leave->end_date - leave->start_date + 1);
	struct leave_charge *charges = arena_alloc_array(call->db.arena, room, sizeof(*charges));
	struct holiday_rows  holidays;
	struct free_day     *free_days;

	TRY(sql_list_holidays_between(&call->db, leave->start_date, leave->end_date, &holidays));
	free_days = arena_alloc_array(call->db.arena, holidays.count + 1, sizeof(*free_days));
	ret->items = arena_alloc_array(call->db.arena, room, sizeof(*ret->items));
	if (!charges || !free_days || !ret->items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < holidays.count; i++)
		free_days[i] = (struct free_day){holidays.items[i].date, holidays.items[i].quarters};
	ret->count = leave_charges(
		&(struct leave_span){leave->start_date, leave->end_date, leave->day_minutes, by_hours, leave->leave_period},
		&(struct working_time){settings->working_days, free_days, holidays.count}, charges);
	for (size_t i = 0; i < ret->count; i++)
		ret->items[i] = (struct leave_day_row){NONE, charges[i].day, charges[i].amount, charges[i].minutes};
	return ret->count ? ERROR_NONE : call_fault(call, "end", "Nobody works on any of these days.");
}

static enum error leave_store(struct call *call, struct leave_row *leave, struct leave_day_rows *days)
{
	TRY(ids_next(call->db.ids, SEQUENCE_LEAVES, &leave->id));
	for (size_t i = 0; i < days->count; i++) {
		days->items[i].leave_id = leave->id;
		leave->charged += days->items[i].amount;
		leave->minutes += days->items[i].minutes;
	}
	TRY(sql_insert_leave(&call->db, leave));
	TRY(sql_insert_leave_days(&call->db, days->items, days->count));
	return transition_begin(call, OBJECT_KIND_LEAVE, leave->id, OBJECT_STATUS_PENDING, false, leave_tell);
}

static enum error leave_find_policy(struct call *call, const struct create_leave_request_input *input,
                                    struct leave_policy_row *ret)
{
	enum error error = sql_get_leave_policy(&call->db, input->policy_id, ret);

	if (error == ERROR_NOT_FOUND)
		return call_missing(call, "The policy was not found.");
	if (!error && ret->reason_required && !input->reason.length)
		return call_fault(call, "reason", "The reason field is required.");
	return error;
}

enum error op_create_leave_request(struct call *call, const struct create_leave_request_input *input,
                                   struct create_leave_request_output *output)
{
	struct workspace_settings_row settings;
	struct leave_policy_row       policy;
	struct leave_day_rows         days;
	struct timeline               timeline;
	struct leave_row              leave;
	int64_t                       user_id;

	TRY(activity_whose(call, input->user_id, &user_id));
	TRY(activity_open(call, user_id, &timeline)); /* so that two requests do not both find the days free */
	TRY(activity_check_member(call, &timeline));
	TRY(leave_find_policy(call, input, &policy));
	TRY(sql_get_workspace_settings(&call->db, &settings));
	TRY(leave_check_dates(call, input, &timeline, &policy, &settings));
	leave = (struct leave_row){
		.user_id = user_id,
		.policy_id = policy.id,
		.time_unit = policy.time_unit,
		.status = OBJECT_STATUS_PENDING,
		.note = input->reason,
		.is_paid = policy.is_paid,
		.created_by = call->db.caller_id,
		.start_date = input->start,
		.end_date = input->end,
		.leave_period = input->leave_period,
		.start_time = NONE,
		.end_time = NONE,
		.day_minutes = policy.day_minutes,
	};
	TRY(policy.time_unit == LEAVE_TIME_UNIT_HOURS ? leave_read_hours(call, input, &leave) :
	                                                leave_read_days(call, input));
	TRY(leave_charge_days(call, &settings, &leave, &days));
	TRY(leave_check_free(call, &leave));
	TRY(leave_store(call, &leave, &days));
	TRY(leave_check_balance(call, &leave));
	return leave_get(&call->db, leave.id, &output->data);
}

/* --- deciding ---------------------------------------------------------------------------------------------------- */

/* Locks the member's timeline, and decides then. */
static enum error leave_decide(struct call *call, int64_t id, int64_t action, struct text reason,
                               struct timeline *ret_timeline, struct leave_row *ret)
{
	struct workspace_settings_row settings;
	struct transition_request     decision;
	int64_t                       status;

	TRY(sql_get_leave(&call->db, id, ret));
	TRY(timeline_open(&call->db, ret->user_id, ret_timeline));
	TRY(sql_get_leave(&call->db, id, ret));
	TRY(sql_get_workspace_settings(&call->db, &settings));
	decision = (struct transition_request){
		.kind = OBJECT_KIND_LEAVE,
		.id = id,
		.from = ret->status,
		.action = action,
		.who = transition_who(call, ret->user_id, settings.leave_approvers),
		.update = sql_set_leave_status,
		.tell = leave_tell,
		.reason = reason,
	};
	return transition_apply(call, &decision, &status);
}

enum error op_approve_leave(struct call *call, const struct approve_leave_input *input,
                            struct approve_leave_output *output)
{
	struct timeline  timeline;
	struct leave_row leave;
	int64_t          missing = 0;

	TRY(leave_decide(call, input->leave_id, OBJECT_ACTION_APPROVE, NO_TEXT, &timeline, &leave));
	TRY(activity_check_member(call, &timeline));
	TRY(leave_check_balance(call, &leave));
	if (leave.is_paid == LEAVE_PAID_YES)
		TRY(leave_time_add(call, &timeline, &leave, &missing));
	if (missing)
		call->message = text_format(call->db.arena,
		                            "Leave approved successfully: its days have no room for %lld of its %lld minutes.",
		                            (long long)missing, (long long)leave.minutes)
		                    .data;
	return leave_get(&call->db, leave.id, &output->data);
}

enum error op_reject_leave(struct call *call, const struct reject_leave_input *input,
                           struct reject_leave_output *output)
{
	struct timeline  timeline;
	struct leave_row leave;

	TRY(leave_decide(call, input->leave_id, OBJECT_ACTION_REJECT, input->reason, &timeline, &leave));
	return leave_get(&call->db, leave.id, &output->data);
}

enum error op_cancel_leave(struct call *call, const struct cancel_leave_input *input,
                           struct cancel_leave_output *output)
{
	struct timeline  timeline;
	struct leave_row leave;

	TRY(leave_decide(call, input->leave_id, OBJECT_ACTION_CANCEL, NO_TEXT, &timeline, &leave));
	if (leave.status == OBJECT_STATUS_APPROVED)
		TRY(leave_time_remove(call, &timeline, leave.id));
	return leave_get(&call->db, leave.id, &output->data);
}
