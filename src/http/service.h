/* The running service: everything that a request may need besides itself, put together once by `serve`. */
#ifndef STINT_HTTP_SERVICE_H
#define STINT_HTTP_SERVICE_H

#include <pthread.h>

#include "auth/principals.h"
#include "base/budget.h"
#include "contract/operation.h"
#include "db/executor.h"
#include "http/asset.h"
#include "http/client.h"
#include "http/metrics.h"
#include "http/rate_limit.h"
#include "http/request.h"

struct hub;
struct uses;
struct server;

/* Replies that are files, made or sent at once, and each of them. */
struct file_places {
	pthread_mutex_t mutex;
	int64_t        *callers; /* whose they are, `most` of them; 0: free */
	unsigned        most;
	unsigned        seconds; /* to make one, and again to send it */
	int64_t         bytes;
	const char     *folder;
};

struct service {
	struct settings      settings;
	struct db           *db;
	struct ids          *ids;
	struct executor     *main;    /* all writes */
	struct executor     *readers; /* reads that are not inline, or turn out to be long */
	struct executor     *slow;    /* `prepare` steps */
	struct executor     *exports; /* reads whose replies are files */
	struct file_places   files;
	struct hub          *hub;        /* replies that are streams */
	struct principals   *principals; /* callers seen before; on SQLite it only lets bodies in */
	struct uses         *uses;       /* of tokens, until they are written down */
	struct rate_limit   *rate_limit; /* NULL: off */
	struct budget       *address_guesses, *account_guesses;
	struct budget       *kept_bytes; /* of answers under an Idempotency-Key */
	struct client_ranges trusted_proxies;
	struct asset         document, older_document; /* of the API */
	const char          *cors_origin;              /* NULL: off; "*" or one origin */
	struct metrics      *metrics;
	struct server       *server;
	void (*clock_moved)(void *data); /* by the sandbox: runs the jobs that are due by now, and waits */
	void            *clock_moved_data;
	_Atomic uint64_t reads;        /* that were begun: whoever has time lets them go first */
	bool             reads_inline; /* reads begin on the I/O thread, each with a connection of its own */
};

/* The state of one I/O thread. */
struct io_thread {
	struct service       *service;
	struct db_connection *reader; /* NULL unless reads_inline */
};

static inline struct service *service_of(const struct request *request)
{
	return ((struct io_thread *)request->thread)->service;
}

#endif
