/* Access tokens: random secrets, of which only the SHA-256 is stored. */
#ifndef STINT_AUTH_TOKEN_H
#define STINT_AUTH_TOKEN_H

#include "db/context.h"

/* Contract 2.2: a personal access token expires after six months. */
#define PERSONAL_TOKEN_DAYS 183

/* Every secret is such a prefix and the 43 characters of random_secret. */
#define TOKEN_PREFIX          "stint_"
#define TOKEN_CHARACTERS_MIN  (sizeof(TOKEN_PREFIX) - 1 + 43)
#define TOKEN_CHARACTERS_MAX  64
#define PERSONAL_TOKEN_PREFIX "stint_pat_"
#define INVITATION_PREFIX     "stint_inv_"

/* Makes and stores a token of the user. `secret` absent: a random one. `expires_at` NONE: never. The secret is in
 * the arena and nowhere else: show it once. */
enum error token_create(struct db_context *context, int64_t user_id, struct text name, int64_t scopes,
                        int64_t expires_at, struct text secret, int64_t *ret_id, struct text *ret_secret);

#endif
