/* Streams over the HTTP library. One that has nothing to say is suspended, which costs nothing; whoever makes it must
 * wake it now and then to say something, since nobody looks whether the client of a suspended connection has left. */
#include "http/stream.h"

#include <netinet/tcp.h>

#include "http/exchange.h"

#define BLOCK_BYTES 1024        /* at once, to a client of HTTP/1.0; else as much as the connection has room for */
#define SEND_BYTES  (64 * 1024) /* in the system's buffer: all that is taken from us for a client that does not read */

enum stream_state { STREAM_READING, STREAM_WAITING, STREAM_WOKEN };

/* Suspended first, and then told to whoever wakes it: one who came in between has found nothing to resume. */
static void stream_rest(struct stream *stream)
{
	int state = STREAM_READING;

	MHD_suspend_connection(stream->client);
	if (!atomic_compare_exchange_strong(&stream->state, &state, STREAM_WAITING))
		MHD_resume_connection(stream->client);
}

/* The library asks when the client has taken what was there before: so the deadline moves. */
static ssize_t stream_read(void *closure, uint64_t position, char *data, size_t size)
{
	(void)position;
	struct stream    *stream = closure;
	struct exchanges *exchanges = stream->loop->exchanges;
	int64_t           deadline = exchange_deadline(exchanges->options.request_seconds);

	atomic_store(&stream->state, STREAM_READING);
	if (atomic_load(&exchanges->closed) ||
	    !connection_enter(&stream->loop->connections, stream->connection, PHASE_STREAMING, deadline))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	ssize_t length = stream->read(stream, data, size);
	if (length == STREAM_END)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (length == 0)
		stream_rest(stream);
	return length;
}

void stream_wake(struct stream *stream)
{
	if (atomic_exchange(&stream->state, STREAM_WOKEN) == STREAM_WAITING)
		MHD_resume_connection(stream->client);
}

struct MHD_Response *stream_response(struct stream *stream, struct event_loop *loop, struct connection *connection,
                                     struct MHD_Connection *client)
{
	int      bytes = SEND_BYTES;
	unsigned milliseconds = loop->exchanges->options.request_seconds * 1000;

	stream->loop = loop;
	stream->connection = connection;
	stream->client = client;
	/* A client whose cable was pulled answers nothing: the system gives it up then. */
	setsockopt(connection->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof(milliseconds));
	setsockopt(connection->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, stream_read, stream, NULL);
}
