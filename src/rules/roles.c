/* What roles may do to each other: pure decisions, without database or HTTP. */
#include "rules/roles.h"

#include "base/text.h"
#include "contract.h"

enum error roles_check_change(const struct member_change *change)
{
	if (change->target_role == ROLE_OWNER && (!change->caller_is_target || change->new_role != NONE))
		return ERROR_OWNER_PROTECTED;
	if (change->new_rate_status != NONE && change->new_rate_status != change->old_rate_status &&
	    !change->caller_sees_rates)
		return ERROR_FORBIDDEN;
	if (change->new_role == NONE || change->new_role == change->target_role)
		return ERROR_NONE;
	return roles_check_reach(change->old_rate_status, change->caller_sees_rates);
}

enum error roles_check_reach(int64_t rate_status, bool caller_sees_rates)
{
	return rate_status == 1 && !caller_sees_rates ? ERROR_FORBIDDEN : ERROR_NONE;
}

bool role_is_among(int64_t role, int64_t roles)
{
	return role == ROLE_OWNER || (roles >> role & 1);
}

bool role_tracks_time(int64_t role)
{
	return role != ROLE_PROJECT_VIEWER;
}
