/* The life of a request (DESIGN, ARCHITECTURE.md): who may do what; execute.c says where it runs. */
#ifndef STINT_HTTP_DISPATCH_H
#define STINT_HTTP_DISPATCH_H

#include "http/request.h"

/* A server_handler. request->thread is a struct io_thread. */
void dispatch_request(struct request *request);

/* Who calls, then whether they may, then whether what they sent makes sense. In a transaction. */
enum error request_admit(struct request *request);

/* What came of it, `error`, unless the caller was guessed, and wrongly: ERROR_CONFLICT then, and the next try looks. To
 * be asked before anything is said or done. */
enum error request_confirm(struct request *request, enum error error);

/* All that a request does in its transaction, admission and confirmation included. */
enum error request_act(struct request *request);

/* A server_observer: one log line and the counters. */
void dispatch_observe(const struct request *request);

#endif
