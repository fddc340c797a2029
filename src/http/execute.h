/* Where a request runs: on its I/O thread, on a writer or worker, on a slow thread; and again after a conflict. */
#ifndef STINT_HTTP_EXECUTE_H
#define STINT_HTTP_EXECUTE_H

#include "http/request.h"

/* Runs a step that only reads, at once, where the I/O thread has a connection of its own (SQLite); elsewhere nothing is
 * done. A failure of the database is not its error: the transaction that follows will say what is wrong. */
enum error execute_look_up(struct request *request, enum error (*step)(struct request *request));

/* Takes a routed request to where it runs, and sees to its reply. When this returns, the request may belong to another
 * thread, or be gone. */
void execute_request(struct request *request);

/* Makes the reply of a failure, if there is one, and completes the reply. */
void execute_finish(struct request *request, enum error error);

#endif
