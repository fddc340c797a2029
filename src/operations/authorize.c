/* The first step of the authorization code flow: what an app asks for is judged, and the browser is sent on to the page
 * that asks the person, or back. Nothing is granted here. */
#include "operations/authorize.h"

#include "contract.h"
#include "rules/oauth.h"

#define ADDRESS_BYTES 3072 /* so that it fits into a header: REPLY_HEADER_BYTES */

/* A parameter of an address; left out when its value is absent or empty. */
struct named_value {
	const char *name;
	struct text value;
};

/* Without one there must be no doubt. */
static enum error find_redirect(struct authorization_request *request)
{
	const struct app_row *app = &request->app;

	if (!request->redirect_uri.length && app->redirect_uris.count == 1) {
		request->back = app->redirect_uris.items[0].uri;
		return ERROR_NONE;
	}
	for (size_t i = 0; i < app->redirect_uris.count; i++)
		if (oauth_redirect_matches(app->redirect_uris.items[i].uri, request->redirect_uri, !app->secret_hash.data)) {
			request->back = request->redirect_uri;
			return ERROR_NONE;
		}
	return ERROR_UNKNOWN_APP;
}

enum error authorization_find_app(struct call *call, struct authorization_request *request)
{
	bool found = false;

	if (request->client_id.length)
		TRY(sql_find_app_of_client(&call->db, request->client_id, &request->app, &found));
	if (!found)
		return ERROR_UNKNOWN_APP;
	TRY(sql_attach_to_app(&call->db, &request->app, 1));
	return find_redirect(request);
}

/* An app with a secret may go without, as those do that were written for the original. */
static enum error check_challenge(const struct authorization_request *request)
{
	if (!request->code_challenge.length)
		return request->code_challenge_method.length || !request->app.secret_hash.data ? ERROR_INVALID_REQUEST :
		                                                                                 ERROR_NONE;
	return text_equal(request->code_challenge_method, TEXT("S256")) &&
	               oauth_challenge_is_sound(request->code_challenge) ?
	           ERROR_NONE :
	           ERROR_INVALID_REQUEST;
}

enum error authorization_check(struct authorization_request *request)
{
	if (!request->response_type.length)
		return ERROR_INVALID_REQUEST;
	if (!text_equal(request->response_type, TEXT("code")))
		return ERROR_UNSUPPORTED_RESPONSE_TYPE;
	if (!(request->app.grant_types >> APP_GRANT_TYPE_AUTHORIZATION_CODE & 1))
		return ERROR_UNAUTHORIZED_CLIENT;
	TRY(check_challenge(request));
	return oauth_parse_scopes(request->scope, SCOPE_READ, &request->scopes) ? ERROR_NONE : ERROR_INVALID_SCOPE;
}

/* --- where the browser goes -------------------------------------------------------------------------------------- */

static enum error address_with(struct call *call, struct text address, const struct named_value *values, size_t count,
                               struct text *ret)
{
	struct buffer buffer;
	char          separator = memchr(address.data, '?', address.length) ? '&' : '?';

	buffer_init(&buffer, call->db.arena, 512, ADDRESS_BYTES);
	buffer_append_text(&buffer, address);
	for (size_t i = 0; i < count; i++) {
		if (!values[i].value.length)
			continue;
		buffer_append_char(&buffer, separator);
		buffer_append_text(&buffer, text_of(values[i].name));
		buffer_append_char(&buffer, '=');
		buffer_append_encoded(&buffer, values[i].value);
		separator = '&';
	}
	if (buffer.overflown) /* it is encoded, three bytes for one */
		return call->db.arena->exhausted ? ERROR_NO_MEMORY : ERROR_INVALID_REQUEST;
	*ret = buffer_text(&buffer);
	return ERROR_NONE;
}

static enum error back_with(struct call *call, const struct authorization_request *request, struct named_value first,
                            struct text *ret_address)
{
	const struct named_value values[] = {first, {"state", request->state}, {"iss", call->settings->public_url}};

	return address_with(call, request->back, values, sizeof(values) / sizeof(values[0]), ret_address);
}

enum error authorization_refuse(struct call *call, const struct authorization_request *request, enum error error,
                                struct text *ret_address)
{
	return back_with(call, request, (struct named_value){"error", text_of(error_info(error)->code)}, ret_address);
}

enum error authorization_answer(struct call *call, const struct authorization_request *request, struct text code,
                                struct text *ret_address)
{
	return back_with(call, request, (struct named_value){"code", code}, ret_address);
}

/* As it was understood: the page and the server read the same. Relative, because a proxy may have put the server below
 * another path. */
static enum error to_the_page(struct call *call, const struct authorization_request *request)
{
	const struct named_value values[] = {
		{"client_id", request->client_id},
		{"redirect_uri", request->redirect_uri},
		{"response_type", request->response_type},
		{"scope", request->scope},
		{"state", request->state},
		{"code_challenge", request->code_challenge},
		{"code_challenge_method", request->code_challenge_method},
	};

	return address_with(call, TEXT("../consent"), values, sizeof(values) / sizeof(values[0]), &call->redirect);
}

enum error op_authorize(struct call *call, const struct authorize_input *input)
{
	struct authorization_request request = AUTHORIZATION_REQUEST(input);
	enum error                   error = authorization_find_app(call, &request);

	if (error == ERROR_UNKNOWN_APP)
		return to_the_page(call, &request); /* which says so: nobody is sent to an address that no app has named */
	TRY(error);
	error = authorization_check(&request);
	return error ? authorization_refuse(call, &request, error, &call->redirect) : to_the_page(call, &request);
}
