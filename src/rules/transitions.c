/* The transitions of each kind, and which of them is allowed. */
#include "rules/transitions.h"

#include "contract.h"

#define KIND(kind)     OBJECT_KIND_##kind
#define STATUS(status) OBJECT_STATUS_##status
#define ACTION(action) OBJECT_ACTION_##action

/* clang-format off */
static const struct transition transitions[] = {
	{KIND(TIMESHEET), STATUS(PENDING),   ACTION(SUBMIT),   BY_SUBJECT | BY_MANAGER | BY_SERVER, STATUS(SUBMITTED)},
	{KIND(TIMESHEET), STATUS(REJECTED),  ACTION(SUBMIT),   BY_SUBJECT | BY_MANAGER,             STATUS(SUBMITTED)},
	{KIND(TIMESHEET), STATUS(SUBMITTED), ACTION(UNSUBMIT), BY_SUBJECT | BY_MANAGER,             STATUS(PENDING)},
	{KIND(TIMESHEET), STATUS(SUBMITTED), ACTION(APPROVE),  BY_APPROVER | BY_SERVER,             STATUS(APPROVED)},
	{KIND(TIMESHEET), STATUS(SUBMITTED), ACTION(REJECT),   BY_APPROVER,                         STATUS(REJECTED)},
	{KIND(TIMESHEET), STATUS(APPROVED),  ACTION(REOPEN),   BY_MANAGER,                          STATUS(PENDING)},

	{KIND(TIME_REQUEST), STATUS(PENDING), ACTION(APPROVE), BY_APPROVER, STATUS(APPROVED)},
	{KIND(TIME_REQUEST), STATUS(PENDING), ACTION(REJECT),  BY_APPROVER, STATUS(REJECTED)},

	{KIND(LEAVE), STATUS(PENDING),  ACTION(APPROVE), BY_APPROVER,             STATUS(APPROVED)},
	{KIND(LEAVE), STATUS(PENDING),  ACTION(REJECT),  BY_APPROVER,             STATUS(REJECTED)},
	{KIND(LEAVE), STATUS(PENDING),  ACTION(CANCEL),  BY_SUBJECT | BY_MANAGER, STATUS(CANCELLED)},
	{KIND(LEAVE), STATUS(APPROVED), ACTION(CANCEL),  BY_APPROVER,             STATUS(CANCELLED)},

	{KIND(EXPENSE), STATUS(RECORDED), ACTION(UPDATE), BY_SUBJECT | BY_MANAGER, STATUS(RECORDED)},
	{KIND(EXPENSE), STATUS(RECORDED), ACTION(DELETE), BY_SUBJECT | BY_MANAGER, STATUS(DELETED)},
};
/* clang-format on */

enum error transition_find(int64_t kind, int64_t from, int64_t action, unsigned who, int64_t *ret_to)
{
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
		const struct transition *row = &transitions[i];

		if (row->kind != kind || row->from != from || row->action != action)
			continue;
		if (!(row->who & who))
			return ERROR_FORBIDDEN;
		*ret_to = row->to;
		return ERROR_NONE;
	}
	return ERROR_ILLEGAL_TRANSITION;
}
