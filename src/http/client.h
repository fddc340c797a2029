/* Where a request comes from: the address of its socket, or what a proxy that is trusted says about it. */
#ifndef STINT_HTTP_CLIENT_H
#define STINT_HTTP_CLIENT_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/text.h"

/* An IPv4 address stands as ::ffff:a.b.c.d. */
struct client_address {
	struct in6_addr in6;
};

/* All addresses that begin with the same `bits`. */
struct client_range {
	struct client_address first;
	unsigned              bits;
};

struct client_ranges {
	struct client_range *items;
	size_t               count;
};

/* "10.0.0.0/8, ::1"; a lone address is a range of one. False: something else is in it, or out of memory. */
bool client_parse_ranges(struct arena *arena, struct text list, struct client_ranges *ret);

struct client_address client_of_socket(const struct sockaddr *socket);

/* The peer itself, unless it is trusted: then the last address of X-Forwarded-For that is not trusted, for whatever
 * stands before that may have been made up. A list that cannot be read to its end is believed as far as it can be read.
 */
struct client_address client_find(struct client_address peer, struct text forwarded_for,
                                  const struct client_ranges *trusted);

/* For tables. An IPv6 client is its /64: whoever has one address there has all of them. */
uint64_t client_key(const struct client_address *address);

/* The text is the thread's, until it prints another one. */
const char *client_print(const struct client_address *address);

#endif
