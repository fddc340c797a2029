/* The path of a request: exchange_begin takes an exchange, exchange_handle is called with the header, with each part of
 * the body and at the end, exchange_end gives the exchange back. All of that happens on the connection's loop; only a
 * suspended exchange belongs to another thread, until server_resume. It must not know what a request means: the handler
 * does. */
#include "http/exchange.h"

#include <fcntl.h>
#include <poll.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define REPLY_BYTES      ((size_t)REPLY_HEADER_BYTES + 512) /* with status line, Date, line ends and alignment */
#define RECORD_BYTES     ((size_t)64)        /* what the library takes for a header or parameter, beside its text */
#define READ_BYTES       ((size_t)1024)      /* by which its read buffer grows */
#define WARM_REQUESTS    64                  /* unused requests of a thread that keep their memory */
#define FIRST_BODY_BYTES ((size_t)32 * 1024) /* taken on a client's word; more only when as much has come */
#define FREE_BYTES       ((size_t)64 * 1024) /* of a request's memory, which do not count among the shared */
#define MARGIN_MAX       INT64_C(1000000)    /* microseconds */
#define DISCARDED_BYTES  ((uint64_t)1 << 20) /* of a refused body, read so that the client gets to see why */

enum stage { STAGE_HEADER, STAGE_BODY, STAGE_HANDLED, STAGE_STREAMING };

/* A request and what is needed to get it in and its reply out; request->transport. */
struct exchange {
	struct request         request;
	struct exchange       *next, *previous; /* among the begun; next among the unused, the resumed */
	struct event_loop     *loop;
	struct MHD_Connection *client;
	struct connection     *connection;
	struct stream         *stream; /* that its reply is, once it has begun */
	struct announced       announced;
	uint64_t               received;  /* of the body */
	struct arena_mark      body_mark; /* where its memory begins */
	size_t                 charged;   /* to the memory that all requests share */
	size_t                 room;      /* for the header of the reply */
	enum stage             stage;
	bool                   sound; /* the header is: we know where the request ends */
	bool                   suspended;
};

int64_t exchange_deadline(unsigned seconds)
{
	return clock_monotonic() + (int64_t)seconds * 1000000;
}

size_t exchange_memory(const struct server_options *options)
{
	return options->header_bytes + REPLY_BYTES;
}

/* ---- exchanges ---- */

static struct exchange *exchange_take(struct event_loop *loop)
{
	struct exchange *exchange = loop->unused;
	if (exchange) {
		loop->unused = exchange->next;
		loop->unused_count--;
		return exchange;
	}
	exchange = arena_new(&loop->arena, struct exchange);
	if (exchange)
		arena_init(&exchange->request.arena, loop->exchanges->options.memory_bytes);
	return exchange;
}

static void exchange_give_back(struct exchange *exchange)
{
	struct event_loop *loop = exchange->loop;
	if (exchange->charged)
		atomic_fetch_sub(&loop->exchanges->held, exchange->charged);
	if (loop->unused_count < WARM_REQUESTS) {
		arena_reset(&exchange->request.arena);
	} else {
		arena_destroy(&exchange->request.arena);
		atomic_fetch_add(&loop->exchanges->freed, 1);
	}
	exchange->next = loop->unused;
	loop->unused = exchange;
	loop->unused_count++;
}

static void exchange_finish_running(struct exchanges *exchanges)
{
	atomic_fetch_sub(&exchanges->running, 1);
}

/* From here on the exchange is its loop's again. */
static void exchange_go_on(struct exchange *exchange)
{
	struct exchanges *exchanges = exchange->loop->exchanges;
	MHD_resume_connection(exchange->client);
	exchange_finish_running(exchanges);
}

/* For the loop's own thread. */
static void loop_leave_to_go_on(struct exchange *exchange)
{
	exchange->next = atomic_load(&exchange->loop->resumed);
	while (!atomic_compare_exchange_weak(&exchange->loop->resumed, &exchange->next, exchange))
		;
}

/* To be called first by whatever the library calls for a resumed one: it may stand for others. */
static void loop_go_on(struct event_loop *loop)
{
	struct exchange *next = atomic_load(&loop->resumed) ? atomic_exchange(&loop->resumed, NULL) : NULL;
	for (struct exchange *exchange = next; exchange; exchange = next) {
		next = exchange->next;
		exchange_go_on(exchange);
	}
}

static struct connection *connection_of(struct MHD_Connection *client)
{
	return MHD_get_connection_info(client, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* libmicrohttpd 0.9.75 falls silent when the target's parameters do not fit in the memory of the connection. At this
 * point that holds the read buffer, which is half of it, or the target and a little more. */
static bool parameters_fit(const struct event_loop *loop, struct text target)
{
	size_t memory = exchange_memory(&loop->exchanges->options), buffer = memory / 2, count = 1;
	if (buffer < target.length + READ_BYTES)
		buffer = target.length + READ_BYTES;
	for (size_t i = 0; i < target.length; i++)
		count += target.data[i] == '&';
	return buffer + memory / 16 + READ_BYTES + count * RECORD_BYTES <= memory;
}

/* As long as its header is awaited, an exchange is among the begun of its loop. */
static void exchange_enlist(struct exchange *exchange)
{
	struct event_loop *loop = exchange->loop;
	exchange->next = loop->begun;
	if (loop->begun)
		loop->begun->previous = exchange;
	loop->begun = exchange;
}

static void exchange_delist(struct exchange *exchange)
{
	if (exchange->next)
		exchange->next->previous = exchange->previous;
	*(exchange->previous ? &exchange->previous->next : &exchange->loop->begun) = exchange->next;
	exchange->next = exchange->previous = NULL;
}

void *exchange_begin(void *closure, const char *target, struct MHD_Connection *client)
{
	struct event_loop *loop = closure;
	struct connection *connection = connection_of(client);
	int64_t            deadline = exchange_deadline(loop->exchanges->options.request_seconds);
	if (!connection || !connection_enter(&loop->connections, connection, PHASE_RECEIVING, deadline))
		return NULL;
	if (!parameters_fit(loop, text_of(target))) {
		connection_refuse(&loop->connections, connection, ERROR_URI_TOO_LONG);
		return NULL;
	}
	struct exchange *exchange = exchange_take(loop);
	if (!exchange) {
		connection_refuse(&loop->connections, connection, ERROR_NO_MEMORY);
		return NULL;
	}
	struct arena arena = exchange->request.arena;
	*exchange = (struct exchange){
		.request = {.arena = arena,
	                .peer = client_of_socket(
						MHD_get_connection_info(client, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr),
	                .thread = loop->state,
	                .transport = exchange,
	                .known_token = &connection->known_token,
	                .started = clock_monotonic()},
		.loop = loop,
		.client = client,
		.connection = connection,
	};
	exchange->request.target = text_copy(&exchange->request.arena, text_of(target));
	exchange_enlist(exchange);
	return exchange;
}

void exchange_end(void *closure, struct MHD_Connection *client, void **ret_exchange,
                  enum MHD_RequestTerminationCode how)
{
	(void)client, (void)how;
	struct event_loop *loop = closure;
	struct exchange   *exchange = *ret_exchange;
	loop_go_on(loop);
	if (!exchange)
		return;
	if (exchange->stage == STAGE_HEADER)
		exchange_delist(exchange);
	if (exchange->stage == STAGE_HANDLED)
		loop->exchanges->handler.observe(&exchange->request);
	if (exchange->stage == STAGE_STREAMING)
		exchange->stream->end(exchange->stream);
	connection_enter(&loop->connections, exchange->connection, PHASE_IDLE,
	                 exchange_deadline(loop->exchanges->options.idle_seconds));
	exchange_give_back(exchange);
	*ret_exchange = NULL;
}

/* ---- memory ---- */

/* What a request holds beyond a first block is charged to all of them together. False when that is too much by now. */
static bool exchange_charge(struct exchange *exchange)
{
	struct exchanges *exchanges = exchange->loop->exchanges;
	size_t            used = exchange->request.arena.used, held = used > FREE_BYTES ? used - FREE_BYTES : 0;
	if (held != exchange->charged)
		atomic_fetch_add(&exchanges->held, held - exchange->charged); /* wraps around to subtract */
	exchange->charged = held;
	return held == 0 || atomic_load(&exchanges->held) <= exchanges->options.body_memory;
}

bool server_charge(struct request *request)
{
	return exchange_charge(request->transport);
}

/* ---- sending ---- */

/* What the header of the reply takes is bounded by what the request's has left. */
static void exchange_fit_reply(struct exchange *exchange)
{
	struct reply *reply = &exchange->request.reply;
	size_t        size = REPLY_BYTES - REPLY_HEADER_BYTES;
	for (unsigned i = 0; i < reply->header_count; i++)
		size += strlen(reply->headers[i].name) + strlen(reply->headers[i].value);
	if (reply->status && size <= exchange->room)
		return;
	log_event(LOG_ERROR, "reply_not_sent", "status=%d header_bytes=%zu", reply->status, size);
	*reply = (struct reply){.status = error_info(ERROR_INTERNAL)->status, .close = reply->close};
}

static bool reply_add_headers(struct MHD_Response *response, const struct reply *reply)
{
	bool added = !reply->content_type ||
	             MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type) == MHD_YES;
	for (unsigned i = 0; added && i < reply->header_count; i++)
		added = MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value) == MHD_YES;
	if (added && reply->close)
		added = MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close") == MHD_YES;
	return added;
}

/* The library closes the descriptor that it is given, the arena ours. */
static struct MHD_Response *exchange_response(struct exchange *exchange)
{
	const struct reply *reply = &exchange->request.reply;
	if (reply->stream)
		return stream_response(reply->stream, exchange->loop, exchange->connection, exchange->client);
	if (!reply->file)
		return MHD_create_response_from_buffer(reply->body.length, (void *)(uintptr_t)reply->body.data,
		                                       MHD_RESPMEM_PERSISTENT);
	int                  descriptor = fcntl(reply->file->descriptor, F_DUPFD_CLOEXEC, 0);
	struct MHD_Response *response =
		descriptor < 0 ? NULL : MHD_create_response_from_fd64((uint64_t)reply->file->bytes, descriptor);
	if (!response && descriptor >= 0)
		close(descriptor);
	return response;
}

/* The library has copied the header: nobody needs the request any more. */
static void exchange_begin_stream(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	exchange->loop->exchanges->handler.observe(request);
	exchange->stage = STAGE_STREAMING;
	exchange->stream = request->reply.stream;
	exchange->stream->begun = true;
	arena_destroy(&request->arena);
	exchange_charge(exchange);
	*request = (struct request){.arena = request->arena};
}

/* The body is sent from where it is: the arena lives until request_completed, when the library is done with it. A
 * reply that it does not take (a line break in a header) closes the connection. */
static enum MHD_Result exchange_send(struct exchange *exchange)
{
	struct reply *reply = &exchange->request.reply;
	exchange_charge(exchange);
	exchange_fit_reply(exchange);
	if (atomic_load(&exchange->loop->exchanges->draining))
		reply->close = true;
	struct MHD_Response *response = exchange_response(exchange);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_NO;
	if (reply_add_headers(response, reply))
		result = MHD_queue_response(exchange->client, (unsigned)reply->status, response);
	else
		log_event(LOG_ERROR, "reply_not_sent", "status=%d", reply->status);
	MHD_destroy_response(response);
	if (result == MHD_YES && reply->stream)
		exchange_begin_stream(exchange);
	return result;
}

/* ---- receiving ---- */

/* Before its connection is shut down a request gets an answer: it has a little less time than that. */
static int64_t exchange_answer_by(const struct exchange *exchange, unsigned seconds)
{
	int64_t quarter = seconds * INT64_C(250000);
	return exchange->connection->deadline - (quarter < MARGIN_MAX ? quarter : MARGIN_MAX);
}

void server_extend(struct request *request, unsigned seconds)
{
	struct exchange *exchange = request->transport;
	connection_enter(&exchange->loop->connections, exchange->connection, PHASE_WORKING, exchange_deadline(seconds));
	request->deadline = exchange_answer_by(exchange, seconds);
}

/* A client that has ended its side is taken to be gone: none that waits for a reply does that. */
bool server_is_awaited(const struct request *request)
{
	const struct exchange *exchange = request->transport;
	struct pollfd          end = {.fd = exchange->connection->fd, .events = POLLRDHUP};
	return !atomic_load(&exchange->loop->exchanges->closed) && poll(&end, 1, 0) == 0;
}

/* False when the request is not to be run any more: its time is over, or the server's. `running` is counted before
 * `closed` is read, and server_stop does it the other way round, so that one of the two sees the other. */
static bool exchange_run(struct exchange *exchange)
{
	struct exchanges *exchanges = exchange->loop->exchanges;
	if (!connection_enter(&exchange->loop->connections, exchange->connection, PHASE_WORKING, 0))
		return false;
	atomic_fetch_add(&exchanges->running, 1);
	if (atomic_load(&exchanges->closed)) {
		exchange_finish_running(exchanges);
		return false;
	}
	exchange->stage = STAGE_HANDLED;
	exchange->request.deadline = exchange_answer_by(exchange, exchanges->options.request_seconds);
	exchanges->handler.complete(&exchange->request);
	if (!exchange->suspended)
		exchange_finish_running(exchanges);
	return true;
}

/* At the end of the request, and again when it is resumed. */
static enum MHD_Result exchange_answer(struct exchange *exchange)
{
	if (exchange->stage != STAGE_HANDLED) {
		if (!exchange_run(exchange))
			return MHD_NO;
		if (exchange->suspended)
			return MHD_YES;
	}
	return exchange_send(exchange);
}

/* Neither what has come of the body is kept, nor what is still to come. */
static void exchange_refuse_body(struct exchange *exchange, enum error error)
{
	struct request *request = &exchange->request;
	request->refused = error;
	request->reply.close = true;
	request->body = (struct buffer){0};
	arena_rewind(&request->arena, exchange->body_mark);
	exchange_charge(exchange);
}

/* A refused request whose body has yet to come: most clients look for a reply only when they have sent everything. So
 * the body is read and forgotten, and the connection lives on. What is too much for that, and what waits to be asked
 * for, is answered at once, which closes the connection; so is a request whose end is not certain. */
static bool exchange_reads_on(const struct exchange *exchange)
{
	return exchange->sound && !exchange->announced.waits &&
	       exchange->announced.content_length <= exchange->request.body_limit + DISCARDED_BYTES;
}

static enum MHD_Result exchange_begin_body(struct exchange *exchange)
{
	const struct exchanges *exchanges = exchange->loop->exchanges;
	struct request         *request = &exchange->request;
	uint64_t                length = exchange->announced.content_length;
	request->has_body = exchange->announced.chunked || length;
	request->body_limit = exchanges->options.body_bytes;
	request->refused = exchanges->handler.header(request);
	exchange->body_mark = arena_mark(&request->arena);
	if (!request->refused && length > request->body_limit)
		exchange_refuse_body(exchange, ERROR_BODY_TOO_LARGE);
	if (request->refused && !exchange_reads_on(exchange)) {
		request->reply.close = true;
		return exchange_answer(exchange);
	}
	if (!request->refused && request->has_body)
		buffer_init(&request->body, &request->arena, length < FIRST_BODY_BYTES ? length : FIRST_BODY_BYTES,
		            length ? length : request->body_limit);
	return MHD_YES;
}

/* What the header has taken of the connection's memory: itself, a record for each part, and a copy of the cookies. */
static size_t exchange_header_memory(struct MHD_Connection *client)
{
	size_t size = MHD_get_connection_info(client, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size, cookies = 0;
	int    records =
		MHD_get_connection_values_n(client, MHD_HEADER_KIND | MHD_GET_ARGUMENT_KIND | MHD_COOKIE_KIND, NULL, NULL);
	MHD_lookup_connection_value_n(client, MHD_HEADER_KIND, MHD_HTTP_HEADER_COOKIE, strlen(MHD_HTTP_HEADER_COOKIE), NULL,
	                              &cookies);
	return size + (size_t)records * RECORD_BYTES + cookies;
}

/* A header that leaves no room for that of the reply would end in silence. */
static enum MHD_Result exchange_take_header(struct exchange *exchange, const char *method, const char *url,
                                            const char *version)
{
	struct request *request = &exchange->request;
	size_t          memory = exchange_header_memory(exchange->client);
	size_t          limit = exchange->loop->exchanges->options.header_bytes;
	exchange->stage = STAGE_BODY;
	exchange_delist(exchange);
	if (memory > limit) {
		connection_refuse(&exchange->loop->connections, exchange->connection, ERROR_HEADERS_TOO_LARGE);
		return MHD_NO;
	}
	exchange->room = limit + REPLY_BYTES - memory;
	request->refused = intake_header(request, exchange->client, method, url, version, &exchange->announced);
	exchange->sound = !request->refused;
	return exchange_begin_body(exchange);
}

/* Past the limit the body is only counted, and past a second limit it is not waited for any more. */
static enum MHD_Result exchange_take_body(struct exchange *exchange, const char *data, size_t size)
{
	struct request *request = &exchange->request;
	exchange->received += size;
	if (exchange->announced.chunked && !intake_chunk_line(data)) {
		connection_refuse(&exchange->loop->connections, exchange->connection, ERROR_BAD_REQUEST);
		return MHD_NO;
	}
	if (!request->refused) {
		buffer_append(&request->body, data, size);
		if (exchange->received > request->body_limit)
			exchange_refuse_body(exchange, ERROR_BODY_TOO_LARGE);
		else if (request->body.overflown)
			exchange_refuse_body(exchange, ERROR_NO_MEMORY);
		else if (!exchange_charge(exchange))
			exchange_refuse_body(exchange, ERROR_UNAVAILABLE);
	}
	if (exchange->received <= request->body_limit + DISCARDED_BYTES)
		return MHD_YES;
	connection_refuse(&exchange->loop->connections, exchange->connection, request->refused);
	return MHD_NO;
}

static enum error exchange_refusal(struct MHD_Connection *client, unsigned status)
{
	const char *coding = MHD_lookup_connection_value(client, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING);
	if (status == 413)
		return ERROR_BODY_TOO_LARGE;
	if (status == 431)
		return ERROR_HEADERS_TOO_LARGE;
	return coding && strcasecmp(coding, "chunked") != 0 ? ERROR_TRANSFER_CODING : ERROR_BAD_REQUEST;
}

/* The one whose header is there, but has not been handed to exchange_handle. */
void exchange_refused(struct event_loop *loop, unsigned status)
{
	for (struct exchange *exchange = loop->begun; exchange; exchange = exchange->next)
		if (MHD_get_connection_info(exchange->client, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)) {
			connection_refuse(&loop->connections, exchange->connection, exchange_refusal(exchange->client, status));
			return;
		}
	log_event(LOG_INFO, "request_refused", "id=- status=%u", status);
}

enum MHD_Result exchange_handle(void *closure, struct MHD_Connection *client, const char *url, const char *method,
                                const char *version, const char *data, size_t *ret_left, void **ret_exchange)
{
	(void)client;
	struct exchange *exchange = *ret_exchange;
	loop_go_on(closure);
	if (!exchange)
		return MHD_NO;
	if (exchange->stage == STAGE_HEADER)
		return exchange_take_header(exchange, method, url, version);
	size_t size = *ret_left;
	if (size == 0)
		return exchange_answer(exchange);
	*ret_left = 0;
	return exchange_take_body(exchange, data, size);
}

void server_suspend(struct request *request)
{
	struct exchange *exchange = request->transport;
	exchange->suspended = true;
	MHD_suspend_connection(exchange->client);
}

static __thread struct exchange *resumed; /* by this thread, since it called server_wake */

void server_resume(struct request *request)
{
	struct exchange *exchange = request->transport;
	exchange->next = resumed;
	resumed = exchange;
}

/* The library wakes the loop's thread for each one that is resumed. To the thread that answers a whole group this would
 * happen with the first one already, and again and again, as that thread soon sleeps: the loop resumes the others. */
void server_wake(void)
{
	while (resumed) {
		struct exchange *first = resumed, *left = NULL, *next;
		for (struct exchange *exchange = first->next; exchange; exchange = next) {
			next = exchange->next;
			if (exchange->loop == first->loop) {
				loop_leave_to_go_on(exchange);
			} else {
				exchange->next = left;
				left = exchange;
			}
		}
		resumed = left;
		exchange_go_on(first);
	}
}

void exchanges_destroy(struct event_loop *loop)
{
	for (struct exchange *exchange = loop->unused; exchange; exchange = exchange->next)
		arena_destroy(&exchange->request.arena);
	arena_destroy(&loop->arena);
}
