/* Names of machines. Nothing is looked up. */
#ifndef STINT_BASE_HOST_H
#define STINT_BASE_HOST_H

#include "base/text.h"

/* This machine and no other: "localhost", 127.0.0.0/8, "::1", also in brackets. */
bool host_is_loopback(struct text host);

/* "localhost:8080" and "[::1]:8080" without the port. */
struct text host_without_port(struct text authority);

#endif
