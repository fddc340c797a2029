/* Tokens: random secrets by which callers are known, of which only the SHA-256 is stored. */
#ifndef STINT_AUTH_TOKEN_H
#define STINT_AUTH_TOKEN_H

#include "db/context.h"
#include "statements.h"

/* What a token is. The codes are in the database. */
enum token_kind {
	TOKEN_PERSONAL = 1,
	TOKEN_SESSION = 2, /* in a cookie: of a person who is signed in */
	TOKEN_OAUTH = 3,   /* access of an OAuth2 app */
	TOKEN_SIGN_IN = 4  /* in a cookie: of a sign-in that waits for its second factor */
};

/* Contract 2.2: a personal access token expires after six months. */
#define PERSONAL_TOKEN_DAYS 183

/* Every secret is such a prefix and the 43 characters of random_secret. */
#define TOKEN_PREFIX         "stint_"
#define TOKEN_CHARACTERS_MIN (sizeof(TOKEN_PREFIX) - 1 + 43)
#define TOKEN_CHARACTERS_MAX 64
#define INVITATION_PREFIX    "stint_inv_"

/* The row of a personal token that never expires; what is to be otherwise is set then. */
struct token_row token_of(int64_t user_id, struct text name, int64_t scopes);

/* What it looks like says it to whoever finds one. */
bool token_may_be(struct text secret);

/* Makes and stores a token: as the row says, which is given its hash, and an id unless it has one. `secret` absent: a
 * random one. The secret is in the arena and nowhere else: show it once. */
enum error token_create(struct db_context *context, struct token_row *token, struct text secret,
                        struct text *ret_secret);

#endif
