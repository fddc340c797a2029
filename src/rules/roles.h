/* What roles may do to each other. Who may call an operation is in api/ (x-roles); who sees what is in
 * sql/policy.sql. */
#ifndef STINT_RULES_ROLES_H
#define STINT_RULES_ROLES_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* A change that one member asks for on another; NONE means unchanged. Roles are codes of enum role. */
struct member_change {
	int64_t target_role;
	int64_t new_role;
	int64_t old_rate_status, new_rate_status;
	bool    caller_is_target;
	bool    caller_sees_rates;
};

/* The owner's record is changed by the owner only, and its role by nobody: ERROR_OWNER_PROTECTED. Only those who see
 * rates may say who else does, and give those another role: ERROR_FORBIDDEN. */
enum error roles_check_change(const struct member_change *change);

/* Another role or another project shows more rates to those who see rates (`rate_status`): ERROR_FORBIDDEN when the
 * caller does not see them. */
enum error roles_check_reach(int64_t rate_status, bool caller_sees_rates);

/* Whether a setting of the workspace that names roles (bits 1 << code) names this one. The owner is named by all. */
bool role_is_among(int64_t role, int64_t roles);

/* Whoever can be assigned to a project tracks time on it: everyone but a Project viewer (contract 2.8). */
bool role_tracks_time(int64_t role);

#endif
