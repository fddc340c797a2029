/* Sessions: people who are signed in, in a browser. A session is a token, whose secret is in a cookie, and a row that
 * says when the password was given. It knows no cookies: http/cookies does. */
#ifndef STINT_AUTH_SESSION_H
#define STINT_AUTH_SESSION_H

#include "auth/principal.h"
#include "contract/operation.h"

#define SESSION_IDLE_SECONDS  (12 * 3600)
#define SESSION_SECONDS       (30 * 86400) /* at most */
#define SESSION_FRESH_SECONDS (15 * 60)    /* in which the password need not be given again */
#define SIGN_IN_SECONDS       600          /* in which a second factor is to be given */

/* The user is signed in from here on, in this browser, as a session or as a sign-in that waits for its second factor
 * (TOKEN_SIGN_IN): under a secret of its own, whatever the browser came with. What the session that calls was ends. Of
 * an operation with x-sets-cookies. `ret_csrf_token` is what its X-CSRF-Token will be. */
enum error session_begin(struct call *call, int64_t user_id, int64_t kind, struct text *ret_csrf_token);

/* It ends, and the browser forgets it. */
enum error session_end(struct call *call);

/* The user's sessions end, but for this one; NONE: all of them. */
enum error session_end_others(struct db_context *context, int64_t user_id, int64_t but_token_id);

/* What a page of ours sends to show that it is one: it follows from the secret, which no page can read. */
struct text session_csrf_token(struct arena *arena, struct text secret);

/* Of a rule that takes turns: nobody else changes from here on what lets anybody in to the account that calls.
 * ERROR_UNAUTHENTICATED: somebody did meanwhile, and this session has ended. */
enum error session_hold_account(struct call *call);

/* ERROR_PASSWORD_NEEDED: it was not given lately. */
enum error session_check_fresh(struct db_context *context, const struct principal *principal);

#endif
