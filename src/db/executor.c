/* Threads that run work in transactions, alone or in groups. Knows nothing of what the work does. */
#include "db/executor.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/log.h"
#include "db/driver.h"

#define SCRATCH_BYTES      (256u * 1024)
#define GROUP_MICROSECONDS 100000   /* after which a group takes no more work */
#define READ_MICROSECONDS  10000000 /* longest read, unless told; PostgreSQL's statement timeout is as long */
#define CAREFUL_GROUPS     100      /* with savepoints, after one that was spoilt */
#define FAILURES           3        /* of transactions, one after the other, */
#define FAILING_SECONDS    15       /* the last one not longer ago: more of them are taken for what is to come */
#define LANES              1024     /* owners who share one are taken for one */
#define LANE_LOOKS         256      /* pieces of one owner that are looked at to find one that can run */
#define REST_FACTOR        2        /* rests, for a piece of work */

/* Work of one owner, in the order in which it came. */
struct lane {
	struct lane *next; /* in the round */
	struct work *first, **last;
	unsigned     running;     /* pieces that a thread has */
	int64_t      rests_until; /* clock_monotonic */
};

struct executor {
	struct db              *db;
	struct ids             *ids;
	struct executor_options options;
	struct executor_counts  counts;
	atomic_uint             failures; /* since the last commit of something written */
	_Atomic int64_t         failed_at;
	unsigned                share; /* threads that one owner may have at once */

	pthread_mutex_t mutex; /* of all that follows */
	pthread_cond_t  wake;
	struct lane     lanes[LANES];
	struct lane    *round, **round_end; /* those with work that waits: whose turn is next comes first */
	unsigned        idle;               /* threads that found nothing to run */
	bool            pushed_back_runs;
	int64_t         rest_awaited; /* clock_monotonic: when a thread wakes, as a lane has rested; 0: none does */
	bool            stopping;

	unsigned thread_count;
	struct executor_thread {
		struct executor      *executor;
		struct db_connection *connection;
		pthread_t             thread;
		unsigned              careful_groups; /* to come */
	} * threads;
};

/* --- the queue; under the mutex ---------------------------------------------------------------------------------- */

static struct lane *lane_of(struct executor *executor, const struct work *work)
{
	return &executor->lanes[((uint64_t)work->owner * 0x9e3779b97f4a7c15u >> 32) % LANES];
}

static void round_append(struct executor *executor, struct lane *lane)
{
	lane->next = NULL;
	*executor->round_end = lane;
	executor->round_end = &lane->next;
}

static void round_remove(struct executor *executor, struct lane **at)
{
	struct lane *lane = *at;

	*at = lane->next;
	if (executor->round_end == &lane->next)
		executor->round_end = at;
}

static void queue_put(struct executor *executor, struct work *work)
{
	struct lane *lane = lane_of(executor, work);

	work->next = NULL;
	if (!lane->first) {
		lane->last = &lane->first;
		round_append(executor, lane);
	}
	*lane->last = work;
	lane->last = &work->next;
	executor->counts.queued++;
}

static struct work *queue_remove(struct executor *executor, struct lane *lane, struct work **at)
{
	struct work *work = *at;

	*at = work->next;
	if (lane->last == &work->next)
		lane->last = at;
	work->next = NULL;
	executor->counts.queued--;
	return work;
}

static bool may_run(const struct executor *executor, const struct work *work)
{
	if (work->pushed_back && executor->pushed_back_runs)
		return false;
	return work->turn == NO_TURN || db_turn_is_free(executor->db, (unsigned)work->turn);
}

/* The first piece of the lane that may run; NULL: none for now. */
static struct work **lane_find(const struct executor *executor, struct lane *lane)
{
	struct work **at = &lane->first;

	for (unsigned i = 0; *at && i < LANE_LOOKS; i++, at = &(*at)->next)
		if (may_run(executor, *at))
			return at;
	return NULL;
}

static bool is_resting(const struct executor *executor, const struct lane *lane)
{
	return lane->rests_until && !executor->stopping && lane->rests_until > clock_monotonic();
}

/* When the first of the lanes that rest has rested; 0: none does. */
static int64_t first_rest_end(const struct executor *executor)
{
	int64_t first = 0;

	for (const struct lane *lane = executor->round; lane; lane = lane->next)
		if (is_resting(executor, lane) && (!first || lane->rests_until < first))
			first = lane->rests_until;
	return first;
}

/* The next piece that may run, and the place of its lane in the round; NULL: none. */
static struct work **queue_find(struct executor *executor, struct lane ***ret_lane)
{
	for (struct lane **at = &executor->round; *at; at = &(*at)->next) {
		bool          may_take = (*at)->running < executor->share && !is_resting(executor, *at);
		struct work **found = may_take ? lane_find(executor, *at) : NULL;

		if (found) {
			*ret_lane = at;
			return found;
		}
	}
	return NULL;
}

/* The next piece that may run, for the thread to run it; NULL: none. Its lane goes to the end of the round. */
static struct work *queue_take(struct executor_thread *thread)
{
	struct executor *executor = thread->executor;
	struct lane    **at;
	struct work    **found = queue_find(executor, &at);

	if (!found)
		return NULL;
	struct lane *lane = *at;
	struct work *work = queue_remove(executor, lane, found);
	round_remove(executor, at);
	if (lane->first)
		round_append(executor, lane);
	lane->running++;
	executor->counts.running++;
	executor->pushed_back_runs |= work->pushed_back;
	if (work->turn != NO_TURN)
		db_turn_enter(thread->connection, (unsigned)work->turn);
	return work;
}

/* When a thread has to wake, as a lane has rested by then; 0: none has to, or one does before. */
static int64_t next_wake(const struct executor *executor)
{
	int64_t first = first_rest_end(executor);

	return executor->rest_awaited && executor->rest_awaited <= first ? 0 : first;
}

/* A thread that would find nothing to run is left asleep: to wake it costs as much as a short read. */
static void wake_another(struct executor *executor)
{
	struct lane **at;

	if (executor->idle &&
	    (queue_find(executor, &at) || (executor->stopping && !executor->round) || next_wake(executor)))
		pthread_cond_signal(&executor->wake);
}

/* Until there may be something to run: told so, or a lane has rested. */
static void wait_idle(struct executor *executor)
{
	int64_t until = next_wake(executor);

	executor->idle++;
	if (until) {
		executor->rest_awaited = until;
		clock_wait_until(&executor->wake, &executor->mutex, until);
		executor->rest_awaited = 0;
	} else {
		pthread_cond_wait(&executor->wake, &executor->mutex);
	}
	executor->idle--;
}

/* The next piece; waits for one. NULL: stopping, and nothing is left. */
static struct work *take_first(struct executor_thread *thread)
{
	struct executor *executor = thread->executor;
	struct work     *work;

	pthread_mutex_lock(&executor->mutex);
	work = queue_take(thread);
	if (!work) {
		pthread_mutex_unlock(&executor->mutex);
		db_rest(thread->connection);
		pthread_mutex_lock(&executor->mutex);
	}
	while (!work && !(work = queue_take(thread)) && !(executor->stopping && !executor->round))
		wait_idle(executor);
	wake_another(executor); /* what this thread has finished may let more than one piece run */
	pthread_mutex_unlock(&executor->mutex);
	return work;
}

/* One more for a group; does not wait. */
static struct work *take_more(struct executor_thread *thread)
{
	struct work *work;

	pthread_mutex_lock(&thread->executor->mutex);
	work = queue_take(thread);
	pthread_mutex_unlock(&thread->executor->mutex);
	return work;
}

bool executor_submit(struct executor *executor, struct work *work)
{
	bool taken;

	work->turn = NO_TURN;
	pthread_mutex_lock(&executor->mutex);
	taken = executor->counts.queued < executor->options.queue_max && !executor->stopping;
	if (taken) {
		queue_put(executor, work);
		wake_another(executor);
	}
	pthread_mutex_unlock(&executor->mutex);
	return taken;
}

/* Takes late work out of a lane; returns the list of it with `late` behind it. */
static struct work *lane_expire(struct executor *executor, struct lane *lane, int64_t now, struct work *late)
{
	for (struct work **at = &lane->first; *at;) {
		if (!(*at)->deadline || (*at)->deadline > now) {
			at = &(*at)->next;
			continue;
		}
		struct work *work = queue_remove(executor, lane, at);
		work->next = late;
		late = work;
	}
	return late;
}

static void tell(const struct executor *executor, struct work *list)
{
	for (struct work *work = list, *next; work; work = next) {
		next = work->next;
		work->done(work, work->outcome); /* the work may be gone now */
	}
	if (executor->options.told)
		executor->options.told();
}

void executor_expire(struct executor *executor)
{
	struct work *late = NULL;
	int64_t      now = clock_monotonic();

	pthread_mutex_lock(&executor->mutex);
	for (struct lane **at = &executor->round; *at;) {
		late = lane_expire(executor, *at, now, late);
		if ((*at)->first)
			at = &(*at)->next;
		else
			round_remove(executor, at);
	}
	if (executor->stopping)
		pthread_cond_broadcast(&executor->wake); /* there may be nothing left */
	pthread_mutex_unlock(&executor->mutex);
	for (struct work *work = late; work; work = work->next) {
		work->outcome = ERROR_OUT_OF_TIME;
		work->not_run = true;
	}
	tell(executor, late);
}

/* --- running a group --------------------------------------------------------------------------------------------- */

static bool is_transient(enum error error)
{
	return error == ERROR_CONFLICT || error == ERROR_IDS_EXHAUSTED;
}

/* An error below 500 is the work's own, told by its commit; a transient one comes again. */
static bool is_failure(enum error error)
{
	return error && error_info(error)->status >= 500 && !is_transient(error);
}

/* When a piece that begins now has to be through. */
static int64_t ends_by(const struct executor *executor, const struct work *work)
{
	int64_t most = executor->options.longest ? executor->options.longest : READ_MICROSECONDS;
	int64_t longest = executor->options.access == DB_READ ? clock_monotonic() + most : INT64_MAX;

	return work->deadline && work->deadline < longest ? work->deadline : longest;
}

/* With a savepoint what it did can be undone without the others. */
static enum error run_piece(struct executor_thread *thread, struct work *work, bool with_savepoint)
{
	struct db_connection *connection = thread->connection;
	enum error            error;

	work->not_run = work->deadline && clock_monotonic() >= work->deadline;
	if (work->not_run)
		return ERROR_OUT_OF_TIME;
	if (with_savepoint)
		TRY(db_savepoint(connection));
	connection->turn_awaited = NO_TURN;
	db_set_deadline(connection, ends_by(thread->executor, work));
	error = work->run(work, connection);
	db_set_deadline(connection, 0);
	work->turn = error == ERROR_CONFLICT ? connection->turn_awaited : NO_TURN;
	if (!with_savepoint)
		return error;
	if (!error)
		error = db_release(connection);
	if (error)
		db_undo(connection);
	return error;
}

/* How far a group goes: what waited when it began, within its time. Who is answered after it sends again while the next
 * one runs, where the writer would wait for all of them if it took what comes meanwhile. */
struct group_limits {
	unsigned left;
	int64_t  until;
};

static struct group_limits limit_group(const struct executor *executor)
{
	unsigned waited = executor->counts.queued, most = executor->options.group - 1;

	return (struct group_limits){waited < most ? waited : most, clock_monotonic() + GROUP_MICROSECONDS};
}

/* The piece after this one: it has run before with this group, or is one more. NULL: none. */
static struct work *next_in_group(struct executor_thread *thread, struct work *work, struct group_limits *limits)
{
	if (!work->next && limits->left && clock_monotonic() < limits->until) {
		limits->left--;
		work->next = take_more(thread);
	}
	return work->next;
}

/* The database's, where a piece that stood alone has met it: the piece has taken the transaction with it. */
static enum error failure_met_by(const struct work *work, const struct db_connection *connection)
{
	if (db_is_usable(connection))
		return ERROR_NONE;
	return !work->outcome || work->outcome == ERROR_UNAVAILABLE ? ERROR_UNAVAILABLE : ERROR_NONE;
}

/* One transaction. An error is that of all pieces, but for those that have met the database's failure themselves: what
 * a refusal was about may have been another piece's, and is undone. A piece may have taken the whole transaction with
 * it (SQLite ends one when memory or the disk fails), and then the others, who did nothing wrong, run again. Without
 * savepoints a piece that fails after it has written spoils the group: nothing of it is done. Then `ret_spoiler` is
 * that piece, otherwise NULL. */
static enum error try_group(struct executor_thread *thread, struct work *first, bool with_savepoints,
                            const struct work **ret_spoiler)
{
	struct db_connection *connection = thread->connection;
	struct group_limits   limits = limit_group(thread->executor);

	*ret_spoiler = NULL;
	db_set_deadline(connection, first->deadline);
	TRY(first->takes_turns ? db_begin_read_committed(connection) : db_begin(connection));
	for (struct work *work = first; work; work = next_in_group(thread, work, &limits)) {
		unsigned writes = connection->writes;

		thread->executor->counts.works++;
		work->outcome = run_piece(thread, work, with_savepoints);
		bool leaves_nothing = with_savepoints || (work != first && connection->writes == writes);

		if (db_is_usable(connection) && (!work->outcome || leaves_nothing))
			continue;
		enum error error = work == first ? failure_met_by(work, connection) : ERROR_NONE;
		db_rollback(connection);
		*ret_spoiler = with_savepoints || work == first ? NULL : work;
		return with_savepoints ? ERROR_CONFLICT : error;
	}
	TRY(db_commit(connection));
	thread->executor->counts.commits++;
	if (connection->writes)
		thread->executor->failures = 0;
	return ERROR_NONE;
}

/* Savepoints cost a tenth of a short piece, mostly copies of pages, and hardly any piece fails after it has written. So
 * a group begins without them, and one that is spoilt runs again with them; then those that follow have them, too, for
 * some time: whoever sends such pieces makes few groups run twice. */
static enum error run_group(struct executor_thread *thread, struct work *first)
{
	const struct work *spoiler;
	bool               with_savepoints = thread->careful_groups > 0;
	enum error         error = try_group(thread, first, with_savepoints, &spoiler);

	thread->careful_groups -= with_savepoints;
	if (!spoiler)
		return error;
	if (!is_transient(spoiler->outcome))
		thread->careful_groups = CAREFUL_GROUPS;
	return try_group(thread, first, true, &spoiler);
}

/* Whether the piece runs again. Waiting for another's turn is no try. */
static bool runs_again(struct executor *executor, struct work *work)
{
	if (!is_transient(work->outcome))
		return false;
	if (work->turn != NO_TURN)
		return true;
	if (++work->tries == WORK_TRIES_MAX)
		return false;
	executor->counts.retries++;
	return true;
}

/* When a group began, and what had run beside by then. */
struct group_start {
	int64_t  time;
	uint64_t beside;
};

static struct group_start group_starts(const struct executor *executor)
{
	return (struct group_start){clock_monotonic(), executor->options.beside ? *executor->options.beside : 0};
}

/* An owner who has more waiting, or had most of a group, keeps a processor busy without an end. While reads want the
 * same processors, such an owner gets a third of the time; but what took longer than a group may is one long piece, or
 * waited for others, and nobody rests for that. */
static void let_rest(struct lane *lane, unsigned group_size, const struct group_start *began,
                     const struct group_start *now)
{
	bool    had_most = group_size > 1 && lane->running > group_size / 2;
	int64_t took = now->time - began->time;

	if ((lane->first || had_most) && now->beside != began->beside)
		lane->rests_until = now->time + REST_FACTOR * (took < GROUP_MICROSECONDS ? took : GROUP_MICROSECONDS);
}

/* What is to run again goes to the end of the queue; the others are told. */
static void settle_group(struct executor *executor, struct work *group, enum error error,
                         const struct group_start *began)
{
	struct work       *finished = NULL, **last = &finished;
	struct group_start now = group_starts(executor);
	unsigned           size = 0;

	for (const struct work *work = group; work; work = work->next)
		size++;
	pthread_mutex_lock(&executor->mutex);
	for (struct work *work = group, *next; work; work = next) {
		struct lane *lane = lane_of(executor, work);

		next = work->next;
		let_rest(lane, size, began, &now);
		lane->running--;
		executor->counts.running--;
		if (work->pushed_back)
			executor->pushed_back_runs = false;
		if (error && !is_failure(work->outcome))
			work->outcome = error;
		if (runs_again(executor, work)) {
			work->pushed_back = work->turn == NO_TURN;
			queue_put(executor, work);
		} else {
			work->next = NULL;
			*last = work;
			last = &work->next;
		}
	}
	pthread_mutex_unlock(&executor->mutex);
	tell(executor, finished);
}

static void note_end(struct executor_thread *thread, enum error error)
{
	struct executor *executor = thread->executor;
	char             reason[512];

	if (!is_failure(error))
		return;
	executor->failures++;
	executor->failed_at = clock_monotonic();
	log_quote(text_of(db_failure(thread->connection)), reason, sizeof(reason));
	log_event(error == ERROR_INTERNAL ? LOG_ERROR : LOG_WARNING, "transaction_failed", "reason=%s", reason);
}

static void run_once(struct executor_thread *thread, struct work *first, struct arena *scratch)
{
	struct executor   *executor = thread->executor;
	struct group_start began = group_starts(executor);
	enum error         error = ERROR_NONE;

	first->outcome = ERROR_NONE;
	first->not_run = true;
	if (executor->ids && executor->options.access == DB_WRITE) {
		db_set_deadline(thread->connection, first->deadline); /* they may have to wait for the database, too */
		error = ids_reserve(executor->ids, thread->connection, scratch);
	}
	arena_reset(scratch);
	if (!error)
		error = run_group(thread, first);
	db_set_deadline(thread->connection, 0);
	db_turns_leave(thread->connection);
	note_end(thread, error);
	settle_group(executor, first, error, &began);
}

static void *run_thread(void *argument)
{
	struct executor_thread *thread = argument;
	struct work            *first;
	struct arena            scratch;

	/* On Linux 0 is this thread alone. */
	setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + thread->executor->options.nice);
	arena_init(&scratch, SCRATCH_BYTES);
	while ((first = take_first(thread)) != NULL)
		run_once(thread, first, &scratch);
	arena_destroy(&scratch);
	return NULL;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

/* The main thread takes the signals. */
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
	executor->round_end = &executor->round;
	/* Some threads are always left for others. Where there is one, the order in which owners are served is enough. */
	executor->share = options->threads > 1 ? options->threads - (options->threads + 3) / 4 : UINT_MAX;
	pthread_mutex_init(&executor->mutex, NULL);
	clock_init_condition(&executor->wake);
	executor->threads = calloc(options->threads, sizeof(*executor->threads));
	if (!executor->threads)
		error = ERROR_NO_MEMORY;
	for (unsigned i = 0; !error && i < options->threads; i++) {
		struct executor_thread *thread = &executor->threads[i];

		thread->executor = executor;
		error = (options->seldom ? db_connect_later : db_connect)(db, options->access, &thread->connection);
		if (!error)
			thread->connection->takes_turns = true;
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

bool executor_is_failing(const struct executor *executor)
{
	return executor->failures >= FAILURES &&
	       clock_monotonic() - executor->failed_at < FAILING_SECONDS * INT64_C(1000000);
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
	free(executor->threads);
	free(executor);
}
