/* Who calls: from the bearer token to a user, and from there to a role in a workspace. */
#ifndef STINT_AUTH_PRINCIPAL_H
#define STINT_AUTH_PRINCIPAL_H

#include "db/context.h"

struct principal {
	int64_t user_id;
	int64_t token_id;
	int64_t scopes; /* enum scope, or-ed */
};

/* The value of an Authorization header. ERROR_UNAUTHENTICATED: absent, of another scheme, unknown or revoked;
 * ERROR_TOKEN_EXPIRED. */
enum error principal_from_header(struct db_context *context, struct text authorization, struct principal *ret);

/* Fills the context's role and rate permission from the caller's membership of context->workspace_id.
 * ERROR_NOT_A_MEMBER: the same answer whether the workspace is unknown, deleted, foreign, or the membership is
 * blocked or not active, so that nothing can be learnt from it. */
enum error principal_enter_workspace(struct db_context *context);

/* The caller's only workspace (contract 2.9). `ret_count` says how many there are; ret_workspace_id is set when it is
 * one. */
enum error principal_only_workspace(struct db_context *context, int64_t *ret_workspace_id, int64_t *ret_count);

#endif
