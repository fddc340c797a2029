/* Runs jobs of one kind on a thread of their own, so that a slow kind does not delay another.
 *
 * A workspace with work of the kind stands in the directory of due work (sql/jobs.sql), written in the transaction
 * that makes the work. The runner looks there, and gives each workspace that is due a turn. Any number of nodes may do
 * so. */
#ifndef STINT_JOBS_RUNNER_H
#define STINT_JOBS_RUNNER_H

#include "db/context.h"
#include "db/executor.h"

struct runner;

struct job {
	struct text kind; /* in the directory; static */
	/* Does what is due in a workspace, by steps, and takes it off the directory or says when it is due again:
	 * job_renew. `due_at` as it stood there. */
	void (*turn)(struct runner *runner, void *data, int64_t workspace_id, int64_t due_at);
	void *data; /* the turn's */
};

/* `executor` runs writes; it and `ids` must outlive the runner, and so must job->data. */
enum error runner_start(struct executor *executor, struct ids *ids, const struct job *job, struct runner **ret);

/* Ends the thread, after the step that runs. NULL is nothing. */
void runner_stop(struct runner *runner);

/* Runs at once what is due by now, and waits for its end, but not for longer than some seconds. NULL is nothing. */
void runner_run_due(struct runner *runner);

/* --- for turns --- */

typedef enum error job_step(struct db_context *context, void *data);

/* A step in a transaction of its own, as an owner of the workspace; waits until it is durable. Rows it reads are in the
 * runner's arena. It may run several times, and must then start afresh. */
enum error runner_step(struct runner *runner, int64_t workspace_id, job_step *step, void *data);

/* Of the turn: emptied after each workspace. */
struct arena *runner_arena(struct runner *runner);

/* Break off: the server stops. */
bool runner_is_stopping(const struct runner *runner);

/* In a step: the workspace is due again at `next_at`, or not at all (INT64_MAX); unless new work came in meanwhile. */
enum error job_renew(struct db_context *context, struct text kind, int64_t due_at, int64_t next_at);

#endif
