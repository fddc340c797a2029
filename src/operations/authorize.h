/* What an app asks a person for (RFC 6749 4.1.1), as a browser brings it. */
#ifndef STINT_OPERATIONS_AUTHORIZE_H
#define STINT_OPERATIONS_AUTHORIZE_H

#include "contract/operation.h"
#include "statements.h"

struct authorization_request {
	struct text client_id, redirect_uri, response_type, scope, state, code_challenge, code_challenge_method;

	/* what is found */
	struct app_row app;
	struct text    back; /* where the browser is sent then */
	int64_t        scopes;
};

/* Of the input of an operation that has those fields. */
#define AUTHORIZATION_REQUEST(input)                                                                        \
	{                                                                                                       \
		.client_id = (input)->client_id, .redirect_uri = (input)->redirect_uri,                             \
		.response_type = (input)->response_type, .scope = (input)->scope, .state = (input)->state,          \
		.code_challenge = (input)->code_challenge, .code_challenge_method = (input)->code_challenge_method, \
	}

/* Who asks, and where the answer goes: ERROR_UNKNOWN_APP is for the person alone, as nobody else has proven to be an
 * app. What is wrong then (authorization_check) is told to the app. */
enum error authorization_find_app(struct call *call, struct authorization_request *request);
enum error authorization_check(struct authorization_request *request);

/* The address by which the app hears why not, with the name of this server (RFC 9207): it may have asked several. */
enum error authorization_refuse(struct call *call, const struct authorization_request *request, enum error error,
                                struct text *ret_address);

/* Or its code. */
enum error authorization_answer(struct call *call, const struct authorization_request *request, struct text code,
                                struct text *ret_address);

#endif
