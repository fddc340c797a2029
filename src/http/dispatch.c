/* The life of a request, in two steps. At its header: id, route, and what its caller may not do in any case. When it is
 * complete, in one transaction: admit (token, rate limit, input, membership, role) and act, then reply.
 *
 * execute.c says on which thread that happens. It decides nothing about single operations: their rows do. */
#include "http/dispatch.h"

#include "auth/client.h"
#include "auth/principal.h"
#include "auth/session.h"
#include "auth/token.h"
#include "auth/uses.h"
#include "base/clock.h"
#include "base/log.h"
#include "contract.h"
#include "http/bind.h"
#include "http/connections.h"
#include "http/cookies.h"
#include "http/execute.h"
#include "http/file_reply.h"
#include "http/format.h"
#include "http/guesses.h"
#include "http/hub.h"
#include "http/kept_answers.h"
#include "http/reply.h"
#include "http/route.h"
#include "http/sandbox.h"
#include "http/server.h"
#include "http/service.h"
#include "http/system.h"
#include "operations/events.h"

#define KEY_CHARACTERS_MAX 255

/* --- admission --------------------------------------------------------------------------------------------------- */

/* Which kinds of tokens each security is for. */
static const unsigned kinds_of[] = {
	[SECURITY_BEARER_AUTH] = 1 << TOKEN_PERSONAL | 1 << TOKEN_OAUTH | 1 << TOKEN_SESSION,
	[SECURITY_SESSION] = 1 << TOKEN_SESSION,
	[SECURITY_SIGN_IN] = 1 << TOKEN_SIGN_IN,
};
static const unsigned kinds_in_cookies = 1 << TOKEN_SESSION | 1 << TOKEN_SIGN_IN;

/* Whether what the caller is known by is good for this operation. A session that comes as a token, or the other way
 * round, is neither: it would pass by what protects the other. */
static enum error check_credential(struct request *request, const struct principal *principal)
{
	const struct operation *operation = request->operation;
	unsigned                kind = 1u << principal->kind;

	if (!(kind & kinds_in_cookies) != !request->call.session.data)
		return ERROR_UNAUTHENTICATED;
	if (!(kind & kinds_of[operation->security]))
		return kind & kinds_in_cookies ? ERROR_UNAUTHENTICATED : ERROR_SESSION_REQUIRED;
	if (operation->scope && !(principal->scopes & operation->scope))
		return ERROR_INSUFFICIENT_SCOPE;
	return operation->fresh ? session_check_fresh(&request->call.db, principal) : ERROR_NONE;
}

/* Its callers are known by one. */
static bool has_token(const struct operation *operation)
{
	return operation->security != SECURITY_NOBODY && operation->security != SECURITY_CLIENT;
}

static enum error identify(struct request *request)
{
	struct service    *service = service_of(request);
	struct principals *memory = service->reads_inline ? NULL : service->principals;
	struct principal  *principal = arena_new(&request->arena, struct principal);

	if (!principal)
		return ERROR_NO_MEMORY;
	request->principal = principal;
	TRY(principal_from_token(&request->call.db, memory, !request->guessed_wrong, request->token_hash, principal));
	request->call.db.caller_id = principal->user_id;
	request->call.principal = principal;
	TRY(rate_check(request, principal));
	return check_credential(request, principal);
}

static struct text text_field(const struct request *request, int index)
{
	const struct field *field = &request->operation->input.fields[index];

	return *(const struct text *)((const char *)request->input + field->offset);
}

/* An app that calls as itself, by what it says in the header or in the body. */
static enum error identify_client(struct request *request)
{
	const struct operation *operation = request->operation;
	struct client_claim     claim = {
			.authorization = request->authorization,
			.id = text_field(request, operation->client_id_field),
			.secret = text_field(request, operation->client_secret_field),
    };
	struct app_row *app = arena_new(&request->arena, struct app_row);

	if (!app)
		return ERROR_NO_MEMORY;
	request->call.app = app;
	TRY(client_authenticate(&request->call.db, &claim, app));
	return rate_check_app(request, app->id);
}

/* From the input, else the caller's only workspace (contract 2.9). */
static enum error find_workspace(struct request *request)
{
	const struct operation *operation = request->operation;
	const struct field     *field = &operation->input.fields[operation->workspace_id_field];
	int64_t                *workspace_id = (int64_t *)((char *)request->input + field->offset);
	int64_t                 count;

	if (*(bool *)((char *)request->input + field->given_offset)) {
		request->call.db.workspace_id = *workspace_id;
		return ERROR_NONE;
	}
	for (const struct fault *fault = request->call.faults; fault; fault = fault->next)
		if (text_equal(fault->field, field->name))
			return ERROR_INVALID; /* given, but not a number */
	TRY(principal_only_workspace(&request->call.db, request->principal, workspace_id, &count));
	if (count > 1) { /* in the documented words (contract 2.4) */
		request->call.message =
			request->method == METHOD_GET ? "workspace_id is required" : "workspace_id is required in request body";
		return ERROR_WORKSPACE_REQUIRED;
	}
	if (count == 0)
		return ERROR_NOT_A_MEMBER;
	request->call.db.workspace_id = *workspace_id;
	return ERROR_NONE;
}

static enum error check_role(struct request *request)
{
	TRY(principal_enter_workspace(&request->call.db, request->principal));
	return request->operation->roles & (1u << request->call.db.caller_role) ? ERROR_NONE : ERROR_FORBIDDEN;
}

static enum error enter_workspace(struct request *request)
{
	const struct operation *operation = request->operation;

	if (!operation->in_workspace)
		return ERROR_NONE;
	TRY(find_workspace(request));
	return check_role(request);
}

static void take_page(struct request *request)
{
	const struct operation *operation = request->operation;

	if (!operation->paginated)
		return;
	const char *input = request->input;
	request->call.page.page = *(const int64_t *)(input + operation->input.fields[operation->page_field].offset);
	request->call.page.per_page = *(const int64_t *)(input + operation->input.fields[operation->per_page_field].offset);
}

void request_bind(struct request *request)
{
	if (request->input)
		return;
	request->unreadable = bind_input(request);
	request->unreadable_message = request->call.message;
	request->call.message = NULL;
}

/* Who calls, then whether they may, then whether what they sent makes sense: nobody learns more than they may, and
 * nobody unknown gets anything parsed. */
enum error request_admit(struct request *request)
{
	if (request->operation->guesses)
		TRY(guesses_check(request));
	if (has_token(request->operation))
		TRY(identify(request));
	request_bind(request);
	if (request->unreadable) {
		request->call.message = request->unreadable_message;
		return request->unreadable;
	}
	if (request->operation->security == SECURITY_CLIENT)
		TRY(identify_client(request));
	TRY(enter_workspace(request));
	if (request->call.faults)
		return ERROR_INVALID;
	if (request->idempotency_key.length > KEY_CHARACTERS_MAX || !text_is_utf8(request->idempotency_key)) {
		request->call.message = "The Idempotency-Key must be at most 255 characters.";
		return ERROR_BAD_REQUEST;
	}
	take_page(request);
	request->admitted = true;
	return ERROR_NONE;
}

/* What came of a request whose caller was guessed. A wrong guess is forgotten by the next try, which looks. */
enum error request_confirm(struct request *request, enum error error)
{
	bool right = true;

	if (!request->principal || (error && error_info(error)->status >= 500))
		return error; /* nothing of it reaches anybody */
	enum error asked = principal_confirm(&request->call.db, request->principal, &right);
	if (right) {
		uses_note(service_of(request)->uses, request->principal, request->token_hash, request->call.db.now);
		return error ? error : asked;
	}
	request->guessed_wrong = true;
	return ERROR_CONFLICT;
}

/* --- the rule, in a transaction ---------------------------------------------------------------------------------- */

/* If-Match of what changes an object: nobody overwrites what they have not seen. Whether there is an object at all is
 * for the rule to say. An object that no GET reads by itself has no tag that could match. */
static enum error check_unchanged(struct request *request)
{
	const struct operation *reader = request->reader;
	struct text             tags = request->if_match;
	void                   *input, *output;

	if (!tags.data || text_equal(tags, TEXT("*")) ||
	    (request->method != METHOD_PUT && request->method != METHOD_DELETE))
		return ERROR_NONE;
	if (!reader || reader->data_kind != DATA_OBJECT)
		return ERROR_PRECONDITION_FAILED;
	input = bind_reader(request);
	output = arena_alloc(&request->arena, reader->output_size);
	if (!input || !output)
		return ERROR_NO_MEMORY;
	TRY(reader->run(&request->call, input, output));
	return reply_matches(request, output, tags) ? ERROR_NONE : ERROR_PRECONDITION_FAILED;
}

/* A value that memory was too short for was absent in the rule, and absence has a meaning of its own: no filter, NULL,
 * no header. What asks for more than a request may have will do so again: it is told to ask for less. */
static enum error memory_verdict(const struct request *request, enum error error)
{
	if (error != ERROR_NO_MEMORY && !request->arena.exhausted)
		return error;
	return request->method == METHOD_GET && request->arena.limited ? ERROR_ANSWER_TOO_LARGE : ERROR_NO_MEMORY;
}

static enum error make_reply(struct request *request)
{
	if (request->call.refused) {
		reply_error(request, request->call.refused);
		return ERROR_NONE;
	}
	if (request->format == REPLY_SSE)
		return hub_open(service_of(request)->hub, request);
	return request->to_file ? file_reply_end(request) : reply_success(request);
}

static enum error run_and_reply(struct request *request)
{
	const struct operation *operation = request->operation;
	struct event_queue      later;
	enum error              error;

	request->output = arena_alloc(&request->arena, operation->output_size);
	if (!request->output)
		return ERROR_NO_MEMORY;
	TRY(check_unchanged(request));
	if (request->to_file)
		TRY(file_reply_begin(request));
	request->call.is_live = request->format == REPLY_SSE;
	events_begin(&request->call.db, &later);
	error = operation->run(&request->call, request->input, request->output);
	error = events_end(&request->call.db, error);
	if (!error && operation->guesses & GUESSES_ACCOUNT && !request->call.guessed_account)
		return ERROR_INTERNAL; /* a rule must not forget it */
	if (!error)
		error = make_reply(request);
	if (!error && request->method == METHOD_GET && !server_charge(request))
		error = ERROR_UNAVAILABLE;
	return memory_verdict(request, error);
}

/* All that a request does in its transaction. Each try admits anew: things may have changed since the last one. */
enum error request_act(struct request *request)
{
	if (!request->operation) {
		if (db_check(request->call.db.connection, &request->arena))
			return ERROR_UNAVAILABLE;
		request->answer(service_of(request), request);
		return ERROR_NONE;
	}
	enum error error = request_admit(request);
	if (!error)
		error = kept_answers_wanted(request) ? kept_answers_run(request, run_and_reply) : run_and_reply(request);
	return request_confirm(request, error);
}

/* --- arrival ----------------------------------------------------------------------------------------------------- */

static void init_call(struct request *request)
{
	struct service *service = service_of(request);

	request->started = clock_monotonic();
	random_request_id(request->id);
	request->call = (struct call){
		.db = {.arena = &request->arena, .ids = service->ids, .now = clock_now()},
		.settings = &service->settings,
	};
	request->client = client_find(request->peer, request->forwarded_for, &service->trusted_proxies);
}

/* Cross-origin requests of browsers, if the operator named an origin. True: a preflight, answered. */
static bool answer_cors(struct request *request)
{
	const char *allowed = service_of(request)->cors_origin;

	if (!allowed || !request->origin.data)
		return false;
	reply_header(request, "Vary", "Origin");
	if (strcmp(allowed, "*") != 0 && !text_equal(text_of(allowed), request->origin))
		return false;
	reply_header(request, "Access-Control-Allow-Origin", allowed);
	reply_header(request, "Access-Control-Expose-Headers",
	             "Content-Disposition, ETag, Idempotency-Replayed, Link, Location, Retry-After, X-RateLimit-Limit, "
	             "X-RateLimit-Remaining, "
	             "X-RateLimit-Reset, X-Next-Since, X-Request-Id");
	if (!text_equal(request->method_name, TEXT("OPTIONS")) || !request->access_control_request_method.data)
		return false;
	reply_header(request, "Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE");
	reply_header(request, "Access-Control-Allow-Headers",
	             "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Prefer");
	reply_header(request, "Access-Control-Max-Age", "600");
	reply_body(request, 204, NULL, NO_TEXT);
	return true;
}

/* The caller, if known a moment ago, or found where a look-up is at hand. The transaction to come asks again. */
static enum error recognise(struct request *request)
{
	struct principals *memory = service_of(request)->principals;
	struct principal   seen;

	if (principal_recall(memory, request->token_hash, &seen))
		return rate_check(request, &seen);
	TRY(execute_look_up(request, identify));
	if (request->principal && request->principal->user_id)
		principal_note(memory, request->token_hash, request->principal);
	return ERROR_NONE;
}

static enum error hash_token(struct request *request)
{
	struct known_token *known = request->known_token;
	struct text         said = request->authorization, secret;

	if (!said.data && request->cookie.data)
		return cookies_find_session(request);
	if (known && known->length && text_equal(said, (struct text){known->authorization, known->length})) {
		request->token_hash = (struct text){known->hash, sizeof(known->hash) - 1};
		return ERROR_NONE;
	}
	TRY(principal_bearer_token(said, &secret));
	TRY(principal_hash_token(&request->arena, secret, service_of(request)->settings.demo, &request->token_hash));
	if (known && said.length <= sizeof(known->authorization)) {
		memcpy(known->authorization, said.data, said.length);
		memcpy(known->hash, request->token_hash.data, sizeof(known->hash));
		known->length = said.length;
	}
	return ERROR_NONE;
}

/* A body is not taken from somebody unknown, and no file is made for them, and what is no token of ours shows that by
 * its form. */
static enum error admit_body(struct request *request)
{
	const struct operation *operation = request->operation;

	if (operation->body_limit)
		request->body_limit = operation->body_limit;
	if (operation->guesses & GUESSES_ACCOUNT)
		request->call.guesses = service_of(request)->account_guesses;
	if (operation->guesses)
		TRY(guesses_check(request));
	if (operation->sets_cookies)
		TRY(cookies_admit(request));
	if (!has_token(operation))
		return ERROR_NONE;
	TRY(hash_token(request));
	return request->has_body || request->to_file ? recognise(request) : ERROR_NONE;
}

enum error dispatch_header(struct request *request)
{
	init_call(request);
	enum error error = request->refused ? request->refused : sandbox_admit(service_of(request), request);
	bool       is_preflight = answer_cors(request); /* a page must be able to read a refusal, too */
	TRY(error);
	if (is_preflight)
		return ERROR_NONE;
	request->place = system_find(service_of(request), request);
	if (request->place != SYSTEM_NOWHERE) {
		request->body_limit = SYSTEM_BODY_BYTES;
		return ERROR_NONE;
	}
	TRY(route_request(request));
	format_choose(request);
	if (request->format == REPLY_SSE)
		TRY(hub_resume(request));
	return admit_body(request);
}

void dispatch_request(struct request *request)
{
	if (request->refused == ERROR_BODY_TOO_LARGE)
		request->call.message = text_format(&request->arena, "The request body is larger than %llu bytes.",
		                                    (unsigned long long)request->body_limit)
		                            .data;
	if (request->refused) {
		execute_finish(request, request->refused);
	} else if (request->reply.status) { /* a preflight */
		reply_finish(request);
	} else if (request->place == SYSTEM_HERE) {
		request->answer(service_of(request), request);
		execute_finish(request, ERROR_NONE);
	} else {
		execute_request(request);
	}
}

void dispatch_observe(const struct request *request)
{
	int64_t duration = clock_monotonic() - request->started;
	char    method[20];

	metrics_count(service_of(request)->metrics, request, duration);
	if (!log_enabled(LOG_INFO))
		return;
	struct log_line line;
	log_begin(&line, LOG_INFO, "request");
	log_text(&line, "id", request->id);
	log_text(&line, "client", client_print(&request->client));
	log_text(&line, "method", log_word(request->method_name, method, sizeof(method)));
	log_text(&line, "path", request->logged_path ? request->logged_path : "-");
	log_integer(&line, "status", request->reply.status);
	log_integer(&line, "bytes", request->reply.file ? request->reply.file->bytes : (int64_t)request->reply.body.length);
	log_integer(&line, "us", duration);
	log_integer(&line, "user", request->call.db.caller_id);
	log_integer(&line, "workspace", request->call.db.workspace_id);
	log_write(&line);
}
