/* Who calls, and what they are in the workspace. Decides nothing about single objects: sql/policy.sql does. */
#include "auth/principal.h"

#include "auth/token.h"
#include "base/random.h"
#include "contract.h"
#include "statements.h"

#define UNANSWERED SIZE_MAX /* as the count of rows */

static bool bearer_secret(struct text header, struct text *ret_secret)
{
	static const char scheme[] = "Bearer ";
	size_t            length = sizeof(scheme) - 1;

	if (header.length <= length || !text_equal_ignoring_case((struct text){header.data, length}, TEXT("Bearer ")))
		return false;
	*ret_secret = text_trim((struct text){header.data + length, header.length - length});
	return ret_secret->length > 0;
}

enum error principal_bearer_token(struct text authorization, struct text *ret_secret)
{
	return bearer_secret(authorization, ret_secret) ? ERROR_NONE : ERROR_UNAUTHENTICATED;
}

enum error principal_hash_token(struct arena *arena, struct text secret, bool sandbox, struct text *ret_hash)
{
	if (!sandbox && !token_may_be(secret))
		return ERROR_UNAUTHENTICATED;
	struct text hash = hash_secret(arena, secret);
	if (!hash.data)
		return ERROR_NO_MEMORY;
	*ret_hash = hash;
	return ERROR_NONE;
}

/* What the token's row says. */
static void principal_take_token(struct principal *principal)
{
	principal->user_id = principal->token.user_id;
	principal->token_id = principal->token.id;
	principal->scopes = principal->token.scopes;
	principal->kind = principal->token.kind;
	principal->only_workspace_id = principal->token.only_workspace_id;
	principal->grant_id = principal->token.grant_id;
}

bool principal_recall(struct principals *memory, struct text token_hash, struct principal *ret)
{
	struct principal principal = {.memory = memory};

	if (!memory || !principals_recall_token(memory, token_hash, &principal.token))
		return false;
	principal_take_token(&principal);
	*ret = principal;
	return true;
}

void principal_note(struct principals *memory, struct text token_hash, const struct principal *principal)
{
	if (memory)
		principals_note_token(memory, token_hash, &principal->token);
}

/* From memory, while the database is asked whether it is still so; else from the database. */
static enum error principal_find_token(struct db_context *context, struct text hash, struct principal *principal,
                                       bool *ret_found)
{
	struct principals *memory = principal->memory;

	principal->guessed_token = principal->guesses && principals_recall_token(memory, hash, &principal->token);
	*ret_found = principal->guessed_token;
	principal->tokens.count = UNANSWERED;
	if (principal->guessed_token)
		return sql_confirm_caller_token(context, hash, &principal->tokens);
	TRY(sql_find_caller_token(context, hash, &principal->token, ret_found));
	if (memory && *ret_found && principal->token.revoked_at == NONE)
		principals_note_token(memory, hash, &principal->token);
	return ERROR_NONE;
}

enum error principal_from_token(struct db_context *context, struct principals *memory, bool guesses,
                                struct text token_hash, struct principal *ret)
{
	bool found;

	*ret = (struct principal){.memory = memory, .guesses = memory && guesses};
	TRY(principal_find_token(context, token_hash, ret, &found));
	if (!found || ret->token.revoked_at != NONE)
		return ERROR_UNAUTHENTICATED;
	if (ret->token.expires_at != NONE && ret->token.expires_at <= context->now)
		return ERROR_TOKEN_EXPIRED;
	principal_take_token(ret);
	return ERROR_NONE;
}

static bool is_active(const struct membership_row *membership)
{
	return !membership->is_blocked && membership->status == MEMBER_STATUS_ACTIVE;
}

static enum error principal_find_membership(struct db_context *context, struct principal *principal, bool *ret_found)
{
	struct principals     *memory = principal->memory;
	struct membership_row *membership = &principal->membership;

	principal->guessed_membership =
		principal->guesses &&
		principals_recall_membership(memory, context->arena, context->caller_id, context->workspace_id, membership);
	*ret_found = principal->guessed_membership;
	principal->memberships.count = UNANSWERED;
	if (principal->guessed_membership)
		return sql_confirm_membership(context, &principal->memberships);
	TRY(sql_find_membership(context, membership, ret_found));
	if (memory && *ret_found && is_active(membership))
		principals_note_membership(memory, context->caller_id, context->workspace_id, membership);
	return ERROR_NONE;
}

enum error principal_enter_workspace(struct db_context *context, struct principal *principal)
{
	const struct membership_row *membership = &principal->membership;
	bool                         found;

	if (principal->only_workspace_id != NONE && principal->only_workspace_id != context->workspace_id)
		return ERROR_NOT_A_MEMBER;
	TRY(principal_find_membership(context, principal, &found));
	if (!found || !is_active(membership))
		return ERROR_NOT_A_MEMBER;
	context->caller_role = membership->role;
	context->sees_rates = membership->role == ROLE_OWNER || membership->rate_status == 1;
	context->caller_name = (struct caller_name){context->workspace_id, context->caller_id, membership->name};
	return ERROR_NONE;
}

static bool is_same_token(const struct caller_token_row *a, const struct caller_token_row *b)
{
	return a->id == b->id && a->user_id == b->user_id && a->scopes == b->scopes && a->kind == b->kind &&
	       a->only_workspace_id == b->only_workspace_id && a->grant_id == b->grant_id &&
	       a->expires_at == b->expires_at && a->revoked_at == b->revoked_at;
}

/* Of a guess without the name nothing can have been said by it. */
static bool is_same_membership(const struct membership_row *guess, const struct membership_row *b)
{
	return guess->role == b->role && guess->status == b->status && guess->is_blocked == b->is_blocked &&
	       guess->rate_status == b->rate_status && guess->owner_id == b->owner_id &&
	       (!guess->name.data || text_equal(guess->name, b->name));
}

enum error principal_confirm(struct db_context *context, const struct principal *principal, bool *ret_right)
{
	if ((principal->guessed_token && principal->tokens.count == UNANSWERED) ||
	    (principal->guessed_membership && principal->memberships.count == UNANSWERED))
		TRY(db_wait(context->connection));
	*ret_right =
		(!principal->guessed_token ||
	     (principal->tokens.count == 1 && is_same_token(&principal->token, principal->tokens.items))) &&
		(!principal->guessed_membership || (principal->memberships.count == 1 &&
	                                        is_same_membership(&principal->membership, principal->memberships.items)));
	return ERROR_NONE;
}

enum error principal_only_workspace(struct db_context *context, const struct principal *principal,
                                    int64_t *ret_workspace_id, int64_t *ret_count)
{
	struct page                page = {.page = 1, .per_page = 2};
	struct user_workspace_rows workspaces;

	TRY(sql_list_caller_workspaces(context, 0, principal->only_workspace_id, &page, &workspaces));
	*ret_count = page.total;
	if (workspaces.count == 1)
		*ret_workspace_id = workspaces.items[0].workspace_id;
	return ERROR_NONE;
}
