/* The thread of a kind of job: polls the directory of due work, and gives turns. Decides nothing about the work. */
#include "jobs/runner.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "contract.h"
#include "statements.h"

#define POLL_SECONDS      2
#define RUN_DUE_SECONDS   10
#define WORKSPACES_A_TURN 16
#define ARENA_BYTES       (8u * 1024 * 1024)

struct runner {
	struct executor *executor;
	struct ids      *ids;
	struct job       job;
	struct arena     arena; /* of a workspace's turn */
	pthread_t        thread;
	pthread_mutex_t  mutex;
	pthread_cond_t   changed; /* a step or a round is done, somebody waits for one, or stopping */
	uint64_t         wanted, done; /* rounds: asked for by runner_run_due, and finished */
	atomic_bool      stopping;
};

/* --- steps ------------------------------------------------------------------------------------------------------- */

struct pending_step {
	struct work    work;
	struct runner *runner;
	int64_t        workspace_id;
	job_step      *run;
	void          *data;
	bool           done;
	enum error     error;
};

static enum error run_step(struct work *work, struct db_connection *connection)
{
	struct pending_step *step = (struct pending_step *)((char *)work - offsetof(struct pending_step, work));
	struct db_context    context = {
		.connection = connection,
		.arena = &step->runner->arena,
		.ids = step->runner->ids,
		.workspace_id = step->workspace_id,
		.caller_role = ROLE_OWNER,
		.now = clock_now(),
	};

	return step->run(&context, step->data);
}

static void step_done(struct work *work, enum error error)
{
	struct pending_step *step = (struct pending_step *)((char *)work - offsetof(struct pending_step, work));
	struct runner       *runner = step->runner; /* the step is gone once it is done */

	pthread_mutex_lock(&runner->mutex);
	step->error = error;
	step->done = true;
	pthread_cond_broadcast(&runner->changed);
	pthread_mutex_unlock(&runner->mutex);
}

enum error runner_step(struct runner *runner, int64_t workspace_id, job_step *run, void *data)
{
	struct pending_step step = {
		.work = {.run = run_step, .done = step_done},
		.runner = runner,
		.workspace_id = workspace_id,
		.run = run,
		.data = data,
	};

	if (!executor_submit(runner->executor, &step.work))
		return ERROR_UNAVAILABLE;
	pthread_mutex_lock(&runner->mutex);
	while (!step.done)
		pthread_cond_wait(&runner->changed, &runner->mutex);
	pthread_mutex_unlock(&runner->mutex);
	return step.error;
}

struct arena *runner_arena(struct runner *runner)
{
	return &runner->arena;
}

bool runner_is_stopping(const struct runner *runner)
{
	return runner->stopping;
}

enum error job_renew(struct db_context *context, struct text kind, int64_t due_at, int64_t next_at)
{
	TRY(sql_forget_due_work(context, kind, due_at));
	return next_at == INT64_MAX ? ERROR_NONE : sql_note_due_work(context, kind, next_at);
}

/* --- rounds ------------------------------------------------------------------------------------------------------ */

struct search {
	struct text               kind;
	struct due_workspace_rows found;
};

static enum error find_due(struct db_context *context, void *data)
{
	struct search *search = data;

	return sql_list_due_workspaces(context, search->kind, WORKSPACES_A_TURN, &search->found);
}

/* A turn for each workspace that is due. False: there may be more. */
static bool give_turns(struct runner *runner)
{
	struct search search = {.kind = runner->job.kind};

	arena_reset(&runner->arena);
	if (runner_step(runner, 0, find_due, &search))
		return true; /* the next poll tries again */
	for (size_t i = 0; i < search.found.count && !runner->stopping; i++) {
		struct due_workspace_row due = search.found.items[i];
		struct arena_mark        mark = arena_mark(&runner->arena);

		runner->job.turn(runner, runner->job.data, due.workspace_id, due.due_at);
		arena_rewind(&runner->arena, mark);
	}
	return search.found.count < WORKSPACES_A_TURN;
}

static struct timespec seconds_from_now(int seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	return until;
}

/* Until the next poll, or until somebody wants a round. */
static void rest(struct runner *runner)
{
	struct timespec until = seconds_from_now(POLL_SECONDS);

	while (!runner->stopping && runner->done == runner->wanted &&
	       pthread_cond_timedwait(&runner->changed, &runner->mutex, &until) == 0)
		;
}

static void *run_rounds(void *argument)
{
	struct runner *runner = argument;

	pthread_mutex_lock(&runner->mutex);
	while (!runner->stopping) {
		uint64_t wanted = runner->wanted;

		pthread_mutex_unlock(&runner->mutex);
		while (!give_turns(runner) && !runner->stopping)
			;
		pthread_mutex_lock(&runner->mutex);
		runner->done = wanted;
		pthread_cond_broadcast(&runner->changed);
		rest(runner);
	}
	pthread_mutex_unlock(&runner->mutex);
	return NULL;
}

void runner_run_due(struct runner *runner)
{
	struct timespec until = seconds_from_now(RUN_DUE_SECONDS);

	if (!runner)
		return;
	pthread_mutex_lock(&runner->mutex);
	uint64_t mine = ++runner->wanted;
	pthread_cond_broadcast(&runner->changed);
	while (!runner->stopping && runner->done < mine &&
	       pthread_cond_timedwait(&runner->changed, &runner->mutex, &until) == 0)
		;
	pthread_mutex_unlock(&runner->mutex);
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static void init_locks(struct runner *runner)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&runner->mutex, NULL);
	pthread_cond_init(&runner->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void free_runner(struct runner *runner)
{
	arena_destroy(&runner->arena);
	pthread_cond_destroy(&runner->changed);
	pthread_mutex_destroy(&runner->mutex);
	free(runner);
}

enum error runner_start(struct executor *executor, struct ids *ids, const struct job *job, struct runner **ret)
{
	struct runner *runner = calloc(1, sizeof(*runner));

	if (!runner)
		return ERROR_NO_MEMORY;
	*runner = (struct runner){.executor = executor, .ids = ids, .job = *job};
	arena_init(&runner->arena, ARENA_BYTES);
	init_locks(runner);
	if (pthread_create(&runner->thread, NULL, run_rounds, runner) != 0) {
		free_runner(runner);
		return ERROR_NO_MEMORY;
	}
	*ret = runner;
	return ERROR_NONE;
}

void runner_stop(struct runner *runner)
{
	if (!runner)
		return;
	pthread_mutex_lock(&runner->mutex);
	runner->stopping = true;
	pthread_cond_broadcast(&runner->changed);
	pthread_mutex_unlock(&runner->mutex);
	pthread_join(runner->thread, NULL);
	free_runner(runner);
}
