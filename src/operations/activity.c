/* Finds and checks what time is spent on. */
#include "operations/activity.h"

#include "contract.h"
#include "rules/when.h"

bool activity_records_for_others(const struct call *call)
{
	return call->db.caller_role == ROLE_OWNER || call->db.caller_role == ROLE_EXECUTIVE_MANAGER;
}

enum error activity_whose(const struct call *call, int64_t user_id, int64_t *ret)
{
	*ret = user_id == NONE ? call->db.caller_id : user_id;
	return *ret == call->db.caller_id || activity_records_for_others(call) ? ERROR_NONE : ERROR_FORBIDDEN;
}

enum error activity_open(struct call *call, int64_t user_id, struct timeline *ret)
{
	enum error error = timeline_open(&call->db, user_id, ret);

	return error == ERROR_NOT_FOUND ? call_missing(call, "The member was not found.") : error;
}

enum error activity_check_member(struct call *call, const struct timeline *timeline)
{
	const struct time_owner_row *owner = &timeline->owner;

	switch (when_of_member(owner->deleted_at, owner->is_blocked, owner->role)) {
	case WHEN_LEFT:
		return call_missing(call, "The member was not found.");
	case WHEN_BLOCKED:
		return call_fault(call, "user_id", "No time is added for a member who is blocked.");
	case WHEN_ROLE:
		return call_fault(call, "user_id", "A Project viewer does not track time.");
	default:
		return ERROR_NONE;
	}
}

enum error activity_find_task(struct call *call, int64_t project_id, int64_t task_id, struct text *ret_title)
{
	struct task_title_row task;
	bool                  found;

	TRY(sql_find_task_title(&call->db, task_id, &task, &found));
	if (!found || task.deleted_at != NONE)
		return call_missing(call, "The task was not found.");
	if (project_id == NONE || task.project_id != project_id)
		return call_fault(call, "task_id", "The task is not one of the contract's project.");
	*ret_title = task.title;
	return ERROR_NONE;
}

enum error activity_find(struct call *call, int64_t user_id, int64_t contract_id, int64_t task_id, struct activity *ret,
                         struct text *ret_task_title)
{
	struct activity activity = {.work = {.contract_id = NONE, .project_id = NONE}, .task_id = task_id};
	struct text     title = NO_TEXT;
	bool            found;

	if (contract_id == NONE && task_id != NONE)
		return call_fault(call, "task_id", "The task_id field needs a contract_id.");
	if (contract_id != NONE) {
		TRY(sql_find_work(&call->db, contract_id, &activity.work, &found));
		if (!found)
			return call_missing(call, "The contract was not found.");
		if (activity.work.user_id != user_id)
			return call_fault(call, "contract_id", "The contract is not one of the member's.");
		if (activity.work.status != CONTRACT_STATUS_ACTIVE)
			return ERROR_CONTRACT_PAUSED;
	}
	if (task_id != NONE)
		TRY(activity_find_task(call, activity.work.project_id, task_id, &title));
	*ret = activity;
	*ret_task_title = title;
	return ERROR_NONE;
}
