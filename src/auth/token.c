/* Makes access tokens. principal.c recognises them. */
#include "auth/token.h"

#include "base/random.h"
#include "db/ids.h"
#include "statements.h"

enum error token_create(struct db_context *context, int64_t user_id, struct text name, int64_t scopes,
                        int64_t expires_at, struct text secret, int64_t *ret_id, struct text *ret_secret)
{
	if (!secret.data)
		secret = random_secret(context->arena, PERSONAL_TOKEN_PREFIX);
	struct token_row token = {
		.hash = hash_secret(context->arena, secret),
		.user_id = user_id,
		.name = name,
		.scopes = scopes,
		.expires_at = expires_at,
	};
	if (!token.hash.data)
		return ERROR_NO_MEMORY;
	TRY(ids_next(context->ids, SEQUENCE_TOKENS, &token.id));
	TRY(sql_insert_token(context, &token));
	*ret_id = token.id;
	*ret_secret = secret;
	return ERROR_NONE;
}
