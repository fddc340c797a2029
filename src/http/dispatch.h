/* The life of a request (DESIGN, ARCHITECTURE.md): who may do what; execute.c says where it runs. */
#ifndef STINT_HTTP_DISPATCH_H
#define STINT_HTTP_DISPATCH_H

#include "http/request.h"

/* The two steps of a server_handler. request->thread is a struct io_thread. */
enum error dispatch_header(struct request *request);
void       dispatch_request(struct request *request);

/* Fills the input from path, query and body, unless that has been done. */
void request_bind(struct request *request);

/* Who calls, then whether they may, then whether what they sent makes sense. In a transaction. */
enum error request_admit(struct request *request);

/* Returns `error`, what came of the request, unless its caller was guessed wrongly: then ERROR_CONFLICT, and the next
 * try asks the database first. To be called before anything is said or done. */
enum error request_confirm(struct request *request, enum error error);

/* All that a request does in its transaction, admission and confirmation included. */
enum error request_act(struct request *request);

/* The last look at a request: one log line and the counters. */
void dispatch_observe(const struct request *request);

#endif
