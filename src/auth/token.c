/* Makes tokens. principal.c recognises them. */
#include "auth/token.h"

#include "base/random.h"
#include "db/ids.h"

/* For so long it is told of a personal token that it is over, and not just that there is none. */
#define OVER_SECONDS (30 * INT64_C(86400))

static const char *const prefixes[] = {
	[TOKEN_PERSONAL] = "stint_pat_",
	[TOKEN_SESSION] = "stint_ses_",
	[TOKEN_OAUTH] = "stint_oat_",
	[TOKEN_SIGN_IN] = "stint_ses_",
};

struct token_row token_of(int64_t user_id, struct text name, int64_t scopes)
{
	return (struct token_row){
		.user_id = user_id,
		.name = name,
		.scopes = scopes,
		.kind = TOKEN_PERSONAL,
		.only_workspace_id = NONE,
		.grant_id = NONE,
		.expires_at = NONE,
	};
}

bool token_may_be(struct text secret)
{
	return secret.length >= TOKEN_CHARACTERS_MIN && secret.length <= TOKEN_CHARACTERS_MAX &&
	       strncmp(secret.data, TOKEN_PREFIX, sizeof(TOKEN_PREFIX) - 1) == 0;
}

enum error token_create(struct db_context *context, struct token_row *token, struct text secret,
                        struct text *ret_secret)
{
	if (!secret.data)
		secret = random_secret(context->arena, prefixes[token->kind]);
	token->hash = hash_secret(context->arena, secret);
	if (!token->hash.data)
		return ERROR_NO_MEMORY;
	if (!token->id)
		TRY(ids_next(context->ids, SEQUENCE_TOKENS, &token->id));
	if (token->kind == TOKEN_PERSONAL)
		TRY(sql_forget_personal_tokens(context, token->user_id, context->now - OVER_SECONDS));
	TRY(sql_insert_token(context, token));
	*ret_secret = secret;
	return ERROR_NONE;
}
