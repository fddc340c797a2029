/* Executors: threads that run work in transactions.
 *
 * The writer of a single-writer database is an executor of one thread that takes waiting work as one group, with one
 * commit for all of it; a piece that fails is undone alone (docs/decisions/0057). Where every connection may write, it
 * is several threads with a transaction per piece; readers are such an executor, too. Either way a piece of work is
 * told it is done only when its data is durable.
 *
 * Who waits for whom: owners take turns, however much each of them has sent, a group is what waits when it begins,
 * within its time, no owner has all the threads, and one without an end rests while others work beside it. A piece of
 * work waits in the queue, not in a thread: until another piece is through with what it wants to lock (db_take_turn),
 * and, once it was pushed back by a conflict, until no other such piece runs. */
#ifndef STINT_DB_EXECUTOR_H
#define STINT_DB_EXECUTOR_H

#include <stdatomic.h>

#include "db/ids.h"

/* Writers of one row push each other back; a piece of work that was pushed back runs again with no other such one of
 * this process beside it, so that a few more tries than there are threads are enough. */
#define WORK_TRIES_MAX 12

/* Embed it in what the work is about. */
struct work {
	/* Runs in the open transaction. An error undoes what this piece of work did. Called again, up to WORK_TRIES_MAX
	 * times in all, after ERROR_CONFLICT and ERROR_IDS_EXHAUSTED, and once more with each of its groups that is
	 * spoilt by another piece, whatever it returned; it must then start afresh. */
	enum error (*run)(struct work *work, struct db_connection *connection);
	/* Called once, outside of any transaction: durable (ERROR_NONE) or without effect. */
	void (*done)(struct work *work, enum error error);
	bool    takes_turns; /* db_begin_read_committed: it locks before it reads what it changes */
	int64_t owner;       /* any number that stands for whoever sent it */
	int64_t deadline;    /* clock_monotonic, or 0: work that has not run by then is not run any more */

	/* only for the executor */
	struct work *next;
	unsigned     tries;
	int          turn; /* that another piece of work had when this one wanted it, or -1 */
	bool         pushed_back;
	bool         not_run; /* the last time: a connection says nothing of it, and may be another's by now */
	enum error   outcome;
};

struct executor;

struct executor_options {
	enum db_access access;
	unsigned       threads;
	unsigned       group;     /* most pieces of work in one commit; 1: a transaction each */
	unsigned       queue_max; /* pieces of work that may wait */
	bool           seldom;    /* a thread connects when it has something to do */
	int64_t        longest;   /* microseconds that a piece that reads may take; 0: ten seconds */
	/* A count that grows with the reads on the same processors, or NULL: where it has grown during a group, an owner
	 * who has more waiting, or had most of the group, rests for twice as long as that took, and 200 ms at most. */
	const _Atomic uint64_t *beside;
	void (*told)(void); /* NULL, or called by whoever has called `done` of some pieces, after the last of them */
	int nice;           /* nice(2) of its threads: more leaves more of a busy processor to the others */
};

struct executor_counts {
	_Atomic uint64_t commits, works, retries;
	atomic_uint      queued, running;
};

enum error executor_start(struct db *db, struct ids *ids, const struct executor_options *options,
                          struct executor **ret);

/* False when the queue is full; the work is then not taken. */
bool executor_submit(struct executor *executor, struct work *work);

/* To be called now and then, by any thread: work that still waits after its deadline is told it is done, with
 * ERROR_OUT_OF_TIME. */
void executor_expire(struct executor *executor);

/* Three transactions or more have failed as a whole, the last one lately, and none that wrote has succeeded since: the
 * database is locked by somebody else, or the disk is full. */
bool executor_is_failing(const struct executor *executor);

const struct executor_counts *executor_counts(const struct executor *executor);

/* Finishes what is queued, then ends the threads. */
void executor_stop(struct executor *executor);

#endif
