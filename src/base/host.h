/* Names and addresses of machines. Nothing is looked up. */
#ifndef STINT_BASE_HOST_H
#define STINT_BASE_HOST_H

#include "base/text.h"

/* This machine and no other: "localhost", 127.0.0.0/8, "::1", also in brackets. */
bool host_is_loopback(struct text host);

/* Of "https://time.example.com/stint": "https://time.example.com". */
struct text host_origin(struct text url);

/* "localhost:8080" and "[::1]:8080" without the port. */
struct text host_without_port(struct text authority);

/* An address that is reached over the Internet, and none of this machine, a private network, a cloud's metadata, or a
 * group. */
struct sockaddr;
bool host_is_public(const struct sockaddr *address);

/* False: a name of this machine, or an address that is not public, however it is written (0x7f000001, [::1]). What
 * another name leads to is known only when it is looked up. */
bool host_may_be_public(struct text host);

#endif
