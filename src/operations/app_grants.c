/* Grants: tokens are given by them, and end with them. */
#include "operations/app_grants.h"

#include "auth/token.h"
#include "base/calendar.h"
#include "base/random.h"
#include "base/seal.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/retention.h"

/* Contract 2.2. */
#define ACCESS_SECONDS  (15 * (int64_t)SECONDS_PER_DAY)
#define REFRESH_SECONDS (30 * (int64_t)SECONDS_PER_DAY)

#define GRANT_SEALED "grant"

#define KEPT_SECONDS      SECONDS_PER_DAY /* after the end */
#define FORGOTTEN_AT_ONCE 1000            /* of a kind */

#define TOKENS_MAX 1000 /* of a grant, of either kind: whoever revokes it has to end them all at once */

static enum error give_access(struct db_context *db, const struct app_grant_row *grant, struct app_tokens *tokens)
{
	struct token_row token = token_of(grant->user_id, grant->app_name, tokens->scopes);

	token.kind = TOKEN_OAUTH;
	token.only_workspace_id = grant->workspace_id;
	token.grant_id = grant->id;
	token.expires_at = tokens->expires_at;
	return token_create(db, &token, NO_TEXT, &tokens->access);
}

/* 256 random bits, and the sealed id of the grant. */
static struct text new_refresh_token(struct arena *arena, int64_t grant_id)
{
	struct text random = random_secret(arena, REFRESH_PREFIX);
	char        sealed[SEALED_ID_SIZE];

	seal_id(GRANT_SEALED, grant_id, sealed);
	return random.data ? text_format(arena, "%s_%s", random.data, sealed) : NO_TEXT;
}

bool app_grant_of_refresh_token(struct text secret, int64_t *ret_grant_id)
{
	size_t length = SEALED_ID_SIZE - 1;

	return secret.length > length &&
	       seal_open(GRANT_SEALED, (struct text){secret.data + secret.length - length, length}, ret_grant_id);
}

static enum error give_refresh(struct db_context *db, const struct app_grant_row *grant, struct app_tokens *tokens)
{
	struct text              secret = new_refresh_token(db->arena, grant->id);
	struct refresh_token_row token = {
		.hash = hash_secret(db->arena, secret),
		.user_id = grant->user_id,
		.grant_id = grant->id,
		.expires_at = db->now + REFRESH_SECONDS,
	};

	if (!token.hash.data)
		return ERROR_NO_MEMORY;
	TRY(sql_insert_refresh_token(db, &token));
	tokens->refresh = secret;
	return ERROR_NONE;
}

enum error app_grant_give(struct call *call, const struct app_grant_row *grant, int64_t scopes, bool renewed,
                          struct app_tokens *ret)
{
	struct db_context db = call->db;
	struct app_tokens tokens = {.scopes = scopes, .expires_at = db.now + ACCESS_SECONDS};
	int64_t           changed, until = renewed ? db.now + REFRESH_SECONDS : tokens.expires_at;

	db.workspace_id = grant->workspace_id;
	TRY(sql_use_app_grant(&db, grant->user_id, grant->id, grant->scopes | scopes, until, &changed));
	if (!changed)
		return ERROR_INVALID_GRANT;
	TRY(give_access(&db, grant, &tokens));
	TRY(sql_forget_oldest_tokens_of_grant(&db, grant->id, TOKENS_MAX));
	if (renewed) {
		TRY(give_refresh(&db, grant, &tokens));
		TRY(sql_forget_oldest_refresh_tokens_of_grant(&db, grant->id, TOKENS_MAX));
	}
	TRY(retention_note(&db));
	*ret = tokens;
	return ERROR_NONE;
}

enum error app_grant_revoke(struct db_context *db, int64_t user_id, int64_t id)
{
	struct integer_list one = {&id, 1};
	int64_t             changed;

	TRY(sql_revoke_app_grant(db, user_id, id, &changed));
	return changed ? sql_revoke_tokens_of_grants(db, one) : ERROR_NOT_FOUND;
}

enum error app_grants_forget(struct db_context *db)
{
	int64_t before = db->now - KEPT_SECONDS;

	TRY(sql_forget_authorization_codes(db, before, FORGOTTEN_AT_ONCE));
	TRY(sql_forget_refresh_tokens(db, before, FORGOTTEN_AT_ONCE));
	TRY(sql_forget_tokens_of_grants(db, before, FORGOTTEN_AT_ONCE));
	return sql_forget_app_grants(db, before, FORGOTTEN_AT_ONCE);
}

enum error app_grants_are_old(struct db_context *db, bool *ret)
{
	enum error (*const oldest[])(struct db_context *, int64_t, int64_t *) = {
		sql_oldest_authorization_code, sql_oldest_refresh_token, sql_oldest_token_of_grants, sql_oldest_app_grant};
	int64_t expires_at;

	*ret = false;
	for (size_t i = 0; i < sizeof(oldest) / sizeof(oldest[0]) && !*ret; i++) {
		TRY(oldest[i](db, db->now, &expires_at));
		*ret = expires_at < db->now - KEPT_SECONDS;
	}
	return ERROR_NONE;
}

/* --- what people see of it --------------------------------------------------------------------------------------- */

enum error op_get_grants(struct call *call, const struct get_grants_input *input, struct get_grants_output *output)
{
	(void)input;
	return sql_list_app_grants(&call->db, &call->page, &output->data);
}

enum error op_revoke_grant(struct call *call, const struct revoke_grant_input *input)
{
	return app_grant_revoke(&call->db, call->db.caller_id, input->grant_id);
}
