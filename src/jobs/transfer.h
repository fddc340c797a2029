/* Messages on their way to webhooks, and the answers. Decides neither what is sent and when, nor what follows. */
#ifndef STINT_JOBS_TRANSFER_H
#define STINT_JOBS_TRANSFER_H

#include "operations/deliveries.h"

struct transfers; /* all that are on their way */

struct transfer_options {
	int64_t seconds; /* longest until a message is answered */
	bool    allow_private;
};

#define ANSWER_HEAD_BYTES 1024

struct transfer {
	const struct transfers *transfers; /* NULL: it is not on its way */
	void                   *request, *headers;
	size_t                  answer_length;
	char                    head[ANSWER_HEAD_BYTES]; /* of the answer */
	const char             *failure;                 /* NULL: there is an answer */
	bool                    refused;                 /* the address is none that may be called */
};

/* NULL: there is no memory. */
struct transfers *transfers_new(const struct transfer_options *options);

/* None is on its way any more. NULL is nothing. */
void transfers_free(struct transfers *transfers);

/* The message and `transfer` stay where they are until the end. False: there is no memory. */
bool transfer_begin(struct transfers *transfers, struct transfer *transfer, const struct delivery *message);

/* Nothing is known of what it came to. */
void transfer_break_off(struct transfer *transfer);

/* Goes on with all of them. One that has ended, or NULL: none has by now. */
struct transfer *transfers_go_on(struct transfers *transfers);

/* What it has come to; texts are in the arena. */
void transfer_end(struct transfer *transfer, struct arena *arena, struct delivery_outcome *ret);

/* Until there is something to go on with, or somebody wakes it. */
void transfers_wait(struct transfers *transfers, int64_t microseconds);

/* By any thread. */
void transfers_wake(struct transfers *transfers);

#endif
