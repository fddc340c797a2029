/* Who calls: from the bearer token to a user, and from there to a role in a workspace. */
#ifndef STINT_AUTH_PRINCIPAL_H
#define STINT_AUTH_PRINCIPAL_H

#include "auth/principals.h"

/* The caller of one request. The rest of the struct is only for principal.c. */
struct principal {
	int64_t user_id;
	int64_t token_id;
	int64_t scopes;            /* enum scope, or-ed */
	int64_t kind;              /* enum token_kind */
	int64_t only_workspace_id; /* the one that the token reaches, or NONE: all of the user's */
	int64_t grant_id;          /* by which an app has the token, or NONE */

	struct principals       *memory; /* NULL: nothing is guessed, nor remembered */
	struct caller_token_row  token;  /* as guessed, and what the database says then */
	struct caller_token_rows tokens;
	struct membership_row    membership;
	struct membership_rows   memberships;
	bool                     guesses; /* else all is looked up, and remembered */
	bool                     guessed_token, guessed_membership;
};

/* The token in an Authorization header. ERROR_UNAUTHENTICATED: there is none. */
enum error principal_bearer_token(struct text authorization, struct text *ret_secret);

/* The hash of a token: what all that follows knows it by. ERROR_UNAUTHENTICATED: it does not look like one of ours.
 * `sandbox`: any secret does, since its tokens are words. */
enum error principal_hash_token(struct arena *arena, struct text secret, bool sandbox, struct text *ret_hash);

/* ERROR_UNAUTHENTICATED: unknown or revoked; ERROR_TOKEN_EXPIRED. With a memory and `guesses` the caller may be a
 * guess: principal_confirm it before anything is said or done because of it. */
enum error principal_from_token(struct db_context *context, struct principals *memory, bool guesses,
                                struct text token_hash, struct principal *ret);

/* Whom the token meant when it was last seen: enough to take a request in, not to refuse or answer it. False: it was
 * not seen. principal_note remembers what was found without a guess. */
bool principal_recall(struct principals *memory, struct text token_hash, struct principal *ret);
void principal_note(struct principals *memory, struct text token_hash, const struct principal *principal);

/* Fills the context's role and rate permission from the caller's membership of context->workspace_id.
 * ERROR_NOT_A_MEMBER: the same answer whether the workspace is unknown, deleted, foreign, or the membership is blocked
 * or not active, so that nothing can be learnt from it. This may be a guess, too. */
enum error principal_enter_workspace(struct db_context *context, struct principal *principal);

/* Compares the guess with what the database says, for which it waits if need be. False: it was wrong, and so may be all
 * that followed. */
enum error principal_confirm(struct db_context *context, const struct principal *principal, bool *ret_right);

/* The caller's only workspace (contract 2.9), or the only one of the token. `ret_count` says how many there are;
 * ret_workspace_id is set when it is one. */
enum error principal_only_workspace(struct db_context *context, const struct principal *principal,
                                    int64_t *ret_workspace_id, int64_t *ret_count);

#endif
