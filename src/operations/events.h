/* Events: what happened in a workspace, for those who follow it (docs/decisions/0046). One line where the state changes
 * notes it in the same transaction; jobs/sequencer numbers what was committed; readers go by the position alone.
 *
 * Knows no kind of object, and no reader. */
#ifndef STINT_OPERATIONS_EVENTS_H
#define STINT_OPERATIONS_EVENTS_H

#include "base/calendar.h"
#include "contract.h"
#include "db/context.h"

#define EVENTS_KIND TEXT("events") /* of the job that numbers them */

#define EVENT_SECONDS (30 * SECONDS_PER_DAY) /* they are kept so long; the newest one of a workspace stays */

struct event {
	int64_t kind;       /* enum event_kind */
	int64_t object_id;  /* of the project, member, …: what it happened to */
	int64_t user_id;    /* the member whom it concerns, or NONE */
	int64_t project_id; /* or NONE: with kind and user, who may see it (visible_event) */
};

/* Events do not depend on who makes them: what they hold is read in this context, as somebody who sees everything. */
struct db_context event_view(const struct db_context *db);

/* It has happened, once this transaction is committed. `data` is a row of the output of event_shape_of, as somebody has
 * it who sees no rates; `rated`, as somebody who sees them, or NULL: the same. */
enum error event_note(struct db_context *db, const struct event *event, const void *data, const void *rated);

/* --- what is told when all is done ------------------------------------------------------------------------------- */

/* An object that a transaction changes several times, and of which followers hear once, as it is in the end. */
struct later_event {
	int64_t kind, object_id;
	void   *data;                                                               /* the teller's own */
	enum error (*tell)(struct db_context *db, const struct later_event *later); /* NULL: nothing is left to be told */
	struct later_event *next;
};

typedef enum error event_teller(struct db_context *db, const struct later_event *later);

/* Of one transaction, at one try. It has memory of its own: what a rule needs for a part of its work goes with that. */
struct event_queue {
	struct arena        arena;
	struct later_event *first, **end;
};

/* `tell` reads the object, and notes what is to be said of it. */
enum error event_note_later(struct db_context *db, int64_t kind, int64_t object_id, event_teller *tell, void *data);

/* What the transaction has to tell of the object so far, by this teller, or NULL. */
struct later_event *event_find_later(const struct db_context *db, int64_t object_id, event_teller *tell);

/* To be called by whoever opens a transaction, and before it ends, with what it came to so far: then all is told,
 * unless that is an error, and the queue is gone. */
void       events_begin(struct db_context *db, struct event_queue *queue);
enum error events_end(struct db_context *db, enum error error);

/* --- numbering --------------------------------------------------------------------------------------------------- */

/* Gives the workspace's oldest events that have none their positions, at most `most`, and tells how many they were.
 * Only where event_note does not number them, and by one transaction at a time: lock_numbering, where there are
 * others. */
enum error events_number(struct db_context *db, size_t most, size_t *ret_count);

/* --- reading ----------------------------------------------------------------------------------------------------- */

/* What a reader has who has read up to a position. */
struct events_found {
	struct event_row *items; /* those that the caller sees, oldest first; encoded by output_event */
	size_t            count;
	int64_t           position; /* to go on with: up to here nothing is left to be read. Never less than `after` */
	int64_t           newest;   /* of the workspace, whoever sees it */
};

/* At most `most` of those that follow `after`; 0: from the oldest that is kept. One call looks at a bounded number of
 * events: nothing found does not mean that nothing follows, position < newest does. ERROR_CURSOR_TOO_OLD: what followed
 * `after` is no longer kept. */
enum error events_after(struct db_context *db, int64_t after, int64_t most, struct events_found *ret);

/* Those at these places (of struct due_delivery_row) that the caller sees, by position. */
enum error events_at(struct db_context *db, struct integer_list places, struct event_rows *ret);

#endif
