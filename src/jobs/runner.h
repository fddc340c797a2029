/* Runs the jobs of one kind on a thread of their own: a slow kind never delays another.
 *
 * A workspace with work of the kind stands in the directory of due work (sql/jobs.sql), written in the transaction
 * that makes the work. Any number of nodes look there, each when it has made work itself, and every two seconds. Each
 * workspace that is due gets a turn: what is due in it is found, done piece by piece, and the directory says when the
 * workspace is due again. Every step is a transaction of its own, so a piece of work that fails is not in the way of
 * the others; its workspace is tried again later.
 *
 * After the machine's clock was set, what falls due by the time of day rests for a while (base/clock.h): it may be
 * wrong. */
#ifndef STINT_JOBS_RUNNER_H
#define STINT_JOBS_RUNNER_H

#include "db/context.h"
#include "db/executor.h"
#include "statements.h"

#define JOB_WORKSPACES_MAX 1000 /* of a `search`: who is left over comes with the next, at once */

struct runner;

/* Rows of a statement. Each begins with its id (int64_t), which the log shows. */
struct job_items {
	const void *items;
	size_t      count, size;
	bool        more; /* with `search`: what is left of it waits for no pause */
};

#define JOB_ITEMS(rows) \
	((struct job_items){.items = (rows).items, .count = (rows).count, .size = sizeof(*(rows).items)})

/* A kind. In `find`, `settle` and `next_due` the transaction is open, as an owner's of the workspace, and takes turns
 * (db_begin_read_committed): each looks after it has locked what it changes. They may run again, and must then start
 * afresh. */
struct job {
	struct text kind;    /* in the directory; static */
	int64_t     horizon; /* seconds from now: nothing of the kind is due later, unless a clock that was ahead said so */
	int64_t     pause;   /* microseconds, at least, between two rounds: what comes meanwhile is done together */
	void       *data;    /* the kind's own */

	/* NULL, or which workspaces are due, of a kind that does not stand in the directory: it is due where this finds
	 * it, and nothing says when it will be. */
	enum error (*search)(struct db_context *context, struct due_workspace_rows *ret, void *data);

	/* What is due by now; not all of it where that is much. */
	enum error (*find)(struct db_context *context, struct job_items *ret, void *data);

	/* NULL, or the part of an item that no transaction can undo, before it is settled: outside of any, once, for as
	 * long as it takes. False: broken off, or only begun, or all there was; not to be settled. */
	bool (*act)(struct runner *runner, int64_t workspace_id, const void *item, void *data);

	/* Afterwards the item is not due any more. Not asked for where `find` or `act` has done all there was. */
	enum error (*settle)(struct db_context *context, const void *item, void *data);

	/* The earliest of what is left, or `otherwise`. Not with `search`. */
	enum error (*next_due)(struct db_context *context, int64_t otherwise, int64_t *ret);

	const struct job_beside *beside; /* of a kind whose `act` only begins the work; else NULL */
};

/* Work that goes on beside the turns, on the runner's thread, so that what takes long delays no other turn. */
struct job_beside {
	/* False: no turns until some of it has ended. */
	bool (*has_room)(const void *data);

	bool (*is_idle)(const void *data);

	/* Goes on with it: until some of it has ended, `wake` was called, or `until` (clock_monotonic) is past. */
	void (*go_on)(int64_t until, void *data);

	/* By any thread. */
	void (*wake)(void *data);

	/* The next of what has ended, to be settled; what it gave before is settled by then, or could not be. */
	bool (*take_ended)(void *data, int64_t *ret_workspace_id, const void **ret_item);

	/* The server stops: all of it has ended. */
	void (*break_off)(void *data);
};

/* `executor` runs writes; it and `ids` must outlive the runner, and so must job->data. */
enum error runner_start(struct executor *executor, struct ids *ids, const struct job *job, struct runner **ret);

/* Ends the thread, after the step that runs. NULL is nothing. */
void runner_stop(struct runner *runner);

/* Something may be due: looks now instead of at the next poll. NULL is nothing. */
void runner_wake(struct runner *runner);

/* Runs all that is due by now, and waits for its end, but not beyond `until` (clock_monotonic). NULL is nothing. */
void runner_run_due(struct runner *runner, int64_t until);

/* --- for `act` --- */

/* Emptied after each item. */
struct arena *runner_arena(struct runner *runner);

/* True: break off, the server is stopping. */
bool runner_is_stopping(const struct runner *runner);

#endif
