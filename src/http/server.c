/* The HTTP server on libmicrohttpd: its I/O threads, the collecting of a request's body, the sending of the reply, the
 * orderly stop. It must not know what a request means: that is the handler's.
 *
 * The path of a request: request_line_seen takes an exchange, `handle` is called with the header, with each part of
 * the body and at the end, request_completed gives the exchange back. All of that is on the connection's I/O thread;
 * only a suspended exchange is another thread's until server_resume. */
#include "http/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/connections.h"
#include "http/intake.h"
#include "http/listen.h"

#define STACK_BYTES      ((size_t)1024 * 1024) /* the JSON reader recurses; only what is used becomes memory */
#define REPLY_BYTES      ((size_t)REPLY_HEADER_BYTES + 512) /* with status line, Date, line ends and alignment */
#define RECORD_BYTES     ((size_t)64)        /* what the library takes for a header or parameter, beside its text */
#define READ_BYTES       ((size_t)1024)      /* by which its read buffer grows */
#define WARM_REQUESTS    64                  /* unused requests of a thread that keep their memory */
#define FIRST_BODY_BYTES ((size_t)64 * 1024) /* taken on a client's word; more only when it has come */
#define DISCARDED_BYTES  ((uint64_t)1 << 20) /* read past the limit, so that the client gets to see the 413 */
#define WATCH_INTERVAL   250000              /* microseconds */
#define DRAIN_INTERVAL   10000
#define SPARE_FILES      64 /* beside the connections: database, log, … */

enum stage { STAGE_HEADER, STAGE_BODY, STAGE_HANDLED };

/* A request and what is needed to get it in and its reply out; request->transport. */
struct exchange {
	struct request         request;
	struct exchange       *next; /* among the unused */
	struct io_thread      *thread;
	struct MHD_Connection *client;
	struct connection     *connection;
	struct announced       announced;
	uint64_t               received; /* of the body */
	size_t                 room;     /* for the header of the reply */
	enum stage             stage;
	bool                   suspended;
};

struct io_thread {
	struct server     *server;
	struct MHD_Daemon *daemon;
	void              *state;
	int                listener;
	struct connections connections;
	struct arena       arena; /* exchanges are used again, and given back with the thread */
	struct exchange   *unused;
	unsigned           unused_count;
};

struct server {
	struct arena          arena; /* holds the server itself */
	struct server_options options;
	server_handler       *handler;
	server_observer      *observer;
	struct addresses      addresses;
	struct io_thread     *threads; /* options.threads */
	int                   port;
	atomic_bool           draining, closed;
	atomic_uint           running; /* handlers entered, less those returned or resumed */
	pthread_t             watchdog;
	bool                  watched; /* the watchdog was started */
	pthread_mutex_t       mutex;   /* of the following */
	pthread_cond_t        wake;
	bool                  unwatched; /* the watchdog is to end */
};

static int64_t deadline_after(unsigned seconds)
{
	return clock_monotonic() + (int64_t)seconds * 1000000;
}

/* One block a connection, for the header of a request and then that of its reply. */
static size_t connection_memory(const struct server *server)
{
	return server->options.header_bytes + REPLY_BYTES;
}

/* ---- exchanges ---- */

static struct exchange *take_exchange(struct io_thread *thread)
{
	struct exchange *exchange = thread->unused;
	if (exchange) {
		thread->unused = exchange->next;
		thread->unused_count--;
		return exchange;
	}
	exchange = arena_new(&thread->arena, struct exchange);
	if (exchange)
		arena_init(&exchange->request.arena, thread->server->options.memory_bytes);
	return exchange;
}

static void give_back(struct exchange *exchange)
{
	struct io_thread *thread = exchange->thread;
	if (thread->unused_count < WARM_REQUESTS)
		arena_reset(&exchange->request.arena);
	else
		arena_destroy(&exchange->request.arena);
	exchange->next = thread->unused;
	thread->unused = exchange;
	thread->unused_count++;
}

static struct connection *connection_of(struct MHD_Connection *client)
{
	return MHD_get_connection_info(client, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* libmicrohttpd 0.9.75 falls silent when the target's parameters do not fit in the memory of the connection. At this
 * point that holds the read buffer, which is half of it, or the target and a little more. */
static bool parameters_fit(const struct io_thread *thread, struct text target)
{
	size_t memory = connection_memory(thread->server), buffer = memory / 2, count = 1;
	if (buffer < target.length + READ_BYTES)
		buffer = target.length + READ_BYTES;
	for (size_t i = 0; i < target.length; i++)
		count += target.data[i] == '&';
	return buffer + memory / 16 + READ_BYTES + count * RECORD_BYTES <= memory;
}

/* The library's log callback for targets: the first sign of a request, and the only sight of its target as sent. What
 * it returns comes back as `closure` of the request; NULL there closes the connection. */
static void *request_line_seen(void *closure, const char *target, struct MHD_Connection *client)
{
	struct io_thread  *thread = closure;
	struct connection *connection = connection_of(client);
	int64_t            deadline = deadline_after(thread->server->options.request_seconds);
	if (!connection || !connection_enter(&thread->connections, connection, PHASE_RECEIVING, deadline))
		return NULL;
	if (!parameters_fit(thread, text_of(target))) {
		connection_refuse(&thread->connections, connection, ERROR_URI_TOO_LONG);
		return NULL;
	}
	struct exchange *exchange = take_exchange(thread);
	if (!exchange)
		return NULL;
	struct arena arena = exchange->request.arena;
	*exchange = (struct exchange){
		.request = {.arena = arena, .thread = thread->state, .transport = exchange, .started = clock_monotonic()},
		.thread = thread,
		.client = client,
		.connection = connection,
	};
	exchange->request.target = text_copy(&exchange->request.arena, text_of(target));
	return exchange;
}

static void request_completed(void *closure, struct MHD_Connection *client, void **ret_exchange,
                              enum MHD_RequestTerminationCode how)
{
	(void)client, (void)how;
	struct io_thread *thread = closure;
	struct exchange  *exchange = *ret_exchange;
	if (!exchange)
		return;
	if (exchange->stage == STAGE_HANDLED)
		thread->server->observer(&exchange->request);
	connection_enter(&thread->connections, exchange->connection, PHASE_IDLE,
	                 deadline_after(thread->server->options.idle_seconds));
	give_back(exchange);
	*ret_exchange = NULL;
}

/* ---- sending ---- */

/* What the header of the reply takes is bounded by what the request's has left. */
static void fit_reply(struct exchange *exchange)
{
	struct reply *reply = &exchange->request.reply;
	size_t        size = REPLY_BYTES - REPLY_HEADER_BYTES;
	for (unsigned i = 0; i < reply->header_count; i++)
		size += strlen(reply->headers[i].name) + strlen(reply->headers[i].value);
	if (reply->status && size <= exchange->room)
		return;
	log_event(LOG_ERROR, "reply_not_sent", "status=%d header_bytes=%zu", reply->status, size);
	*reply = (struct reply){.status = error_info(ERROR_INTERNAL)->status};
}

static bool add_headers(struct MHD_Response *response, const struct reply *reply)
{
	bool added = !reply->content_type ||
	             MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type) == MHD_YES;
	for (unsigned i = 0; added && i < reply->header_count; i++)
		added = MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value) == MHD_YES;
	if (added && reply->close)
		added = MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close") == MHD_YES;
	return added;
}

/* The body is sent from where it is: the arena lives until request_completed, when the library is done with it. A
 * reply that it does not take (a line break in a header) closes the connection. */
static enum MHD_Result send_reply(struct exchange *exchange)
{
	struct reply *reply = &exchange->request.reply;
	fit_reply(exchange);
	if (exchange->request.refused || atomic_load(&exchange->thread->server->draining))
		reply->close = true;
	struct MHD_Response *response = MHD_create_response_from_buffer(
		reply->body.length, (void *)(uintptr_t)reply->body.data, MHD_RESPMEM_PERSISTENT);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_NO;
	if (add_headers(response, reply))
		result = MHD_queue_response(exchange->client, (unsigned)reply->status, response);
	else
		log_event(LOG_ERROR, "reply_not_sent", "status=%d", reply->status);
	MHD_destroy_response(response);
	return result;
}

/* ---- receiving ---- */

static void finish_running(struct server *server)
{
	atomic_fetch_sub(&server->running, 1);
}

/* False when the request is not to be run any more: its time is over, or the server's. `running` is counted before
 * `closed` is read, and server_stop does it the other way round, so that one of the two sees the other. */
static bool run_handler(struct exchange *exchange)
{
	struct server *server = exchange->thread->server;
	if (!connection_enter(&exchange->thread->connections, exchange->connection, PHASE_WORKING, 0))
		return false;
	atomic_fetch_add(&server->running, 1);
	if (atomic_load(&server->closed)) {
		finish_running(server);
		return false;
	}
	exchange->stage = STAGE_HANDLED;
	server->handler(&exchange->request);
	if (!exchange->suspended)
		finish_running(server);
	return true;
}

/* At the end of the request, and again when it is resumed. */
static enum MHD_Result answer(struct exchange *exchange)
{
	if (exchange->stage != STAGE_HANDLED) {
		if (!run_handler(exchange))
			return MHD_NO;
		if (exchange->suspended)
			return MHD_YES;
	}
	return send_reply(exchange);
}

/* A refused request is answered at once, which closes the connection. Only a body that is somewhat too large is read
 * first: most clients do not look for a reply before they have sent everything. */
static enum MHD_Result begin_body(struct exchange *exchange)
{
	const struct server_options *options = &exchange->thread->server->options;
	struct request              *request = &exchange->request;
	uint64_t                     length = exchange->announced.content_length;
	if (!request->refused && length > options->body_bytes) {
		request->refused = ERROR_BODY_TOO_LARGE;
		if (!exchange->announced.waits && length <= options->body_bytes + DISCARDED_BYTES)
			return MHD_YES;
	}
	if (request->refused)
		return answer(exchange);
	buffer_init(&request->body, &request->arena, length < FIRST_BODY_BYTES ? length : FIRST_BODY_BYTES,
	            options->body_bytes);
	return MHD_YES;
}

/* What the header has taken of the connection's memory: itself, a record for each part, and a copy of the cookies. */
static size_t header_memory(struct MHD_Connection *client)
{
	size_t size = MHD_get_connection_info(client, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size, cookies = 0;
	int    records =
		MHD_get_connection_values_n(client, MHD_HEADER_KIND | MHD_GET_ARGUMENT_KIND | MHD_COOKIE_KIND, NULL, NULL);
	MHD_lookup_connection_value_n(client, MHD_HEADER_KIND, MHD_HTTP_HEADER_COOKIE, strlen(MHD_HTTP_HEADER_COOKIE), NULL,
	                              &cookies);
	return size + (size_t)records * RECORD_BYTES + cookies;
}

/* A header that leaves no room for that of the reply would end in silence. */
static enum MHD_Result begin(struct exchange *exchange, const char *method, const char *url, const char *version)
{
	struct request *request = &exchange->request;
	size_t          memory = header_memory(exchange->client), limit = exchange->thread->server->options.header_bytes;
	if (memory > limit) {
		connection_refuse(&exchange->thread->connections, exchange->connection, ERROR_HEADERS_TOO_LARGE);
		return MHD_NO;
	}
	exchange->room = limit + REPLY_BYTES - memory;
	exchange->stage = STAGE_BODY;
	request->refused = intake_header(request, exchange->client, method, url, version, &exchange->announced);
	return begin_body(exchange);
}

/* Past the limit the body is only counted, and past a second limit the client gets no reply at all. */
static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t size)
{
	struct request *request = &exchange->request;
	struct buffer  *body = &request->body;
	uint64_t        limit = exchange->thread->server->options.body_bytes;
	exchange->received += size;
	if (exchange->received > limit + DISCARDED_BYTES)
		return MHD_NO;
	if (request->refused)
		return MHD_YES;
	if (body->capacity - body->length < size && exchange->announced.content_length > body->length + size)
		buffer_reserve(body, exchange->announced.content_length - body->length);
	buffer_append(body, data, size);
	if (body->overflown)
		request->refused = exchange->received > limit ? ERROR_BODY_TOO_LARGE : ERROR_NO_MEMORY;
	return MHD_YES;
}

static enum MHD_Result handle(void *closure, struct MHD_Connection *client, const char *url, const char *method,
                              const char *version, const char *data, size_t *ret_left, void **ret_exchange)
{
	(void)closure, (void)client;
	struct exchange *exchange = *ret_exchange;
	if (!exchange)
		return MHD_NO;
	if (exchange->stage == STAGE_HEADER)
		return begin(exchange, method, url, version);
	size_t size = *ret_left;
	if (size == 0)
		return answer(exchange);
	*ret_left = 0;
	return take_body(exchange, data, size);
}

void server_suspend(struct request *request)
{
	struct exchange *exchange = request->transport;
	exchange->suspended = true;
	MHD_suspend_connection(exchange->client);
}

void server_resume(struct request *request)
{
	struct exchange *exchange = request->transport;
	struct server   *server = exchange->thread->server;
	MHD_resume_connection(exchange->client);
	finish_running(server);
}

/* ---- connections ---- */

static enum MHD_Result admit(void *closure, const struct sockaddr *client, socklen_t length)
{
	(void)length;
	struct io_thread *thread = closure;
	return addresses_admit(&thread->server->addresses, client) ? MHD_YES : MHD_NO;
}

static struct connection *open_connection(struct io_thread *thread, struct MHD_Connection *client)
{
	int                fd = MHD_get_connection_info(client, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	struct connection *connection = connection_open(
		&thread->connections, fd, MHD_get_connection_info(client, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
		deadline_after(thread->server->options.request_seconds));
	if (!connection)
		shutdown(fd, SHUT_RDWR);
	return connection;
}

/* The library closes the descriptor after the last of these calls. */
static void connection_changed(void *closure, struct MHD_Connection *client, void **ret_connection,
                               enum MHD_ConnectionNotificationCode what)
{
	struct io_thread *thread = closure;
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		*ret_connection = open_connection(thread, client);
	else if (*ret_connection)
		connection_close(&thread->connections, *ret_connection);
}

unsigned server_connection_count(const struct server *server)
{
	return addresses_total((struct addresses *)(uintptr_t)&server->addresses);
}

static void *watch(void *closure)
{
	struct server *server = closure;
	pthread_mutex_lock(&server->mutex);
	while (!server->unwatched) {
		struct timespec until;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += WATCH_INTERVAL * 1000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&server->wake, &server->mutex, &until);
		for (unsigned i = 0; i < server->options.threads; i++)
			connections_expire(&server->threads[i].connections, clock_monotonic());
	}
	pthread_mutex_unlock(&server->mutex);
	return NULL;
}

/* ---- starting ---- */

/* Nearly all that the library says is about a client's mistake; running out of descriptors is ours. */
static void log_library(void *closure, const char *format, va_list arguments)
{
	(void)closure;
	enum log_level level = strstr(format, "resource limit") ? LOG_WARNING : LOG_DEBUG;
	if (!log_enabled(level))
		return;
	char message[512], quoted[1024];
	vsnprintf(message, sizeof(message), format, arguments);
	log_event(level, "http_library", "message=%s", log_quote(text_trim(text_of(message)), quoted, sizeof(quoted)));
}

static void raise_file_limit(unsigned connections)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < (rlim_t)connections + SPARE_FILES)
		log_event(LOG_WARNING, "few_files", "files=%llu connections=%u", (unsigned long long)limit.rlim_max,
		          connections);
}

static enum error open_listeners(struct server *server, struct text *ret_reason)
{
	server->port = server->options.port;
	for (unsigned i = 0; i < server->options.threads; i++)
		TRY(listen_open(server->options.address, &server->port, i > 0, &server->threads[i].listener, ret_reason));
	return ERROR_NONE;
}

/* The library never meets its own limit of connections: `admit` comes first. Its timeout is off: the watchdog's. */
static struct MHD_Daemon *start_daemon(struct io_thread *thread)
{
	const struct server_options *options = &thread->server->options;
	return MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, admit, thread, handle, thread,
		MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_LISTEN_SOCKET, thread->listener,
		MHD_OPTION_CONNECTION_LIMIT, options->connections + options->threads, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		connection_memory(thread->server), MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES,
		MHD_OPTION_URI_LOG_CALLBACK, request_line_seen, thread, MHD_OPTION_NOTIFY_COMPLETED, request_completed, thread,
		MHD_OPTION_NOTIFY_CONNECTION, connection_changed, thread, MHD_OPTION_END);
}

/* Signals are the main thread's: the new threads inherit a mask that blocks them all. */
static enum error start_threads(struct server *server, struct text *ret_reason)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = server->watched = pthread_create(&server->watchdog, NULL, watch, server) == 0;
	for (unsigned i = 0; started && i < server->options.threads; i++) {
		server->threads[i].daemon = start_daemon(&server->threads[i]);
		started = server->threads[i].daemon != NULL;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (started)
		return ERROR_NONE;
	*ret_reason = TEXT("the threads could not be started");
	return ERROR_UNAVAILABLE;
}

static bool prepare(struct server *server, void *const *thread_states)
{
	const struct server_options *options = &server->options;
	server->threads = arena_alloc_array(&server->arena, options->threads, sizeof(struct io_thread));
	if (!server->threads || !addresses_init(&server->addresses, options->connections, options->connections_per_address))
		return false;
	for (unsigned i = 0; i < options->threads; i++) {
		struct io_thread *thread = &server->threads[i];
		*thread = (struct io_thread){.server = server, .state = thread_states[i], .listener = -1};
		arena_init(&thread->arena, SIZE_MAX);
		connections_init(&thread->connections, &server->addresses);
	}
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&server->mutex, NULL);
	return true;
}

/* ---- stopping ---- */

static void stop_watchdog(struct server *server)
{
	pthread_mutex_lock(&server->mutex);
	server->unwatched = true;
	pthread_cond_signal(&server->wake);
	pthread_mutex_unlock(&server->mutex);
	if (server->watched)
		pthread_join(server->watchdog, NULL);
}

static void stop_accepting(struct server *server)
{
	for (unsigned i = 0; i < server->options.threads; i++)
		if (server->threads[i].daemon) {
			MHD_quiesce_daemon(server->threads[i].daemon);
			shutdown(server->threads[i].listener, SHUT_RDWR); /* clients are refused, not left to wait */
		}
}

/* When the library has stopped, all exchanges are among the unused. */
static void destroy_thread(struct io_thread *thread)
{
	if (thread->daemon)
		MHD_stop_daemon(thread->daemon);
	if (thread->listener >= 0)
		close(thread->listener);
	for (struct exchange *exchange = thread->unused; exchange; exchange = exchange->next)
		arena_destroy(&exchange->request.arena);
	arena_destroy(&thread->arena);
	connections_destroy(&thread->connections);
}

static void pause_draining(void)
{
	nanosleep(&(struct timespec){.tv_nsec = DRAIN_INTERVAL * 1000}, NULL);
}

/* The library must not be stopped while a request is suspended: no handler is entered any more, and those that run are
 * waited for. Also for a server that has started only in part. */
static void destroy(struct server *server)
{
	stop_accepting(server);
	atomic_store(&server->closed, true);
	while (atomic_load(&server->running))
		pause_draining();
	stop_watchdog(server);
	for (unsigned i = 0; i < server->options.threads; i++)
		destroy_thread(&server->threads[i]);
	addresses_destroy(&server->addresses);
	pthread_cond_destroy(&server->wake);
	pthread_mutex_destroy(&server->mutex);
	struct arena arena = server->arena;
	arena_destroy(&arena);
}

enum error server_start(const struct server_options *options, void *const *thread_states, server_handler *handler,
                        server_observer *observer, struct server **ret, struct text *ret_reason)
{
	struct arena arena;
	arena_init(&arena, SIZE_MAX);
	struct server *server = arena_new(&arena, struct server);
	if (server)
		*server = (struct server){.options = *options, .handler = handler, .observer = observer};
	if (server)
		server->arena = arena;
	if (!server || !prepare(server, thread_states)) {
		arena_destroy(server ? &server->arena : &arena);
		*ret_reason = TEXT("memory is out");
		return ERROR_NO_MEMORY;
	}
	signal(SIGPIPE, SIG_IGN);
	raise_file_limit(options->connections);
	enum error error = open_listeners(server, ret_reason);
	if (!error)
		error = start_threads(server, ret_reason);
	if (error) {
		destroy(server);
		return error;
	}
	*ret = server;
	return ERROR_NONE;
}

int server_port(const struct server *server)
{
	return server->port;
}

/* Connections between two requests are closed; the others close with their reply. */
static bool is_drained(struct server *server)
{
	unsigned busy = 0;
	for (unsigned i = 0; i < server->options.threads; i++)
		busy += connections_retire(&server->threads[i].connections);
	return busy == 0;
}

void server_stop(struct server *server, unsigned seconds)
{
	int64_t deadline = deadline_after(seconds);
	atomic_store(&server->draining, true);
	stop_accepting(server);
	while (!is_drained(server) && clock_monotonic() < deadline)
		pause_draining();
	destroy(server);
}
