/* Who calls, and what they are in the workspace. Decides nothing about single objects: sql/policy.sql does. */
#include "auth/principal.h"

#include "base/random.h"
#include "contract.h"
#include "statements.h"

static bool bearer_secret(struct text header, struct text *ret_secret)
{
	static const char scheme[] = "Bearer ";
	size_t            length = sizeof(scheme) - 1;

	if (header.length <= length || !text_equal_ignoring_case((struct text){header.data, length}, TEXT("Bearer ")))
		return false;
	*ret_secret = text_trim((struct text){header.data + length, header.length - length});
	return ret_secret->length > 0;
}

enum error principal_from_header(struct db_context *context, struct text authorization, struct principal *ret)
{
	struct text      secret;
	struct token_row token;
	bool             found;

	if (!bearer_secret(authorization, &secret))
		return ERROR_UNAUTHENTICATED;
	TRY(sql_find_token(context, hash_secret(context->arena, secret), &token, &found));
	if (!found || token.revoked_at != NONE)
		return ERROR_UNAUTHENTICATED;
	if (token.expires_at != NONE && token.expires_at <= context->now)
		return ERROR_TOKEN_EXPIRED;
	*ret = (struct principal){.user_id = token.user_id, .token_id = token.id, .scopes = token.scopes};
	return ERROR_NONE;
}

enum error principal_enter_workspace(struct db_context *context)
{
	struct membership_row membership;
	bool                  found;

	TRY(sql_find_membership(context, &membership, &found));
	if (!found || membership.is_blocked || membership.status != MEMBER_STATUS_ACTIVE)
		return ERROR_NOT_A_MEMBER;
	context->caller_role = membership.role;
	context->sees_rates = membership.role == ROLE_OWNER || membership.rate_status == 1;
	return ERROR_NONE;
}

enum error principal_only_workspace(struct db_context *context, int64_t *ret_workspace_id, int64_t *ret_count)
{
	struct page                page = {.page = 1, .per_page = 2};
	struct user_workspace_rows workspaces;

	TRY(sql_list_caller_workspaces(context, &page, &workspaces));
	*ret_count = page.total;
	if (workspaces.count == 1)
		*ret_workspace_id = workspaces.items[0].workspace_id;
	return ERROR_NONE;
}
