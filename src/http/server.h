/* The HTTP server: sockets, I/O threads, limits, orderly stop. Only server.c, exchange.c and intake.c know
 * libmicrohttpd.
 *
 * One daemon per thread, each on its own SO_REUSEPORT socket with epoll. A request is handled in two steps on its I/O
 * thread: when its header is there, and when it is complete. The second makes the reply at once, or suspends the
 * request and hands it to another thread, which resumes it when the reply is made. */
#ifndef STINT_HTTP_SERVER_H
#define STINT_HTTP_SERVER_H

#include "http/request.h"

struct server;

struct server_options {
	const char *address; /* IPv4 or IPv6 literal */
	int         port;    /* 0: a free one */
	unsigned    threads;
	bool        tls; /* with the certificate that tls_show was given; else plain HTTP */

	/* limits; each is enforced and has a clear answer */
	size_t   header_bytes;            /* request line and headers of one request, with book-keeping: 431 */
	size_t   body_bytes;              /* 413, unless the header step sets another limit */
	size_t   memory_bytes;            /* the arena of one request */
	size_t   body_memory;             /* large bodies and replies of all requests together: 503 */
	unsigned connections;             /* open at once in all */
	unsigned connections_per_address; /* open at once from one address (IPv6: /64), 0: any; more are closed */
	unsigned request_seconds;         /* from connect, or from the first byte after a reply, to the end of the reply; of
	                                     a stream, from one reading to the next */
	unsigned idle_seconds;            /* between two requests of a connection */
};

/* What a request means. All of it is called on I/O threads. */
struct server_handler {
	/* The header is there, or request->refused says why not. It may set request->body_limit and make what the reply
	 * will need. An error is why the request is refused: its body is not kept. */
	enum error (*header)(struct request *request);

	/* The request is complete, or request->refused is set. When it returns without having called server_suspend,
	 * request->reply is sent. */
	void (*complete)(struct request *request);

	/* The reply is on its way (or its connection is gone), the header of a stream is: the last look at the request, for
	 * the log. */
	void (*observe)(const struct request *request);
};

/* `thread_states[i]` is request->thread of all requests of I/O thread i. On failure ret_reason says why (static). */
enum error server_start(const struct server_options *options, void *const *thread_states,
                        const struct server_handler *handler, struct server **ret, struct text *ret_reason);

/* The port that was bound. */
int server_port(const struct server *server);

/* Counts what the request holds by now among the memory of all of them (body_memory). False: that is too much, and a
 * reply that has changed nothing should give way to a refusal. From the request's own thread. */
bool server_charge(struct request *request);

/* From now on the request may take so long, whatever it has taken before. From the handler, or while it is suspended.
 */
void server_extend(struct request *request, unsigned seconds);

/* Whether somebody waits for the reply of a suspended request: the client is there, and the server does not stop. */
bool server_is_awaited(const struct request *request);

/* From the handler, before the request is given to another thread. */
void server_suspend(struct request *request);

/* From any thread, once, when request->reply is made. The request must not be touched afterwards, and goes on when this
 * thread has called server_wake. */
void server_resume(struct request *request);

/* What this thread has resumed goes on. */
void server_wake(void);

unsigned server_connection_count(const struct server *server);

/* What large bodies and replies hold now, in bytes. */
size_t server_body_memory(const struct server *server);

/* Takes no new connections and requests, waits at most `seconds` for running requests, then stops all threads. The
 * executors that resume requests must still be running; streams have been told to end, and every one is read to it. */
void server_stop(struct server *server, unsigned seconds);

#endif
