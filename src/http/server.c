/* The HTTP server on libmicrohttpd: its loops, their watchdog, the orderly stop. exchange.c has what happens to a
 * request. */
#include "http/server.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"
#include "http/listen.h"
#include "http/tls.h"

#define STACK_BYTES    ((size_t)1024 * 1024) /* the JSON reader recurses; only what is used becomes memory */
#define WATCH_INTERVAL 250000                /* microseconds */
#define DRAIN_INTERVAL 10000
#define LAST_OF_STREAM 2             /* seconds to take the end of one, when the server stops */
#define LARGE_BYTES    (256 * 1024)  /* memory of its own for an allocation */
#define SPARE_BYTES    (1024 * 1024) /* of the allocator's, kept free for what comes */
#define SPARE_FILES    64            /* beside the connections: database, log, … */

struct server {
	struct arena       arena; /* holds the server itself */
	struct exchanges   exchanges;
	struct addresses   addresses;
	struct event_loop *loops; /* exchanges.options.threads */
	int                port;
	pthread_t          watchdog;
	bool               watched;        /* the watchdog was started */
	unsigned           freed, trimmed; /* exchanges.freed at its last look, and when it last gave memory back */
	pthread_mutex_t    mutex;          /* of the following */
	pthread_cond_t     wake;
	bool               unwatched; /* the watchdog is to end */
};

/* ---- connections ---- */

static enum MHD_Result admit_connection(void *closure, const struct sockaddr *client, socklen_t length)
{
	(void)length;
	const struct event_loop *loop = closure;
	return addresses_admit(loop->connections.addresses, client) ? MHD_YES : MHD_NO;
}

/* What the library answers is there until the next question. */
static struct gnutls_session_int *session_of(struct MHD_Connection *client)
{
	const union MHD_ConnectionInfo *session = MHD_get_connection_info(client, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	return session ? session->tls_session : NULL;
}

static struct connection *open_connection(struct event_loop *loop, struct MHD_Connection *client)
{
	struct socket_of_client socket = {
		.fd = MHD_get_connection_info(client, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
		.address = MHD_get_connection_info(client, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
		.tls = session_of(client),
	};
	struct connection *connection =
		connection_open(&loop->connections, &socket, exchange_deadline(loop->exchanges->options.request_seconds));
	if (!connection)
		shutdown(socket.fd, SHUT_RDWR);
	return connection;
}

/* The library closes the descriptor after the last of these calls. */
static void connection_changed(void *closure, struct MHD_Connection *client, void **ret_connection,
                               enum MHD_ConnectionNotificationCode what)
{
	struct event_loop *loop = closure;
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		*ret_connection = open_connection(loop, client);
	else if (*ret_connection)
		connection_close(&loop->connections, *ret_connection);
}

unsigned server_connection_count(const struct server *server)
{
	return addresses_total((struct addresses *)(uintptr_t)&server->addresses);
}

size_t server_body_memory(const struct server *server)
{
	return atomic_load(&server->exchanges.held);
}

/* When a rush is over, what it has left behind in small pieces goes back to the system. */
static void trim_memory(struct server *server)
{
	unsigned freed = atomic_load(&server->exchanges.freed);
	if (freed == server->freed && freed != server->trimmed) {
		malloc_trim(SPARE_BYTES);
		server->trimmed = freed;
	}
	server->freed = freed;
}

static void *watch(void *closure)
{
	struct server *server = closure;
	pthread_mutex_lock(&server->mutex);
	while (!server->unwatched) {
		clock_wait_until(&server->wake, &server->mutex, clock_monotonic() + WATCH_INTERVAL);
		for (unsigned i = 0; i < server->exchanges.options.threads; i++)
			connections_expire(&server->loops[i].connections, clock_monotonic());
		trim_memory(server);
	}
	pthread_mutex_unlock(&server->mutex);
	return NULL;
}

/* ---- starting ---- */

/* Nearly all that the library says is about a mistake of a client; running out of descriptors is a mistake of ours. */
static void log_library(void *closure, const char *format, va_list arguments)
{
	if (strncmp(format, "Error processing request", 24) == 0) { /* its first argument is the status */
		va_list copy;
		va_copy(copy, arguments);
		exchange_refused(closure, va_arg(copy, unsigned));
		va_end(copy);
	}
	enum log_level level = strstr(format, "resource limit") ? LOG_WARNING : LOG_DEBUG;
	if (!log_enabled(level))
		return;
	char message[512], quoted[1024];
	vsnprintf(message, sizeof(message), format, arguments);
	log_event(level, "http_library", "message=%s", log_quote(text_trim(text_of(message)), quoted, sizeof(quoted)));
}

/* What large requests held goes back to the system with them. Unless told, the allocator takes the first that is freed
 * as a sign to keep all such memory for later. */
static void give_back_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	mallopt(M_TRIM_THRESHOLD, SPARE_BYTES);
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
	server->port = server->exchanges.options.port;
	for (unsigned i = 0; i < server->exchanges.options.threads; i++)
		TRY(listen_open(server->exchanges.options.address, &server->port, i > 0, &server->loops[i].listener,
		                ret_reason));
	return ERROR_NONE;
}

/* The library never reaches its own limit of connections: admit_connection comes first. Its timeout is off: the
 * watchdog has its own. */
static struct MHD_Daemon *start_daemon(struct event_loop *loop)
{
	const struct server_options *options = &loop->exchanges->options;
	const struct MHD_OptionItem  secured[] = {
		 {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
		 {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)tls_choose},
		 {MHD_OPTION_END, 0, NULL},
    };
	const struct MHD_OptionItem *further = options->tls ? secured : &secured[2];
	unsigned                     flags =
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (options->tls ? MHD_USE_TLS : 0);
	return MHD_start_daemon(
		flags, 0, admit_connection, loop, exchange_handle, loop, MHD_OPTION_EXTERNAL_LOGGER, log_library, loop,
		MHD_OPTION_LISTEN_SOCKET, loop->listener, MHD_OPTION_CONNECTION_LIMIT, options->connections + options->threads,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, exchange_memory(options), MHD_OPTION_CONNECTION_TIMEOUT, 0u,
		MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES, MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, loop,
		MHD_OPTION_NOTIFY_COMPLETED, exchange_end, loop, MHD_OPTION_NOTIFY_CONNECTION, connection_changed, loop,
		MHD_OPTION_STRICT_FOR_CLIENT, intake_strictness(), MHD_OPTION_ARRAY, further, MHD_OPTION_END);
}

/* The main thread takes the signals: the new threads inherit a mask that blocks them all. */
static enum error start_loops(struct server *server, struct text *ret_reason)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = server->watched = pthread_create(&server->watchdog, NULL, watch, server) == 0;
	for (unsigned i = 0; started && i < server->exchanges.options.threads; i++) {
		server->loops[i].daemon = start_daemon(&server->loops[i]);
		started = server->loops[i].daemon != NULL;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (started)
		return ERROR_NONE;
	*ret_reason = TEXT("the threads could not be started");
	return ERROR_UNAVAILABLE;
}

static bool prepare_server(struct server *server, void *const *thread_states)
{
	const struct server_options *options = &server->exchanges.options;
	server->loops = arena_alloc_array(&server->arena, options->threads, sizeof(struct event_loop));
	if (!server->loops || !addresses_init(&server->addresses, options->connections, options->connections_per_address))
		return false;
	for (unsigned i = 0; i < options->threads; i++) {
		struct event_loop *loop = &server->loops[i];
		*loop = (struct event_loop){.exchanges = &server->exchanges, .state = thread_states[i], .listener = -1};
		arena_init(&loop->arena, SIZE_MAX);
		connections_init(&loop->connections, &server->addresses);
	}
	clock_init_condition(&server->wake);
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
	for (unsigned i = 0; i < server->exchanges.options.threads; i++)
		if (server->loops[i].daemon) {
			MHD_quiesce_daemon(server->loops[i].daemon);
			shutdown(server->loops[i].listener, SHUT_RDWR); /* clients are refused, not left to wait */
		}
}

static void destroy_loop(struct event_loop *loop)
{
	if (loop->daemon)
		MHD_stop_daemon(loop->daemon);
	if (loop->listener >= 0)
		close(loop->listener);
	exchanges_destroy(loop);
	connections_destroy(&loop->connections);
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
	atomic_store(&server->exchanges.closed, true);
	while (atomic_load(&server->exchanges.running))
		pause_draining();
	stop_watchdog(server);
	for (unsigned i = 0; i < server->exchanges.options.threads; i++)
		destroy_loop(&server->loops[i]);
	addresses_destroy(&server->addresses);
	pthread_cond_destroy(&server->wake);
	pthread_mutex_destroy(&server->mutex);
	struct arena arena = server->arena;
	arena_destroy(&arena);
}

enum error server_start(const struct server_options *options, void *const *thread_states,
                        const struct server_handler *handler, struct server **ret, struct text *ret_reason)
{
	struct arena arena;
	arena_init(&arena, SIZE_MAX);
	struct server *server = arena_new(&arena, struct server);
	if (server)
		*server = (struct server){.exchanges = {.options = *options, .handler = *handler}};
	if (server)
		server->arena = arena;
	if (!server || !prepare_server(server, thread_states)) {
		arena_destroy(server ? &server->arena : &arena);
		*ret_reason = TEXT("out of memory");
		return ERROR_NO_MEMORY;
	}
	signal(SIGPIPE, SIG_IGN);
	intake_init();
	give_back_memory();
	raise_file_limit(options->connections);
	enum error error = open_listeners(server, ret_reason);
	if (!error)
		error = start_loops(server, ret_reason);
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
	int64_t  streams_end = exchange_deadline(LAST_OF_STREAM);
	unsigned busy = 0;
	for (unsigned i = 0; i < server->exchanges.options.threads; i++)
		busy += connections_retire(&server->loops[i].connections, streams_end);
	return busy == 0;
}

void server_stop(struct server *server, unsigned seconds)
{
	int64_t deadline = exchange_deadline(seconds);
	atomic_store(&server->exchanges.draining, true);
	stop_accepting(server);
	while (!is_drained(server) && clock_monotonic() < deadline)
		pause_draining();
	destroy(server);
}
