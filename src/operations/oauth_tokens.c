/* What apps do with their tokens: come by them, renew them, ask about them and give them back (RFC 6749, 7009, 7662).
 * The app is known by then (auth/client). A code or a refresh token that comes a second time has been in other hands:
 * all that came of the same consent ends then (RFC 9700 4.14), also when the thief was first. */
#include "auth/principal.h"
#include "auth/token.h"
#include "base/random.h"
#include "base/vault.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/app_grants.h"
#include "rules/oauth.h"

/* An answer may be lost: within this the same refresh token gets the same answer, unless that was used. */
#define GRACE_SECONDS 30

/* --- what comes in ----------------------------------------------------------------------------------------------- */

/* ERROR_INVALID_GRANT: revoked, or another app's. */
static enum error find_grant(struct call *call, int64_t user_id, int64_t id, struct app_grant_row *ret)
{
	bool found;

	TRY(sql_find_app_grant(&call->db, user_id, id, ret, &found));
	return found && ret->app_id == call->app->id ? ERROR_NONE : ERROR_INVALID_GRANT;
}

/* The failure that is told, while what was stolen ends. */
static enum error withdraw(struct call *call, const struct app_grant_row *grant)
{
	TRY(app_grant_revoke(&call->db, grant->user_id, grant->id));
	TRY(call_note(call, "grant_revoked", "user=%lld app=%lld grant=%lld reason=\"a code or token was used twice\"",
	              (long long)grant->user_id, (long long)grant->app_id, (long long)grant->id));
	return call_refuse(call, ERROR_INVALID_GRANT);
}

static enum error tell_tokens(struct call *call, const struct app_tokens *tokens, struct issue_tokens_output *output)
{
	output->data = (struct issued_tokens_row){
		.token_type = TEXT("Bearer"),
		.expires_in = tokens->expires_at - call->db.now,
		.access_token = tokens->access,
		.refresh_token = tokens->refresh,
		.scope = oauth_print_scopes(call->db.arena, tokens->scopes),
	};
	return output->data.scope.data ? ERROR_NONE : ERROR_NO_MEMORY;
}

/* --- for a code -------------------------------------------------------------------------------------------------- */

/* Where the code was asked for without a challenge, a verifier shows that somebody took the challenge away on the way
 * (RFC 9700 2.1.1). */
static bool is_proven(struct arena *arena, const struct authorization_code_row *code, struct text verifier)
{
	if (!code->code_challenge.data)
		return !verifier.length;
	return oauth_verifier_is_sound(verifier) && text_equal(hash_challenge(arena, verifier), code->code_challenge);
}

static enum error by_code(struct call *call, const struct issue_tokens_input *input, struct issue_tokens_output *output)
{
	struct text                   hash = hash_secret(call->db.arena, input->code);
	struct authorization_code_row code;
	struct app_grant_row          grant;
	struct app_tokens             tokens;
	int64_t                       changed;
	bool                          found;

	if (!input->code.length)
		return ERROR_INVALID_REQUEST;
	TRY(sql_find_authorization_code(&call->db, hash, &code, &found));
	if (!found)
		return ERROR_INVALID_GRANT;
	TRY(find_grant(call, code.user_id, code.grant_id, &grant));
	if (code.used_at != NONE)
		return withdraw(call, &grant);
	if (code.expires_at <= call->db.now || !is_proven(call->db.arena, &code, input->code_verifier) ||
	    (code.redirect_uri.data && !text_equal(code.redirect_uri, input->redirect_uri)))
		return ERROR_INVALID_GRANT;
	TRY(sql_use_authorization_code(&call->db, hash, &changed));
	if (!changed)
		return ERROR_CONFLICT; /* at the same moment */
	TRY(app_grant_give(call, &grant, grant.scopes, true, &tokens));
	return tell_tokens(call, &tokens, output);
}

/* --- for a refresh token ----------------------------------------------------------------------------------------- */

/* The pair that a refresh token was changed for, for whoever has that token: nobody can read it in the database. */
static enum error seal_pair(struct call *call, struct text secret, const struct app_tokens *tokens, struct text *ret)
{
	struct vault vault;
	struct text  content = text_format(call->db.arena, "%lld\n%lld\n%s\n%s", (long long)tokens->scopes,
	                                   (long long)tokens->expires_at, tokens->access.data, tokens->refresh.data);

	vault_of(secret, (uint32_t)call->app->id, &vault);
	*ret = vault_seal(&vault, call->db.arena, content);
	return ret->data ? ERROR_NONE : ERROR_NO_MEMORY;
}

static struct text next_line(struct text *rest)
{
	const char *end = rest->length ? memchr(rest->data, '\n', rest->length) : NULL;
	struct text line = {rest->data, end ? (size_t)(end - rest->data) : rest->length};

	*rest = (struct text){line.data + line.length + (end != NULL), rest->length - line.length - (end != NULL)};
	return line;
}

static bool open_pair(struct call *call, struct text secret, struct text sealed, struct app_tokens *ret)
{
	struct vault vault;

	vault_of(secret, (uint32_t)call->app->id, &vault);
	struct text content = sealed.data ? vault_open(&vault, call->db.arena, sealed) : NO_TEXT;
	if (!content.data || !text_to_integer(next_line(&content), &ret->scopes) ||
	    !text_to_integer(next_line(&content), &ret->expires_at))
		return false;
	ret->access = next_line(&content);
	ret->refresh = content;
	return true;
}

/* The answer did not arrive, as long as what was in it is not in use. */
static enum error answer_again(struct call *call, const struct refresh_token_row *old, struct text secret,
                               const struct app_grant_row *grant, struct issue_tokens_output *output)
{
	int64_t                  ago = call->db.now - old->used_at;
	struct app_tokens        tokens;
	struct refresh_token_row next;
	bool                     found;

	if (ago > GRACE_SECONDS || ago < -GRACE_SECONDS || !open_pair(call, secret, old->successor, &tokens))
		return call->db.arena->exhausted ? ERROR_NO_MEMORY : withdraw(call, grant);
	TRY(sql_find_refresh_token(&call->db, hash_secret(call->db.arena, tokens.refresh), &next, &found));
	if (!found || next.used_at != NONE)
		return withdraw(call, grant);
	return tell_tokens(call, &tokens, output);
}

/* What was given and is not kept is old: it was used, or its grant is over. */
static enum error refuse_forgotten(struct call *call, struct text secret)
{
	struct app_grant_row grant;
	int64_t              id;
	bool                 found;

	if (!app_grant_of_refresh_token(secret, &id))
		return ERROR_INVALID_GRANT;
	TRY(sql_find_grant_of_app(&call->db, call->app->id, id, &grant, &found));
	return found ? withdraw(call, &grant) : ERROR_INVALID_GRANT;
}

static enum error by_refresh_token(struct call *call, const struct issue_tokens_input *input,
                                   struct issue_tokens_output *output)
{
	struct text              hash = hash_secret(call->db.arena, input->refresh_token), successor;
	struct refresh_token_row old;
	struct app_grant_row     grant;
	struct app_tokens        tokens;
	int64_t                  scopes, changed;
	bool                     found;

	if (!input->refresh_token.length)
		return ERROR_INVALID_REQUEST;
	TRY(sql_find_refresh_token(&call->db, hash, &old, &found));
	if (!found)
		return refuse_forgotten(call, input->refresh_token);
	TRY(find_grant(call, old.user_id, old.grant_id, &grant));
	if (old.used_at != NONE)
		return answer_again(call, &old, input->refresh_token, &grant, output);
	if (old.expires_at <= call->db.now)
		return ERROR_INVALID_GRANT;
	if (!oauth_parse_scopes(input->scope, grant.scopes, &scopes) || scopes & ~grant.scopes)
		return ERROR_INVALID_SCOPE;
	TRY(app_grant_give(call, &grant, scopes, true, &tokens));
	TRY(seal_pair(call, input->refresh_token, &tokens, &successor));
	TRY(sql_use_refresh_token(&call->db, hash, successor, &changed));
	return changed ? tell_tokens(call, &tokens, output) : ERROR_CONFLICT;
}

/* --- for the app's own secret ------------------------------------------------------------------------------------ */

/* As its owner, in the workspace that it was registered in. All its tokens are of one grant, which the owner sees. */
static enum error own_grant(struct call *call, struct app_grant_row *ret)
{
	const struct app_row *app = call->app;
	struct db_context     db = call->db;
	int64_t               changed;
	bool                  found;

	db.workspace_id = app->workspace_id;
	TRY(sql_find_own_grant_of_app(&db, app->owner_id, app->id, ret, &found));
	if (found)
		return ERROR_NONE;
	*ret = (struct app_grant_row){
		.user_id = app->owner_id, .app_id = app->id, .workspace_id = app->workspace_id, .app_name = app->name};
	TRY(sql_touch_app(&db, app->id, &changed)); /* it is not removed at the same time */
	if (!changed)
		return ERROR_INVALID_CLIENT;
	TRY(ids_next(db.ids, SEQUENCE_APP_GRANTS, &ret->id));
	return sql_insert_app_grant(&db, ret->id, app->owner_id, app->id, APP_GRANT_TYPE_CLIENT_CREDENTIALS, 0, db.now);
}

static enum error by_credentials(struct call *call, const struct issue_tokens_input *input,
                                 struct issue_tokens_output *output)
{
	struct app_grant_row grant;
	struct app_tokens    tokens;
	int64_t              scopes;

	if (!call->app->secret_hash.data)
		return ERROR_UNAUTHORIZED_CLIENT;
	if (!oauth_parse_scopes(input->scope, SCOPE_READ, &scopes))
		return ERROR_INVALID_SCOPE;
	TRY(own_grant(call, &grant));
	TRY(app_grant_give(call, &grant, scopes, false, &tokens));
	return tell_tokens(call, &tokens, output);
}

enum error op_issue_tokens(struct call *call, const struct issue_tokens_input *input,
                           struct issue_tokens_output *output)
{
	static const struct {
		struct text name;
		int64_t     type; /* that the app must have: its owner may have taken it away since */
		enum error (*issue)(struct call *call, const struct issue_tokens_input *input,
		                    struct issue_tokens_output *output);
	} ways[] = {
		{TEXT("authorization_code"), APP_GRANT_TYPE_AUTHORIZATION_CODE, by_code},
		{TEXT("refresh_token"), APP_GRANT_TYPE_AUTHORIZATION_CODE, by_refresh_token},
		{TEXT("client_credentials"), APP_GRANT_TYPE_CLIENT_CREDENTIALS, by_credentials},
	};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (text_equal(input->grant_type, ways[i].name))
			return call->app->grant_types >> ways[i].type & 1 ? ways[i].issue(call, input, output) :
			                                                    ERROR_UNAUTHORIZED_CLIENT;
	return input->grant_type.length ? ERROR_UNSUPPORTED_GRANT_TYPE : ERROR_INVALID_REQUEST;
}

/* --- giving back, and asking about ------------------------------------------------------------------------------- */

/* One of either kind, by its secret. */
struct known_secret {
	struct text              hash;
	struct token_row         access;
	struct refresh_token_row refresh;
	bool                     is_access, is_refresh;
	struct app_grant_row     grant;
};

/* ERROR_INVALID_GRANT: there is none, or it is another app's, or its grant was revoked. */
static enum error find_secret(struct call *call, struct text secret, struct known_secret *ret)
{
	ret->is_refresh = false;
	ret->hash = hash_secret(call->db.arena, secret);
	TRY(sql_find_token(&call->db, ret->hash, &ret->access, &ret->is_access));
	if (ret->is_access)
		return ret->access.grant_id == NONE ? ERROR_INVALID_GRANT :
		                                      find_grant(call, ret->access.user_id, ret->access.grant_id, &ret->grant);
	TRY(sql_find_refresh_token(&call->db, ret->hash, &ret->refresh, &ret->is_refresh));
	if (!ret->is_refresh)
		return ERROR_INVALID_GRANT;
	return find_grant(call, ret->refresh.user_id, ret->refresh.grant_id, &ret->grant);
}

/* What is not the app's to end is, for all it learns, ended already (RFC 7009 2.2). */
enum error op_give_token_back(struct call *call, const struct give_token_back_input *input)
{
	struct known_secret known;
	enum error          error = input->token.length ? find_secret(call, input->token, &known) : ERROR_INVALID_REQUEST;

	if (error == ERROR_INVALID_GRANT)
		return ERROR_NONE;
	TRY(error);
	return known.is_access ? sql_revoke_token_of_hash(&call->db, known.hash) :
	                         app_grant_revoke(&call->db, known.grant.user_id, known.grant.id);
}

/* Whether the API would let it in: the person may have left the workspace. */
static enum error is_let_in(struct call *call, const struct app_grant_row *grant, bool *ret)
{
	struct db_context db = call->db;
	struct principal  principal = {.only_workspace_id = grant->workspace_id};

	db.caller_id = grant->user_id;
	db.workspace_id = grant->workspace_id;
	enum error error = principal_enter_workspace(&db, &principal);
	*ret = !error;
	return error == ERROR_NOT_A_MEMBER ? ERROR_NONE : error;
}

static enum error tell_of_secret(struct call *call, const struct known_secret *known, struct token_state_row *ret)
{
	*ret = (struct token_state_row){
		.active = true,
		.scope = oauth_print_scopes(call->db.arena, known->is_access ? known->access.scopes : known->grant.scopes),
		.client_id = known->grant.client_id,
		.token_type = known->is_access ? TEXT("Bearer") : NO_TEXT,
		.exp = known->is_access ? known->access.expires_at : known->refresh.expires_at,
		.iat = known->is_access ? known->access.created_at : known->refresh.created_at,
		.sub = text_of_integer(call->db.arena, known->grant.user_id),
		.iss = call->settings->public_url,
		.workspace_id = known->grant.workspace_id,
	};
	return call->db.arena->exhausted ? ERROR_NO_MEMORY : ERROR_NONE;
}

/* Of what is not the app's own nothing is said (RFC 7662 2.2). */
enum error op_introspect_token(struct call *call, const struct introspect_token_input *input,
                               struct introspect_token_output *output)
{
	struct known_secret known;
	bool                active = false;

	if (!call->app->secret_hash.data)
		return ERROR_INVALID_CLIENT; /* anybody can say that they are a public app */
	enum error error = input->token.length ? find_secret(call, input->token, &known) : ERROR_INVALID_REQUEST;
	output->data = (struct token_state_row){.exp = NONE, .iat = NONE, .workspace_id = NONE};
	if (error == ERROR_INVALID_GRANT)
		return ERROR_NONE;
	TRY(error);
	if (known.is_access)
		active = known.access.revoked_at == NONE && known.access.expires_at > call->db.now;
	else
		active = known.refresh.used_at == NONE && known.refresh.expires_at > call->db.now;
	if (active)
		TRY(is_let_in(call, &known.grant, &active));
	return active ? tell_of_secret(call, &known, &output->data) : ERROR_NONE;
}
