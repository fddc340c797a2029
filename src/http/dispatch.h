/* The life of a request (DESIGN, ARCHITECTURE.md): the only code that opens a request's transaction. */
#ifndef STINT_HTTP_DISPATCH_H
#define STINT_HTTP_DISPATCH_H

#include "http/request.h"

/* A server_handler. request->thread is a struct io_thread. */
void dispatch_request(struct request *request);

/* A server_observer: one log line and the counters. */
void dispatch_observe(const struct request *request);

#endif
