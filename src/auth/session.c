/* Begins and ends sessions. principal.c recognises them, as tokens. */
#include "auth/session.h"

#include "auth/device.h"
#include "auth/token.h"
#include "base/random.h"
#include "statements.h"

#define SESSIONS_MAX 100 /* of one person at once */

struct text session_csrf_token(struct arena *arena, struct text secret)
{
	struct text word = text_format(arena, "csrf %.*s", (int)secret.length, secret.data);

	return word.data ? hash_secret(arena, word) : NO_TEXT;
}

static bool is_of_browser(const struct principal *principal)
{
	return principal && (principal->kind == TOKEN_SESSION || principal->kind == TOKEN_SIGN_IN);
}

/* Of what is over nothing is kept; of too many, the oldest is over. */
static enum error make_room(struct db_context *db, int64_t user_id)
{
	struct token_rows tokens;
	int64_t           ids[SESSIONS_MAX];
	size_t            count = 0;

	TRY(sql_forget_tokens_of_sessions(db, user_id));
	TRY(sql_list_live_tokens(db, user_id, TOKEN_SESSION, db->now, &tokens));
	for (size_t i = tokens.count; i > 0 && count < SESSIONS_MAX - 1; i--)
		ids[count++] = tokens.items[i - 1].id;
	for (size_t i = count; i < tokens.count; i++) {
		int64_t revoked;

		TRY(sql_revoke_token(db, tokens.items[i - count].id, &revoked));
	}
	return sql_forget_sessions(db, user_id, (struct integer_list){ids, count});
}

/* Keeps the one that the browser has. */
static enum error give_device(struct call *call, int64_t user_id)
{
	int64_t     number;
	struct text device =
		device_is_of(call->device, user_id, &number) ? call->device : device_new(call->db.arena, user_id);

	if (!device.data)
		return ERROR_NO_MEMORY;
	call_set_cookie(call, COOKIE_DEVICE, device, DEVICE_SECONDS);
	return ERROR_NONE;
}

enum error session_begin(struct call *call, int64_t user_id, int64_t kind, struct text *ret_csrf_token)
{
	struct db_context *db = &call->db;
	struct token_row   token = token_of(user_id, TEXT(""), kind == TOKEN_SESSION ? ALL_SCOPES : 0);
	struct text        secret, csrf_token;
	int64_t            revoked;

	token.kind = kind;
	token.expires_at = db->now + (kind == TOKEN_SESSION ? SESSION_IDLE_SECONDS : SIGN_IN_SECONDS);
	if (is_of_browser(call->principal))
		TRY(sql_revoke_token(db, call->principal->token_id, &revoked));
	TRY(make_room(db, user_id));
	TRY(token_create(db, &token, NO_TEXT, &secret));
	if (kind == TOKEN_SESSION)
		TRY(sql_insert_session(db, user_id, token.id, call->user_agent, call->client, db->now));
	csrf_token = session_csrf_token(db->arena, secret);
	if (!csrf_token.data)
		return ERROR_NO_MEMORY;
	call_set_cookie(call, COOKIE_SESSION, secret, SESSION_SECONDS);
	if (kind == TOKEN_SESSION)
		TRY(give_device(call, user_id));
	*ret_csrf_token = csrf_token;
	return ERROR_NONE;
}

enum error session_end(struct call *call)
{
	int64_t revoked;

	if (is_of_browser(call->principal))
		TRY(sql_revoke_token(&call->db, call->principal->token_id, &revoked));
	call_set_cookie(call, COOKIE_SESSION, TEXT(""), 0);
	return ERROR_NONE;
}

enum error session_end_others(struct db_context *context, int64_t user_id, int64_t but_token_id)
{
	int64_t changed;

	return sql_revoke_sessions(context, user_id, but_token_id, &changed);
}

enum error session_hold_account(struct call *call)
{
	struct token_rows tokens;

	TRY(sql_touch_user(&call->db, call->db.caller_id));
	TRY(sql_list_live_tokens(&call->db, call->db.caller_id, TOKEN_SESSION, call->db.now, &tokens));
	for (size_t i = 0; i < tokens.count; i++)
		if (tokens.items[i].id == call->principal->token_id)
			return ERROR_NONE;
	return ERROR_UNAUTHENTICATED;
}

enum error session_check_fresh(struct db_context *context, const struct principal *principal)
{
	struct session_row session;
	bool               found;

	TRY(sql_find_session(context, principal->user_id, principal->token_id, &session, &found));
	return found && session.authenticated_at > context->now - SESSION_FRESH_SECONDS ? ERROR_NONE :
	                                                                                  ERROR_PASSWORD_NEEDED;
}
