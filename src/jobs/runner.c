/* The thread of a kind of job: polls the directory of due work, and gives turns. Decides nothing about the work. */
#include "jobs/runner.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "contract.h"
#include "operations/events.h"

#define POLL_MICROSECONDS   (2 * 1000000)
#define RETRY_SECONDS       60 /* after a turn that failed */
#define WORKSPACES_A_SEARCH 16
#define ARENA_BYTES         (32u * 1024 * 1024)

struct runner {
	struct executor *executor;
	struct ids      *ids;
	struct job       job;
	struct arena     arena; /* of a search and its turns */
	pthread_t        thread;
	pthread_mutex_t  mutex;
	pthread_cond_t   hurried;            /* somebody waits for a round, or stopping: a pause is over */
	pthread_cond_t   changed;            /* a step or a round is done, somebody waits for one, or stopping */
	uint64_t         wanted, seen, done; /* rounds: asked for, by when the last one began, and finished */
	bool             in_haste;           /* somebody waits for one: no pause */
	bool             more;               /* the round is not over yet; of the thread alone */
	atomic_bool      stopping;
};

/* --- steps ------------------------------------------------------------------------------------------------------- */

struct step {
	struct work       work;
	struct runner    *runner;
	struct arena_mark mark; /* where each try begins */
	int64_t           workspace_id;
	enum error (*run)(struct db_context *context, void *data);
	void      *data;
	bool       done;
	enum error error;
};

static struct step *step_of(struct work *work)
{
	return (struct step *)((char *)work - offsetof(struct step, work));
}

static enum error run_step(struct work *work, struct db_connection *connection)
{
	struct step      *step = step_of(work);
	struct db_context context = {
		.connection = connection,
		.arena = &step->runner->arena,
		.ids = step->runner->ids,
		.workspace_id = step->workspace_id,
		.caller_role = ROLE_OWNER,
		.now = clock_now(),
	};
	struct event_queue later;

	arena_rewind(context.arena, step->mark);
	events_begin(&context, &later);
	return events_end(&context, step->run(&context, step->data));
}

static void step_done(struct work *work, enum error error)
{
	struct step   *step = step_of(work);
	struct runner *runner = step->runner; /* the step is gone once it is done */

	pthread_mutex_lock(&runner->mutex);
	step->error = error;
	step->done = true;
	pthread_cond_broadcast(&runner->changed);
	pthread_mutex_unlock(&runner->mutex);
}

/* A transaction; waits until it is durable. */
static enum error take_step(struct runner *runner, int64_t                                   workspace_id,
                            enum error (*run)(struct db_context *context, void *data), void *data)
{
	struct step step = {
		.work = {.run = run_step, .done = step_done, .takes_turns = true},
		.runner = runner,
		.mark = arena_mark(&runner->arena),
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

/* Where nothing is due by the time of day, a clock that may be wrong is no reason to wait. */
static bool job_may_run(const struct job *job)
{
	return job->search || clock_is_settled();
}

/* --- a turn ------------------------------------------------------------------------------------------------------ */

struct turn {
	const struct job        *job;
	struct due_workspace_row due;   /* as it stood in the directory */
	struct job_items         found; /* by `find` */
	const void              *item;  /* of `settle` */
};

static enum error runner_find(struct db_context *context, void *data)
{
	struct turn *turn = data;

	if (!job_may_run(turn->job)) /* asked after `now` was: a step that comes later is not in it */
		return ERROR_UNAVAILABLE;
	return turn->job->find(context, &turn->found, turn->job->data);
}

/* What was done outside is written down all the same. */
static enum error runner_settle(struct db_context *context, void *data)
{
	struct turn *turn = data;

	if (!turn->job->act && !job_may_run(turn->job))
		return ERROR_UNAVAILABLE;
	return turn->job->settle(context, turn->item, turn->job->data);
}

/* Writes down when the workspace is due again, if it is. No new work that comes in meanwhile is lost: whoever makes it
 * holds a share of the row. Forgetting the row waits for them, and the look after that finds their work, too; whoever
 * comes later finds no row and writes one. */
static enum error renew(struct db_context *context, void *data)
{
	struct turn *turn = data;
	int64_t      next;

	TRY(sql_forget_due_work(context, turn->job->kind, turn->due.due_at));
	TRY(turn->job->next_due(context, INT64_MAX, &next));
	if (next == INT64_MAX)
		return ERROR_NONE;
	if (next > context->now + turn->job->horizon)
		next = context->now + turn->job->horizon;
	return sql_note_due_work(context, turn->job->kind, next);
}

static enum error postpone(struct db_context *context, void *data)
{
	struct turn *turn = data;

	TRY(sql_forget_due_work(context, turn->job->kind, turn->due.due_at));
	return sql_note_due_work(context, turn->job->kind, context->now + RETRY_SECONDS);
}

static enum error settle_item(struct runner *runner, struct turn *turn)
{
	enum error error = take_step(runner, turn->due.workspace_id, runner_settle, turn);

	if (error)
		log_event(LOG_WARNING, "job_not_settled", "kind=%s workspace=%lld item=%lld error=%s", turn->job->kind.data,
		          (long long)turn->due.workspace_id, (long long)*(const int64_t *)turn->item, error_info(error)->code);
	return error;
}

static enum error serve_item(struct runner *runner, struct turn *turn, const void *item)
{
	struct arena_mark mark = arena_mark(&runner->arena);
	const struct job *job = turn->job;
	enum error        error = ERROR_NONE;

	turn->item = item;
	if (!job->act || job->act(runner, turn->due.workspace_id, item, job->data))
		error = settle_item(runner, turn);
	arena_rewind(&runner->arena, mark);
	return error;
}

static enum error serve_workspace(struct runner *runner, struct turn *turn)
{
	enum error failure = ERROR_NONE;

	TRY(take_step(runner, turn->due.workspace_id, runner_find, turn));
	runner->more |= turn->found.more;
	for (size_t i = 0; i < turn->found.count && !runner->stopping; i++) {
		enum error error = serve_item(runner, turn, (const char *)turn->found.items + i * turn->found.size);

		failure = error ? error : failure;
	}
	if (failure || turn->job->search)
		return failure;
	return take_step(runner, turn->due.workspace_id, renew, turn);
}

/* A workspace whose turn fails is put off, so that the others get theirs. False: not even that could be done, or it
 * stands in no directory, and is found again by the next poll. */
static bool give_turn(struct runner *runner, const struct due_workspace_row *due)
{
	struct arena_mark mark = arena_mark(&runner->arena);
	struct turn       turn = {.job = &runner->job, .due = *due};
	enum error        error = serve_workspace(runner, &turn);

	if (error) {
		log_event(LOG_WARNING, "job_postponed", "kind=%s workspace=%lld error=%s", turn.job->kind.data,
		          (long long)due->workspace_id, error_info(error)->code);
		error = turn.job->search ? error : take_step(runner, due->workspace_id, postpone, &turn);
	}
	arena_rewind(&runner->arena, mark);
	return !error;
}

/* --- rounds ------------------------------------------------------------------------------------------------------ */

struct search {
	const struct job         *job;
	struct due_workspace_rows found;
};

static enum error search(struct db_context *context, void *data)
{
	struct search *search = data;

	if (search->job->search)
		return search->job->search(context, &search->found, search->job->data);
	return sql_list_due_workspaces(context, search->job->kind, context->now + search->job->horizon, WORKSPACES_A_SEARCH,
	                               &search->found);
}

/* True: some were due, and got their turns. There may be more. */
static bool give_turns(struct runner *runner)
{
	struct search due = {.job = &runner->job};
	bool          served = true;

	arena_reset(&runner->arena);
	if (!job_may_run(&runner->job) || take_step(runner, 0, search, &due))
		return false; /* the next poll tries again */
	runner->more = !runner->job.search || due.found.count == JOB_WORKSPACES_MAX;
	for (size_t i = 0; i < due.found.count && !runner->stopping; i++)
		served &= give_turn(runner, &due.found.items[i]);
	return served && !runner->stopping && due.found.count > 0;
}

/* `until` as of clock_monotonic. False: it is past. */
static bool wait_for(struct runner *runner, pthread_cond_t *condition, int64_t until)
{
	return clock_wait_until(condition, &runner->mutex, until);
}

static bool wait_for_change(struct runner *runner, int64_t until)
{
	return wait_for(runner, &runner->changed, until);
}

/* Until the next poll, or until somebody wants a round. */
static void rest(struct runner *runner)
{
	int64_t now = clock_monotonic();

	pthread_mutex_lock(&runner->mutex);
	while (!runner->stopping && runner->done == runner->wanted && wait_for_change(runner, now + POLL_MICROSECONDS))
		;
	while (!runner->stopping && !runner->in_haste && wait_for(runner, &runner->hurried, now + runner->job.pause))
		;
	runner->in_haste = false;
	pthread_mutex_unlock(&runner->mutex);
}

static void end_round(struct runner *runner, uint64_t number)
{
	pthread_mutex_lock(&runner->mutex);
	runner->done = number;
	pthread_cond_broadcast(&runner->changed);
	pthread_mutex_unlock(&runner->mutex);
}

/* True: something had ended. */
static bool settle_ended(struct runner *runner)
{
	struct turn turn = {.job = &runner->job};
	bool        any = false;

	while (turn.job->beside->take_ended(turn.job->data, &turn.due.workspace_id, &turn.item)) {
		struct arena_mark mark = arena_mark(&runner->arena);

		settle_item(runner, &turn);
		arena_rewind(&runner->arena, mark);
		any = true;
	}
	return any;
}

static bool round_is_wanted(struct runner *runner)
{
	pthread_mutex_lock(&runner->mutex);
	bool wanted = runner->seen != runner->wanted;
	pthread_mutex_unlock(&runner->mutex);
	return wanted;
}

/* True once for all who wait for a round by now. */
static bool take_haste(struct runner *runner)
{
	pthread_mutex_lock(&runner->mutex);
	bool in_haste = runner->in_haste;
	runner->in_haste = false;
	pthread_mutex_unlock(&runner->mutex);
	return in_haste;
}

/* To be called before a round: who wants one later wakes the thread. */
static void see_wanted(struct runner *runner)
{
	pthread_mutex_lock(&runner->mutex);
	runner->seen = runner->wanted;
	pthread_mutex_unlock(&runner->mutex);
}

/* A round is over when what its turns have begun has ended, too. */
static void *run_rounds_beside(void *argument)
{
	struct runner           *runner = argument;
	const struct job        *job = &runner->job;
	const struct job_beside *beside = job->beside;
	int64_t                  last = 0; /* time at which turns were given */
	bool                     due = true;

	while (!runner->stopping) {
		int64_t now = clock_monotonic();

		due |= settle_ended(runner) || round_is_wanted(runner) || now >= last + POLL_MICROSECONDS;
		if (due && beside->has_room(job->data) && (take_haste(runner) || now >= last + job->pause)) {
			see_wanted(runner);
			due = give_turns(runner);
			last = clock_monotonic();
		}
		if (!due && beside->is_idle(job->data))
			end_round(runner, runner->seen);
		int64_t until = last + POLL_MICROSECONDS;
		if (due) /* where there is no room it waits until something has ended */
			until = beside->has_room(job->data) ? last + job->pause : now + POLL_MICROSECONDS;
		beside->go_on(until, job->data);
	}
	beside->break_off(job->data);
	settle_ended(runner);
	return NULL;
}

/* Where nothing else says that there is more, what comes during a round is of the next one: under a load there would be
 * no end of it. */
static void *run_rounds(void *argument)
{
	struct runner *runner = argument;

	while (!runner->stopping) {
		see_wanted(runner);
		while (give_turns(runner) && runner->more)
			;
		end_round(runner, runner->seen);
		rest(runner);
	}
	return NULL;
}

static void tell_changed(struct runner *runner)
{
	pthread_cond_broadcast(&runner->changed);
	if (runner->job.beside)
		runner->job.beside->wake(runner->job.data);
}

/* A round that runs already may have searched before the caller came: the one after it counts. */
void runner_run_due(struct runner *runner, int64_t until)
{
	if (!runner)
		return;
	pthread_mutex_lock(&runner->mutex);
	uint64_t mine = ++runner->wanted;
	runner->in_haste = true;
	pthread_cond_broadcast(&runner->hurried);
	tell_changed(runner);
	while (!runner->stopping && runner->done < mine && wait_for_change(runner, until))
		;
	pthread_mutex_unlock(&runner->mutex);
}

/* A thread that knows of one that it has not begun is left alone: commits follow each other faster than rounds. */
void runner_wake(struct runner *runner)
{
	if (!runner)
		return;
	pthread_mutex_lock(&runner->mutex);
	if (runner->wanted++ == runner->seen)
		tell_changed(runner);
	pthread_mutex_unlock(&runner->mutex);
}

struct arena *runner_arena(struct runner *runner)
{
	return &runner->arena;
}

bool runner_is_stopping(const struct runner *runner)
{
	return runner->stopping;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static void init_locks(struct runner *runner)
{
	pthread_mutex_init(&runner->mutex, NULL);
	clock_init_condition(&runner->hurried);
	clock_init_condition(&runner->changed);
}

static void free_runner(struct runner *runner)
{
	arena_destroy(&runner->arena);
	pthread_cond_destroy(&runner->hurried);
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
	if (pthread_create(&runner->thread, NULL, job->beside ? run_rounds_beside : run_rounds, runner) != 0) {
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
	pthread_cond_broadcast(&runner->hurried);
	tell_changed(runner);
	pthread_mutex_unlock(&runner->mutex);
	pthread_join(runner->thread, NULL);
	free_runner(runner);
}
