/* What people have let apps do, and the tokens that come of it. */
#ifndef STINT_OPERATIONS_APP_GRANTS_H
#define STINT_OPERATIONS_APP_GRANTS_H

#include "contract/operation.h"
#include "statements.h"

#define CODE_SECONDS 60 /* from a browser to the app */

#define CODE_PREFIX    "stint_oac_"
#define REFRESH_PREFIX "stint_ort_"

/* Whose a refresh token is, also of one that is not kept any more: it says so itself, and nobody can make one up.
 * False: it was never given. */
bool app_grant_of_refresh_token(struct text secret, int64_t *ret_grant_id);

/* What an app is given. */
struct app_tokens {
	struct text access, refresh; /* refresh: NO_TEXT for an app that acts by its own secret */
	int64_t     scopes, expires_at;
};

/* Tokens for as much as the scopes; with a refresh token when it is `renewed`, which is good for all of the grant.
 * ERROR_INVALID_GRANT: it was revoked meanwhile. */
enum error app_grant_give(struct call *call, const struct app_grant_row *grant, int64_t scopes, bool renewed,
                          struct app_tokens *ret);

/* Ends it, with all tokens that came of it. */
enum error app_grant_revoke(struct db_context *db, int64_t user_id, int64_t id);

/* Some of what has expired in the workspace, a day after that: until then it is known who uses a code twice. Whether
 * there is more. */
enum error app_grants_forget(struct db_context *db);
enum error app_grants_are_old(struct db_context *db, bool *ret);

#endif
