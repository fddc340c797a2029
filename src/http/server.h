/* The HTTP server: sockets, I/O threads, limits, orderly stop. Only server.c, exchange.c and intake.c know
 * libmicrohttpd.
 *
 * One daemon per thread, each on its own SO_REUSEPORT socket with epoll. A handler runs on the I/O thread when the
 * request is complete. It makes the reply at once, or suspends the request and hands it to another thread, which
 * resumes it when the reply is made. */
#ifndef STINT_HTTP_SERVER_H
#define STINT_HTTP_SERVER_H

#include "http/request.h"

struct server;

struct server_options {
	const char *address; /* IPv4 or IPv6 literal */
	int         port;    /* 0: a free one */
	unsigned    threads;

	/* limits; each is enforced and has a clear answer */
	size_t   header_bytes;            /* request line and headers of one request, with book-keeping: 431 */
	size_t   body_bytes;              /* 413 */
	size_t   memory_bytes;            /* the arena of one request */
	unsigned connections;             /* open at once in all */
	unsigned connections_per_address; /* open at once from one address (IPv6: /64), 0: any; more are closed */
	unsigned request_seconds;         /* from connect, or from the first byte after a reply, to the end of the reply */
	unsigned idle_seconds;            /* between two requests of a connection */
};

/* Called on an I/O thread with a complete request (or one with `refused` set). When it returns without having called
 * server_suspend, request->reply is sent. */
typedef void server_handler(struct request *request);

/* Called when the reply is on its way (or its connection is gone): the last look at the request, for the log. */
typedef void server_observer(const struct request *request);

/* `thread_states[i]` is request->thread of all requests of I/O thread i. On failure ret_reason says why (static). */
enum error server_start(const struct server_options *options, void *const *thread_states, server_handler *handler,
                        server_observer *observer, struct server **ret, struct text *ret_reason);

/* The port that was bound. */
int server_port(const struct server *server);

/* From the handler, before the request is given to another thread. */
void server_suspend(struct request *request);

/* From any thread, once, when request->reply is made. The request must not be touched afterwards. */
void server_resume(struct request *request);

unsigned server_connection_count(const struct server *server);

/* Takes no new connections and requests, waits at most `seconds` for running requests, then stops all threads. The
 * executors that resume requests must still be running. */
void server_stop(struct server *server, unsigned seconds);

#endif
