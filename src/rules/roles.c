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
	return ERROR_NONE;
}

bool role_tracks_time(int64_t role)
{
	return role != ROLE_PROJECT_VIEWER;
}
