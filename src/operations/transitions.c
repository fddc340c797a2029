/* Check, guarded update, history, event. */
#include "operations/transitions.h"

#include "contract.h"
#include "rules/roles.h"

#define KIND(kind)   OBJECT_KIND_##kind
#define ACTION(name) OBJECT_ACTION_##name
#define EVENT(kind)  EVENT_KIND_##kind

static const struct {
	int64_t kind, action, event;
} transition_events[] = {
	{KIND(TIMESHEET), ACTION(CREATE), EVENT(TIMESHEET_CREATED)},
	{KIND(TIMESHEET), ACTION(SUBMIT), EVENT(TIMESHEET_SUBMITTED)},
	{KIND(TIMESHEET), ACTION(UNSUBMIT), EVENT(TIMESHEET_UNSUBMITTED)},
	{KIND(TIMESHEET), ACTION(APPROVE), EVENT(TIMESHEET_APPROVED)},
	{KIND(TIMESHEET), ACTION(REJECT), EVENT(TIMESHEET_REJECTED)},
	{KIND(TIMESHEET), ACTION(REOPEN), EVENT(TIMESHEET_REOPENED)},
	{KIND(TIME_REQUEST), ACTION(CREATE), EVENT(TIME_REQUEST_CREATED)},
	{KIND(TIME_REQUEST), ACTION(APPROVE), EVENT(TIME_REQUEST_APPROVED)},
	{KIND(TIME_REQUEST), ACTION(REJECT), EVENT(TIME_REQUEST_REJECTED)},
	{KIND(LEAVE), ACTION(CREATE), EVENT(LEAVE_CREATED)},
	{KIND(LEAVE), ACTION(APPROVE), EVENT(LEAVE_APPROVED)},
	{KIND(LEAVE), ACTION(REJECT), EVENT(LEAVE_REJECTED)},
	{KIND(LEAVE), ACTION(CANCEL), EVENT(LEAVE_CANCELLED)},
	{KIND(EXPENSE), ACTION(CREATE), EVENT(EXPENSE_CREATED)},
	{KIND(EXPENSE), ACTION(UPDATE), EVENT(EXPENSE_UPDATED)},
	{KIND(EXPENSE), ACTION(DELETE), EVENT(EXPENSE_DELETED)},
};

/* What is deleted can be read before only. */
static enum error transition_tell(struct call *call, const struct transition_request *request)
{
	for (size_t i = 0; i < sizeof(transition_events) / sizeof(transition_events[0]); i++) {
		struct later_event event = {.kind = transition_events[i].event, .object_id = request->id};

		if (transition_events[i].kind != request->kind || transition_events[i].action != request->action)
			continue;
		if (request->action == OBJECT_ACTION_DELETE)
			return request->tell(&call->db, &event);
		return event_note_later(&call->db, event.kind, event.object_id, request->tell, NULL);
	}
	return ERROR_INTERNAL; /* a transition that nobody would hear of */
}

static enum error transition_note(struct call *call, const struct transition_request *request, int64_t from, int64_t to)
{
	struct transition_row transition = {
		.kind = request->kind,
		.object_id = request->id,
		.action = request->action,
		.from_status = from,
		.to_status = to,
		.by_id = request->who == BY_SERVER ? NONE : call->db.caller_id,
		.reason = request->reason,
	};

	TRY(sql_next_transition(&call->db, request->kind, request->id, &transition.number));
	for (size_t i = 0; i < request->value_count; i++) {
		request->values[i].kind = request->kind;
		request->values[i].object_id = request->id;
		request->values[i].number = transition.number;
		request->values[i].position = (int64_t)i + 1;
	}
	TRY(sql_insert_transition(&call->db, &transition));
	return request->value_count ? sql_insert_transition_values(&call->db, request->values, request->value_count) :
	                              ERROR_NONE;
}

static const char *transition_refusal(struct call *call, const struct transition_request *request)
{
	return text_format(call->db.arena, "The %s is %s: the action \"%s\" is not possible.",
	                   enumeration_name(&enumeration_object_kind, request->kind),
	                   enumeration_name(&enumeration_object_status, request->from),
	                   enumeration_name(&enumeration_object_action, request->action))
	    .data;
}

enum error transition_apply(struct call *call, const struct transition_request *request, int64_t *ret_to)
{
	int64_t    to, changed;
	enum error error = transition_find(request->kind, request->from, request->action, request->who, &to);

	if (error == ERROR_ILLEGAL_TRANSITION)
		call->message = transition_refusal(call, request);
	if (error)
		return error;
	TRY(transition_tell(call, request));
	TRY(request->update(&call->db, request->id, request->from, to,
	                    request->who == BY_SERVER ? NONE : call->db.caller_id, request->reason, &changed));
	if (!changed)
		return ERROR_CONFLICT;
	TRY(transition_note(call, request, request->from, to));
	*ret_to = to;
	return ERROR_NONE;
}

enum error transition_begin(struct call *call, int64_t kind, int64_t id, int64_t to, bool by_server, event_teller *tell)
{
	struct transition_request beginning = {
		.kind = kind,
		.id = id,
		.action = OBJECT_ACTION_CREATE,
		.who = by_server ? BY_SERVER : 0,
		.tell = tell,
	};

	TRY(transition_tell(call, &beginning));
	return transition_note(call, &beginning, NONE, to);
}

unsigned transition_who(const struct call *call, int64_t user_id, int64_t approvers)
{
	int64_t  role = call->db.caller_role;
	bool     is_about_caller = user_id == call->db.caller_id;
	unsigned who = is_about_caller ? BY_SUBJECT : 0;

	if (role == ROLE_OWNER || role == ROLE_EXECUTIVE_MANAGER)
		who |= BY_MANAGER;
	if (role_is_among(role, approvers) && (role == ROLE_OWNER || !is_about_caller))
		who |= BY_APPROVER;
	return who;
}
