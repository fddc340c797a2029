/* Listening sockets: several on one port, between which the kernel spreads the clients. */
#ifndef STINT_HTTP_LISTEN_H
#define STINT_HTTP_LISTEN_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Opens a non-blocking listening socket that shares its port. `address` is an IPv4 or IPv6 literal. Port 0 becomes the
 * port that the system chose. `further`: this process has the port already, from an earlier call. On failure ret_reason
 * says why (static). */
enum error listen_open(const char *address, int *port, bool further, int *ret_fd, struct text *ret_reason);

#endif
