/* Who is connected: how many in all and from one address, and how long each connection may take for what it does.
 *
 * The HTTP library's own timeout starts again at every byte, so a client that drips one byte a second would live for
 * ever. Here a request has one deadline from its beginning to the end of its reply. */
#ifndef STINT_HTTP_CONNECTIONS_H
#define STINT_HTTP_CONNECTIONS_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/error.h"

/* Counts over all I/O threads. An IPv6 client is its /64: whoever has one address there has all of them. */
struct addresses {
	pthread_mutex_t  mutex;
	struct arena     arena;
	struct address **buckets, *unused;
	unsigned         mask; /* buckets - 1 */
	unsigned         total, limit, limit_per_address;
};

/* False when out of memory. `limit_per_address` 0: no limit. */
bool addresses_init(struct addresses *addresses, unsigned limit, unsigned limit_per_address);
void addresses_destroy(struct addresses *addresses);

/* Whether one more connection from there is within the limits. */
bool addresses_admit(struct addresses *addresses, const struct sockaddr *client);

unsigned addresses_total(struct addresses *addresses);

/* What the last requests of a connection were authorised by. Its clients say the same again and again, and to hash it
 * takes one twentieth of a short request. */
#define KNOWN_TOKEN_BYTES 96 /* a longer Authorization is hashed each time */
struct known_token {
	char   authorization[KNOWN_TOKEN_BYTES];
	char   hash[65]; /* and its end */
	size_t length;   /* of the Authorization; 0: none is known */
};

enum phase {
	PHASE_NEW,       /* connected; nothing asked yet */
	PHASE_RECEIVING, /* the request line is here, the end of the request is not */
	PHASE_WORKING,   /* from the complete request to the end of the reply */
	PHASE_STREAMING, /* in a reply that goes on: the deadline moves as the client takes it */
	PHASE_IDLE,      /* between two requests */
	PHASE_EXPIRED    /* shut down; the HTTP library has yet to notice */
};

struct connection {
	struct connection         *next, *previous;
	struct address            *address;
	int64_t                    deadline; /* clock_monotonic */
	int                        fd;
	struct gnutls_session_int *tls; /* NULL: plain HTTP */
	enum phase                 phase;
	bool                       examined; /* since it became idle */
	struct known_token         known_token;
};

/* The connections of one I/O thread. That thread opens, moves and closes them; any thread may expire them. */
struct connections {
	pthread_mutex_t    mutex;
	struct arena       arena; /* connections are used again, and given back with the list */
	struct connection *open, *unused;
	struct addresses  *addresses;
};

void connections_init(struct connections *connections, struct addresses *addresses);
void connections_destroy(struct connections *connections);

/* What a client is reached by; `tls` NULL: plain HTTP. */
struct socket_of_client {
	int                        fd;
	const struct sockaddr     *address;
	struct gnutls_session_int *tls;
};

/* NULL when out of memory. */
struct connection *connection_open(struct connections *connections, const struct socket_of_client *client,
                                   int64_t deadline);

/* To be called before the descriptor is closed: afterwards another connection may have its number. */
void connection_close(struct connections *connections, struct connection *connection);

/* Moves to a phase and its deadline. The deadline stays as it is when 0 is given, and for the first request, whose time
 * runs since the client connected. False when the connection has expired: then nothing must be begun on it. */
bool connection_enter(struct connections *connections, struct connection *connection, enum phase phase,
                      int64_t deadline);

/* Answers in place of the HTTP library, where that would fall silent, and shuts the connection down. */
void connection_refuse(struct connections *connections, struct connection *connection, enum error error);

/* Shuts down the connections whose deadline is before `now`; one that is half-way through its request is told why. */
void connections_expire(struct connections *connections, int64_t now);

/* Shuts down the connections without a request; returns how many have one. Streams have ended by then: their clients
 * may take what is left until `streams_end`. */
unsigned connections_retire(struct connections *connections, int64_t streams_end);

#endif
