/* Where a request runs: on its I/O thread, on a writer or worker, on a slow thread; and again after a conflict. */
#ifndef STINT_HTTP_EXECUTE_H
#define STINT_HTTP_EXECUTE_H

#include "http/system.h"

/* Brings a routed request where it runs, and sees to its reply. `place` is where a system address wants to be. The
 * request may be another thread's, or gone, when this returns. */
void execute_request(struct request *request, enum system_place place);

/* Makes the reply of a failure, if there is one, and ends the reply. */
void execute_finish(struct request *request, enum error error);

#endif
