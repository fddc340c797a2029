/* Check, guarded update, history. */
#include "operations/transitions.h"

#include "contract.h"
#include "rules/roles.h"

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
	TRY(request->update(&call->db, request->id, request->from, to,
	                    request->who == BY_SERVER ? NONE : call->db.caller_id, request->reason, &changed));
	if (!changed)
		return ERROR_CONFLICT;
	TRY(transition_note(call, request, request->from, to));
	*ret_to = to;
	return ERROR_NONE;
}

enum error transition_begin(struct call *call, int64_t kind, int64_t id, int64_t to, bool by_server)
{
	struct transition_request beginning = {
		.kind = kind, .id = id, .action = OBJECT_ACTION_CREATE, .who = by_server ? BY_SERVER : 0};

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
