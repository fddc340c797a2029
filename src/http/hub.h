/* The hub of live events: who listens, and one thread that brings them what is new in their workspaces.
 *
 * It looks when a commit of this process has made something due, and every second for what other nodes have numbered,
 * in workspaces that somebody listens to, and nowhere else. What is new is asked as whoever listens, so that a stream
 * shows what the feed would (sql/policy.sql); listeners with one token who have heard the same share the answer. Nobody
 * gets more before they have taken what they have: who is slow costs one page, and misses nothing (decision 0048). */
#ifndef STINT_HTTP_HUB_H
#define STINT_HTTP_HUB_H

#include "db/executor.h"
#include "http/request.h"

struct hub;

struct hub_options {
	unsigned         most, most_of_user; /* streams at once */
	int64_t          silence;            /* microseconds after which a stream says that it is there */
	struct executor *readers;            /* must outlive hub_close */
};

enum error hub_start(const struct hub_options *options, struct hub **ret);

/* Something may be new. From any thread; NULL is nothing. */
void hub_wake(struct hub *hub);

/* A client that comes back says in Last-Event-ID how far it came: that counts instead of the parameter `after`. Before
 * the input is bound. */
enum error hub_resume(struct request *request);

/* The reply of an admitted request is a stream of what comes after call->live_after. ERROR_UNAVAILABLE: there are as
 * many as there may be, or the server stops; ERROR_RATE_LIMITED: the caller has as many. It counts until it has ended,
 * or until the request is undone. */
enum error hub_open(struct hub *hub, struct request *request);

unsigned hub_stream_count(struct hub *hub);

/* Ends all streams and the thread, and opens no more. NULL is nothing. */
void hub_close(struct hub *hub);

/* When all streams have been read to their end. NULL is nothing. */
void hub_free(struct hub *hub);

#endif
