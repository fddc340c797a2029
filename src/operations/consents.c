/* A person decides what an app may do for them. The page (web/) asks; here it is judged anew, and noted. */
#include "auth/token.h"
#include "base/random.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/app_grants.h"
#include "operations/authorize.h"
#include "operations/retention.h"

enum error op_get_consent(struct call *call, const struct get_consent_input *input, struct get_consent_output *output)
{
	struct authorization_request request = AUTHORIZATION_REQUEST(input);
	struct user_row              owner;
	bool                         found;

	TRY(authorization_find_app(call, &request));
	TRY(authorization_check(&request));
	TRY(sql_find_user(&call->db, request.app.owner_id, &owner, &found));
	output->data = (struct consent_row){
		.app_name = request.app.name,
		.app_owner = found ? owner.email : NO_TEXT,
		.redirect_uri = request.back,
		.scopes = request.scopes,
	};
	return ERROR_NONE;
}

/* Until the code is changed for tokens, the grant lasts no longer than that. */
static enum error make_code(struct call *call, const struct authorization_request *request, struct text *ret_code)
{
	struct db_context            *db = &call->db;
	struct text                   secret = random_secret(db->arena, CODE_PREFIX);
	struct authorization_code_row code = {
		.hash = hash_secret(db->arena, secret),
		.user_id = db->caller_id,
		.redirect_uri = request->redirect_uri.length ? request->redirect_uri : NO_TEXT,
		.code_challenge = request->code_challenge.length ? request->code_challenge : NO_TEXT,
		.expires_at = db->now + CODE_SECONDS,
	};

	if (!code.hash.data)
		return ERROR_NO_MEMORY;
	TRY(ids_next(db->ids, SEQUENCE_APP_GRANTS, &code.grant_id));
	TRY(sql_insert_app_grant(db, code.grant_id, db->caller_id, request->app.id, APP_GRANT_TYPE_AUTHORIZATION_CODE,
	                         request->scopes, code.expires_at));
	TRY(sql_insert_authorization_code(db, &code));
	TRY(retention_note(db));
	*ret_code = secret;
	return ERROR_NONE;
}

enum error op_decide_consent(struct call *call, const struct decide_consent_input *input,
                             struct decide_consent_output *output)
{
	struct authorization_request request = AUTHORIZATION_REQUEST(input);
	struct text                  code;

	TRY(authorization_find_app(call, &request));
	TRY(authorization_check(&request));
	if (input->decision == CONSENT_DECISION_DENY)
		return authorization_refuse(call, &request, ERROR_ACCESS_DENIED, &output->data.redirect_to);
	TRY(make_code(call, &request, &code));
	return authorization_answer(call, &request, code, &output->data.redirect_to);
}
