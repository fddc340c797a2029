/* One exchange: a request on its way in through the HTTP library, and its reply on the way out. server.c starts,
 * watches and stops the loops, on which the library calls these functions. */
#ifndef STINT_HTTP_EXCHANGE_H
#define STINT_HTTP_EXCHANGE_H

#include <stdatomic.h>

#include "http/connections.h"
#include "http/intake.h"
#include "http/server.h"

/* What all loops of a server share. */
struct exchanges {
	struct server_options options;
	struct server_handler handler;
	atomic_bool           draining; /* each reply closes its connection */
	atomic_bool           closed;   /* no handler is entered any more */
	atomic_uint           running;  /* handlers entered, less those returned or resumed */
	atomic_size_t         held;     /* memory of all requests, beyond what each may have for itself */
	atomic_uint           freed;    /* exchanges that kept no memory, so far */
};

/* One of the library's threads, and what belongs to it. */
struct event_loop {
	struct exchanges        *exchanges;
	struct MHD_Daemon       *daemon;
	void                    *state; /* request->thread */
	int                      listener;
	struct connections       connections;
	struct arena             arena; /* exchanges are used again, and given back with the loop */
	struct exchange         *begun, *unused;
	unsigned                 unused_count;
	struct exchange *_Atomic resumed; /* by other threads; one of them has been, and stands for all of these */
};

/* clock_monotonic, so many seconds from now */
int64_t exchange_deadline(unsigned seconds);

/* The library's memory for one connection: one block, for the header of a request and then that of its reply. */
size_t exchange_memory(const struct server_options *options);

/* The library's log callback for targets: the first sign of a request, and the only sight of its target as sent. What
 * it returns comes back as `closure` of the request; NULL there closes the connection. */
void *exchange_begin(void *loop, const char *target, struct MHD_Connection *client);

/* The library's handler: called with the header, with each part of the body, at the end, and when it is resumed. */
enum MHD_Result exchange_handle(void *loop, struct MHD_Connection *client, const char *url, const char *method,
                                const char *version, const char *data, size_t *ret_left, void **ret_exchange);

/* The library refuses a request by itself, and is about to answer; this is called before. If it refuses what the header
 * says about the body, version 0.9.75 would send the header of its reply twice: we answer in its place. */
void exchange_refused(struct event_loop *loop, unsigned status);

/* To be called when the reply has been sent, or its connection is gone. */
void exchange_end(void *loop, struct MHD_Connection *client, void **ret_exchange, enum MHD_RequestTerminationCode how);

/* When the library has stopped, all exchanges are unused: gives back their memory. */
void exchanges_destroy(struct event_loop *loop);

#endif
