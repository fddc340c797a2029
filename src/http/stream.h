/* A reply that goes on: read piece by piece, on the request's I/O thread, for as long as its client takes it. It
 * outlives the request, whose memory is given back when the header is out. */
#ifndef STINT_HTTP_STREAM_H
#define STINT_HTTP_STREAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#define STREAM_END ((ssize_t)-1)

struct stream {
	/* Fills at most `size` bytes and returns how many. 0: there is nothing by now, and stream_wake will be called;
	 * STREAM_END: nothing more will come. */
	ssize_t (*read)(struct stream *stream, char *data, size_t size);

	/* The connection is through with it, or gone. Called once, if it has begun, and the stream is not touched
	 * afterwards. */
	void (*end)(struct stream *stream);

	bool begun; /* the header is out: from now on it belongs to the connection, not to the request */

	/* only for stream.c */
	struct event_loop     *loop;
	struct connection     *connection;
	struct MHD_Connection *client;
	atomic_int             state;
};

/* There is something to read. From any thread, before `end` has been called. */
void stream_wake(struct stream *stream);

/* What the HTTP library is to send; NULL when out of memory. On the I/O thread of the connection. */
struct MHD_Response *stream_response(struct stream *stream, struct event_loop *loop, struct connection *connection,
                                     struct MHD_Connection *client);

#endif
