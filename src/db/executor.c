/* Threads that run work in transactions, alone or in groups. Knows nothing of what the work does. */
#include "db/executor.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/log.h"

#define SCRATCH_BYTES (256u * 1024)

struct executor {
	struct db              *db;
	struct ids             *ids;
	struct executor_options options;
	struct executor_counts  counts;

	pthread_mutex_t again; /* held by the one thread that runs something again */
	pthread_mutex_t mutex;
	pthread_cond_t  wake;
	struct work    *first, **last;
	bool            stopping;

	unsigned thread_count;
	struct executor_thread {
		struct executor      *executor;
		struct db_connection *connection;
		pthread_t             thread;
	} * threads;
};

/* --- the queue --------------------------------------------------------------------------------------------------- */

bool executor_submit(struct executor *executor, struct work *work)
{
	bool taken = false;

	work->next = NULL;
	pthread_mutex_lock(&executor->mutex);
	if (executor->counts.queued < executor->options.queue_max && !executor->stopping) {
		*executor->last = work;
		executor->last = &work->next;
		executor->counts.queued++;
		taken = true;
		pthread_cond_signal(&executor->wake);
	}
	pthread_mutex_unlock(&executor->mutex);
	return taken;
}

/* Up to a group of work; waits for the first piece. NULL: stopping, and nothing is left. */
static struct work *take_group(struct executor *executor)
{
	struct work *group, *last;
	unsigned     count = 1;

	pthread_mutex_lock(&executor->mutex);
	while (!executor->first && !executor->stopping)
		pthread_cond_wait(&executor->wake, &executor->mutex);
	group = last = executor->first;
	if (group) {
		while (last->next && count < executor->options.group) {
			last = last->next;
			count++;
		}
		executor->first = last->next;
		if (!executor->first)
			executor->last = &executor->first;
		last->next = NULL;
		executor->counts.queued -= count;
	}
	pthread_mutex_unlock(&executor->mutex);
	return group;
}

/* --- running a group --------------------------------------------------------------------------------------------- */

static bool is_transient(enum error error)
{
	return error == ERROR_CONFLICT || error == ERROR_IDS_EXHAUSTED;
}

/* Alone, a failure undoes the transaction; in a group, the piece's savepoint. */
static enum error run_one(struct work *work, struct db_connection *connection, bool grouped)
{
	enum error error = grouped ? db_savepoint(connection) : ERROR_NONE;

	if (error)
		return error;
	work->tries++;
	error = work->run(work, connection);
	if (!grouped)
		return error;
	if (!error)
		error = db_release(connection);
	if (error)
		db_undo(connection);
	return error;
}

static enum error run_group(struct executor *executor, struct db_connection *connection, struct work *group)
{
	bool       grouped = group->next != NULL;
	bool       any = false;
	enum error error = group->takes_turns ? db_begin_read_committed(connection) : db_begin(connection);

	if (error)
		return error;
	for (struct work *work = group; work; work = work->next) {
		work->outcome = run_one(work, connection, grouped);
		any |= !work->outcome;
		executor->counts.works++;
	}
	if (!any) {
		db_rollback(connection);
		return ERROR_NONE;
	}
	error = db_commit(connection);
	if (error)
		db_rollback(connection);
	else
		executor->counts.commits++;
	return error;
}

/* Tells the finished ones; returns those that must run again. */
static struct work *settle_group(struct executor *executor, struct work *group, enum error error)
{
	struct work *again = NULL, **last = &again;

	for (struct work *work = group, *next; work; work = next) {
		enum error outcome = error && !(work->outcome && !is_transient(work->outcome)) ? error : work->outcome;

		next = work->next;
		if (error)
			work->tries++; /* also where it did not come to run: nothing is tried for ever */
		if (is_transient(outcome) && work->tries < WORK_TRIES_MAX) {
			executor->counts.retries++;
			work->next = NULL;
			*last = work;
			last = &work->next;
		} else {
			work->done(work, outcome); /* the work may be gone now */
		}
	}
	return again;
}

/* Once through; returns what must run again. */
static struct work *run_once(struct executor_thread *thread, struct work *group, struct arena *scratch)
{
	struct executor *executor = thread->executor;
	enum error       error = ERROR_NONE;

	if (executor->ids && executor->options.access == DB_WRITE)
		error = ids_reserve(executor->ids, thread->connection, scratch);
	arena_reset(scratch);
	for (struct work *work = group; work; work = work->next)
		work->outcome = ERROR_NONE;
	if (!error)
		error = run_group(executor, thread->connection, group);
	if (error && !is_transient(error) && error_info(error)->status >= 500) /* else the work's own, told by its commit */
		log_event(LOG_ERROR, "transaction_failed", "reason=\"%s\"", db_failure(thread->connection));
	return settle_group(executor, group, error);
}

static void *run_thread(void *argument)
{
	struct executor_thread *thread = argument;
	struct executor        *executor = thread->executor;
	struct work            *group;
	struct arena            scratch;

	arena_init(&scratch, SCRATCH_BYTES);
	while ((group = take_group(executor)) != NULL) {
		group = run_once(thread, group, &scratch);
		if (!group)
			continue;
		pthread_mutex_lock(&executor->again);
		while (group)
			group = run_once(thread, group, &scratch);
		pthread_mutex_unlock(&executor->again);
	}
	arena_destroy(&scratch);
	return NULL;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

/* Signals are the main thread's. */
static bool start_thread(struct executor_thread *thread)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = pthread_create(&thread->thread, NULL, run_thread, thread) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

enum error executor_start(struct db *db, struct ids *ids, const struct executor_options *options, struct executor **ret)
{
	struct executor *executor = calloc(1, sizeof(*executor));
	enum error       error = ERROR_NONE;

	if (!executor)
		return ERROR_NO_MEMORY;
	*executor = (struct executor){.db = db, .ids = ids, .options = *options};
	executor->last = &executor->first;
	pthread_mutex_init(&executor->again, NULL);
	pthread_mutex_init(&executor->mutex, NULL);
	pthread_cond_init(&executor->wake, NULL);
	executor->threads = calloc(options->threads, sizeof(*executor->threads));
	if (!executor->threads)
		error = ERROR_NO_MEMORY;
	for (unsigned i = 0; !error && i < options->threads; i++) {
		struct executor_thread *thread = &executor->threads[i];

		thread->executor = executor;
		error = db_connect(db, options->access, &thread->connection);
		if (!error && !start_thread(thread)) {
			db_disconnect(thread->connection);
			error = ERROR_NO_MEMORY;
		}
		if (!error)
			executor->thread_count++;
	}
	if (error) {
		executor_stop(executor);
		return error;
	}
	*ret = executor;
	return ERROR_NONE;
}

const struct executor_counts *executor_counts(const struct executor *executor)
{
	return &executor->counts;
}

void executor_stop(struct executor *executor)
{
	if (!executor)
		return;
	pthread_mutex_lock(&executor->mutex);
	executor->stopping = true;
	pthread_cond_broadcast(&executor->wake);
	pthread_mutex_unlock(&executor->mutex);
	for (unsigned i = 0; i < executor->thread_count; i++) {
		pthread_join(executor->threads[i].thread, NULL);
		db_disconnect(executor->threads[i].connection);
	}
	pthread_cond_destroy(&executor->wake);
	pthread_mutex_destroy(&executor->mutex);
	pthread_mutex_destroy(&executor->again);
	free(executor->threads);
	free(executor);
}
