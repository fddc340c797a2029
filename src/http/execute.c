/* Where a request runs, when, and how often.
 *
 * Reads run on readers, everything else on a writer or worker; steps that prepare them come first, slow work on the
 * slow threads. Where reads are inline (SQLite) they begin on the I/O thread: it is theirs for a moment, and one that
 * takes longer begins anew on a reader, so that no query is in the way of other requests. Replies that are files have
 * threads and a deadline of their own. What has not begun by the request's deadline is not begun any more. dispatch.c
 * says what a request may do, and does it.
 *
 * The checkpoint. A request may run several times: again after a conflict, and in two steps where it is prepared first.
 * `request_keep` notes what was made outside of any transaction (the input; what was prepared), and each try begins
 * there: the arena, the call and the reply's headers are as they were, and `admitted` is false. So each try asks again,
 * in its own transaction, for the token, the membership and the role: a request that waited while its caller was
 * blocked, archived or given a lower role is refused, and one that was prepared meanwhile changes nothing. What a try
 * has found out about the caller never outlives it; only that it was counted by the rate limit does. */
#include "http/execute.h"

#include <string.h>

#include "auth/principal.h"
#include "base/log.h"
#include "http/dispatch.h"
#include "http/file_reply.h"
#include "http/guesses.h"
#include "http/kept_answers.h"
#include "http/reply.h"
#include "http/server.h"
#include "http/service.h"

#define INLINE_MICROSECONDS 25000

/* What was made so far survives retries. */
static void request_keep(struct request *request)
{
	request->checkpoint.mark = arena_mark(&request->arena);
	request->checkpoint.call = request->call;
	request->checkpoint.input = request->input;
	request->checkpoint.header_count = request->reply.header_count;
}

/* Each try finds the arena, the call and the reply as the first one did. */
static void request_start_afresh(struct request *request, struct db_connection *connection)
{
	arena_rewind(&request->arena, request->checkpoint.mark);
	request->call = request->checkpoint.call;
	request->input = request->checkpoint.input;
	request->call.db.connection = connection;
	request->reply.header_count = request->checkpoint.header_count;
	request->reply.status = 0;
	request->admitted = false;
	request->principal = NULL;
	request->file = NULL;
}

/* Whether the operator has to see to it: any 5xx, and a clock that is wrong. */
static bool is_the_servers(enum error error)
{
	return error_info(error)->status >= 500 || error == ERROR_CLOCK_WRONG;
}

/* Tells the operator why; the client is told nothing of the inside. */
static void request_log_failure(const struct request *request, enum error error)
{
	/* Of a try before, another thread may be using it by now. */
	const struct db_connection *connection = request->work.not_run ? NULL : request->call.db.connection;
	struct text                 storage = file_reply_failure(request);
	char                        reason[512] = "-";

	if (storage.data)
		log_quote(storage, reason, sizeof(reason));
	else if (connection)
		log_quote(text_of(db_failure(connection)), reason, sizeof(reason));
	log_event(error == ERROR_INTERNAL ? LOG_ERROR : LOG_WARNING, "request_failed",
	          "id=%s operation=%s error=%s reason=%s", request->id, request->operation ? request->operation->id : "-",
	          error_info(error)->code, reason);
}

void execute_finish(struct request *request, enum error error)
{
	guesses_settle(request, error);
	kept_answers_settle(request, error);
	if (error) {
		if (is_the_servers(error))
			request_log_failure(request, error);
		if (request->admitted)
			request->reply.header_count = request->checkpoint.header_count; /* nothing of the success */
		reply_error(request, error);
	} else {
		for (const struct note *note = request->call.notes; note; note = note->next)
			log_event(LOG_INFO, note->event, "%s", note->fields);
	}
	rate_show(request);
	reply_finish(request);
}

static void request_done(struct work *work, enum error error)
{
	struct request *request = request_of_work(work);

	execute_finish(request, error);
	server_resume(request);
}

static enum error request_run(struct work *work, struct db_connection *connection)
{
	struct request *request = request_of_work(work);

	request_start_afresh(request, connection);
	if (request->method == METHOD_GET && !request->to_file)
		service_of(request)->reads++;
	return request_act(request);
}

static const struct work whole_request = {.run = request_run, .done = request_done};

/* Requests share threads by user; as long as nobody has looked at the token, by token. */
static int64_t request_owner(const struct request *request)
{
	int64_t owner = 0;

	if (request->principal)
		return request->principal->user_id;
	if (request->token_hash.data)
		memcpy(&owner, request->token_hash.data, sizeof(owner));
	return owner;
}

static void request_hand_over(struct request *request, struct executor *executor, struct work work)
{
	request->work = work;
	request->call.db.connection = NULL;
	/* If-Match reads before the rule locks: what is read must hold for all of the transaction. */
	if (request->operation && request->operation->takes_turns && executor == service_of(request)->main &&
	    !request->if_match.data)
		request->work.takes_turns = true;
	request->work.owner = request_owner(request);
	request->work.deadline = request->deadline;
	if (executor_submit(executor, &request->work))
		return;
	request_done(&request->work, ERROR_UNAVAILABLE);
	server_wake();
}

static enum error request_prepare(struct work *work, struct db_connection *connection)
{
	struct request *request = request_of_work(work);

	request_start_afresh(request, connection);
	TRY(request_confirm(request, request_admit(request))); /* nobody else gets slow work done */
	TRY(request->operation->prepare(&request->call, request->input));
	request_keep(request);
	return ERROR_NONE;
}

/* Where its rule runs. */
static struct executor *request_executor(const struct request *request)
{
	const struct service *service = service_of(request);

	if (request->place == SYSTEM_SLOW)
		return service->slow;
	if (request->to_file)
		return service->exports;
	return request->method == METHOD_GET ? service->readers : service->main;
}

static void request_prepared(struct work *work, enum error error)
{
	struct request *request = request_of_work(work);

	if (error)
		request_done(work, error);
	else
		request_hand_over(request, request_executor(request), whole_request);
}

static bool is_prepared_first(const struct request *request)
{
	return request->operation && request->operation->prepare;
}

static void request_submit(struct request *request)
{
	struct service *service = service_of(request);

	if (request->to_file)
		server_extend(request, service->files.seconds);
	server_suspend(request);
	if (!is_prepared_first(request)) {
		request_hand_over(request, request_executor(request), whole_request);
		return;
	}
	bool writes = request->operation->prepare_writes;
	request_hand_over(request, writes ? service->main : service->slow,
	                  (struct work){.run = request_prepare, .done = request_prepared, .takes_turns = writes});
}

/* False: its moment was over before it had an answer. */
static bool request_run_inline(struct request *request)
{
	struct db_connection *reader = ((struct io_thread *)request->thread)->reader;
	enum error            error;

	db_set_deadline(reader, request->started + INLINE_MICROSECONDS);
	error = db_snapshot_enter(reader);
	request->call.db.connection = reader;
	service_of(request)->reads++;
	if (!error)
		error = request_act(request);
	if (error != ERROR_OUT_OF_TIME)
		execute_finish(request, error); /* may ask the reader why */
	db_snapshot_leave(reader);
	return error != ERROR_OUT_OF_TIME;
}

enum error execute_look_up(struct request *request, enum error (*step)(struct request *request))
{
	struct db_connection *reader = ((struct io_thread *)request->thread)->reader;

	if (!reader)
		return ERROR_NONE;
	db_set_deadline(reader, request->started + INLINE_MICROSECONDS);
	enum error error = db_snapshot_enter(reader);
	request->call.db.connection = reader;
	if (!error)
		error = step(request);
	db_snapshot_leave(reader);
	request->call.db.connection = NULL;
	return error_info(error)->status < 500 ? error : ERROR_NONE;
}

/* The one writer has no time to read bodies: who sent this one is known already (admit_body). */
void execute_request(struct request *request)
{
	bool is_single = service_of(request)->reads_inline, reads = request->method == METHOD_GET;

	if (is_single && !reads && request->operation)
		request_bind(request);
	request_keep(request);
	if (is_single && reads && !request->to_file && !is_prepared_first(request) && request_run_inline(request))
		return;
	request_submit(request);
}
