/* Executors on a real database (SQLite): who comes when, what runs beside what, and what is not run any more. Pieces of
 * work are closures over a few switches; the test holds the first one and looks at the order of the others. */
#include "fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/context.h"
#include "db/executor.h"

#define PIECES_MAX 300
#define PLENTY     20000000 /* microseconds */

static const struct db_catalogue nothing;

enum { WAITING = -1 };

struct fixture {
	struct arena     arena;
	char             folder[64];
	struct db       *db;
	struct executor *executor;
	_Atomic uint64_t reads; /* that go on beside: each piece finds one more */
	pthread_mutex_t  mutex;
	pthread_cond_t   changed;
	bool             held; /* pieces that `hold` do not come to an end */
	unsigned         running, most, ran, done;
	unsigned         order[PIECES_MAX * 16];
	struct piece {
		struct work     work;
		struct fixture *fixture;
		unsigned        number, runs;
		int             outcome;     /* WAITING, or what `done` was told */
		bool            holds;       /* until the test releases it */
		int64_t         turn;        /* db_take_turn, unless 0 */
		int64_t         busy;        /* microseconds */
		enum error      error;       /* what it returns, */
		unsigned        error_count; /* so many times */
		unsigned        breaks;      /* takes the whole transaction with it, so many times */
		bool            writes;      /* a row with its number */
		bool            dooms;       /* the commit fails */
		bool            is_beside_reads;
	} pieces[PIECES_MAX];
	unsigned count;
};

static void enter(struct piece *piece)
{
	struct fixture *f = piece->fixture;

	pthread_mutex_lock(&f->mutex);
	f->reads += piece->is_beside_reads;
	f->order[f->ran++] = piece->number;
	piece->runs++;
	f->running++;
	f->most = f->running > f->most ? f->running : f->most;
	pthread_cond_broadcast(&f->changed);
	while (piece->holds && f->held)
		pthread_cond_wait(&f->changed, &f->mutex);
	pthread_mutex_unlock(&f->mutex);
	if (piece->busy)
		usleep((unsigned)piece->busy);
}

static void leave(struct piece *piece)
{
	struct fixture *f = piece->fixture;

	pthread_mutex_lock(&f->mutex);
	f->running--;
	pthread_mutex_unlock(&f->mutex);
}

static enum error write_down(struct db_connection *connection, unsigned number)
{
	char script[100];

	snprintf(script, sizeof(script), "CREATE TABLE IF NOT EXISTS written (number); INSERT INTO written VALUES (%u)",
	         number);
	return db_run_script(connection, script, NULL);
}

static const char DOOM[] = "CREATE TABLE parents (id INTEGER PRIMARY KEY);"
						   "CREATE TABLE children (parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED);"
						   "INSERT INTO children VALUES (1)";

static enum error run(struct work *work, struct db_connection *connection)
{
	struct piece     *piece = (struct piece *)work;
	struct db_context context = {.connection = connection};
	enum error        error = ERROR_NONE;

	if (piece->turn && db_take_turn(&context, piece->turn))
		return ERROR_CONFLICT;
	enter(piece);
	if (piece->writes)
		error = write_down(connection, piece->number);
	if (piece->dooms)
		error = db_run_script(connection, DOOM, NULL);
	if (piece->breaks) {
		piece->breaks--;
		db_run_script(connection, "ROLLBACK; SELECT 1 FROM nowhere", NULL);
		error = ERROR_UNAVAILABLE;
	} else if (piece->error_count) {
		piece->error_count--;
		error = piece->error;
	}
	leave(piece);
	return error;
}

static void done(struct work *work, enum error error)
{
	struct piece   *piece = (struct piece *)work;
	struct fixture *f = piece->fixture;

	pthread_mutex_lock(&f->mutex);
	assert_int_equal(piece->outcome, WAITING);
	piece->outcome = (int)error;
	f->done++;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->mutex);
}

static struct piece *submit(struct fixture *f, int64_t owner, struct piece like)
{
	struct piece *piece = &f->pieces[f->count];

	*piece = like;
	piece->work = (struct work){.run = run, .done = done, .owner = owner, .deadline = like.work.deadline};
	piece->fixture = f;
	piece->number = f->count++;
	piece->outcome = WAITING;
	assert_true(executor_submit(f->executor, &piece->work));
	return piece;
}

static void wait_for(struct fixture *f, const unsigned *number, unsigned value)
{
	pthread_mutex_lock(&f->mutex);
	while (*number < value)
		pthread_cond_wait(&f->changed, &f->mutex);
	pthread_mutex_unlock(&f->mutex);
}

static void release(struct fixture *f)
{
	pthread_mutex_lock(&f->mutex);
	f->held = false;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->mutex);
}

static void start(struct fixture *f, enum db_access access, unsigned threads, unsigned group)
{
	struct executor_options options = {access, threads, group, PIECES_MAX, .beside = &f->reads};

	assert_int_equal(executor_start(f->db, NULL, &options, &f->executor), 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct text     reason = NO_TEXT;
	char            url[128];

	arena_init(&f->arena, FIXTURE_LIMIT);
	strcpy(f->folder, "/tmp/stint-test-executor-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(url, sizeof(url), "sqlite:%s/test.db", f->folder);
	if (db_open(url, &nothing, &f->arena, &f->db, &reason))
		fail_msg("%s", reason.data);
	pthread_mutex_init(&f->mutex, NULL);
	pthread_cond_init(&f->changed, NULL);
	f->held = true;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char            command[128];

	release(f);
	executor_stop(f->executor);
	db_close(f->db);
	snprintf(command, sizeof(command), "rm -r %s", f->folder);
	assert_int_equal(system(command), 0);
	arena_destroy(&f->arena);
	free(f);
	return 0;
}

/* The writer is in the hands of a first piece, whose owner is nobody else. */
static struct piece *hold_the_writer(struct fixture *f)
{
	start(f, DB_WRITE, 1, 64);
	struct piece *first = submit(f, 99, (struct piece){.holds = true});

	wait_for(f, &f->ran, 1);
	return first;
}

static void finish(struct fixture *f)
{
	release(f);
	wait_for(f, &f->done, f->count);
}

/* Scenarios */

static void test_owners_take_turns_however_much_one_of_them_sends(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	for (unsigned i = 0; i < 100; i++)
		submit(f, 1, (struct piece){0});
	submit(f, 2, (struct piece){0});
	submit(f, 3, (struct piece){0});
	submit(f, 2, (struct piece){0});
	finish(f);
	const unsigned expected[] = {0, 1, 101, 102, 2, 103, 3, 4};
	assert_memory_equal(f->order, expected, sizeof(expected));
	assert_int_equal(f->ran, 104);
	assert_true(executor_counts(f->executor)->commits < 10);
}

static void test_a_group_ends_when_its_time_is_over(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	for (unsigned i = 0; i < 12; i++)
		submit(f, 1, (struct piece){.busy = 30000});
	finish(f);
	assert_true(executor_counts(f->executor)->commits >= 3);
	assert_int_equal(executor_counts(f->executor)->queued, 0);
}

static void test_what_comes_while_a_group_runs_is_for_the_next(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	for (unsigned i = 0; i < 12; i++)
		submit(f, 1, (struct piece){0});
	finish(f);
	assert_int_equal(executor_counts(f->executor)->commits, 2);
}

static void test_late_work_is_answered_and_not_run(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	int64_t       now = clock_monotonic();
	struct piece *late = submit(f, 1, (struct piece){.work.deadline = now - 1});
	struct piece *later = submit(f, 1, (struct piece){.work.deadline = now + PLENTY});
	struct piece *other = submit(f, 2, (struct piece){.work.deadline = now - 1});
	submit(f, 1, (struct piece){0});
	executor_expire(f->executor);
	assert_int_equal(late->outcome, ERROR_OUT_OF_TIME);
	assert_int_equal(other->outcome, ERROR_OUT_OF_TIME);
	assert_int_equal(later->outcome, WAITING);
	assert_int_equal(executor_counts(f->executor)->queued, 2);

	struct piece *unseen = submit(f, 3, (struct piece){.work.deadline = now - 1}); /* no look comes before its turn */
	finish(f);
	assert_int_equal(unseen->outcome, ERROR_OUT_OF_TIME);
	assert_int_equal(later->outcome, 0);
	assert_int_equal(late->runs + other->runs + unseen->runs, 0);
}

static void test_who_needs_ids_waits_for_the_database_until_its_deadline(void **state)
{
	static const char *const      SEQUENCES[] = {"written"};
	struct fixture               *f = *state;
	const struct executor_options options = {DB_WRITE, 1, 64, PIECES_MAX, .beside = &f->reads};
	struct db_connection         *other;
	struct ids                   *ids;
	int64_t                       before = clock_monotonic();

	assert_int_equal(ids_open(f->db, SEQUENCES, 1, 64, &ids), 0);
	assert_int_equal(executor_start(f->db, ids, &options, &f->executor), 0);
	assert_int_equal(db_connect(f->db, DB_WRITE, &other), 0);
	assert_int_equal(db_begin(other), 0);
	struct piece *piece = submit(f, 1, (struct piece){.work.deadline = before + 100000});
	wait_for(f, &f->done, 1);
	assert_int_equal(piece->outcome, ERROR_UNAVAILABLE);
	assert_true(clock_monotonic() - before < 4000000); /* without one it waits for five seconds */
	db_disconnect(other);
	executor_stop(f->executor);
	f->executor = NULL;
	ids_close(ids);
}

static void test_neighbours_of_a_broken_transaction_run_again(void **state)
{
	struct fixture *f = *state;

	struct piece *first = hold_the_writer(f);
	struct piece *before = submit(f, 1, (struct piece){0});
	struct piece *broken = submit(f, 2, (struct piece){.breaks = 2});
	struct piece *behind = submit(f, 3, (struct piece){0});
	finish(f);
	assert_int_equal(broken->outcome, ERROR_UNAVAILABLE);
	assert_int_equal(broken->runs, 2);
	assert_int_equal(first->outcome + before->outcome + behind->outcome, 0);
	assert_int_equal(before->runs, 3);
	assert_int_equal(behind->runs, 1);
}

static int64_t count_written(struct fixture *f)
{
	static const struct db_column    COLUMNS[] = {{DB_BIGINT, false, 0}};
	static const struct db_statement COUNT = {.name = "count_written",
	                                          .sqlite = "SELECT count(*) FROM written",
	                                          .columns = COLUMNS,
	                                          .column_count = 1,
	                                          .row_size = sizeof(int64_t),
	                                          .number = UINT16_MAX};
	struct db_connection            *connection;
	struct db_rows                   rows;

	assert_int_equal(db_connect(f->db, DB_READ, &connection), 0);
	assert_int_equal(db_begin(connection), 0);
	assert_int_equal(db_run(connection, &COUNT, NULL, &f->arena, &rows, NULL), 0);
	db_disconnect(connection);
	return *(const int64_t *)rows.items;
}

static void test_what_fails_after_it_has_written_leaves_nothing(void **state)
{
	struct fixture *f = *state;

	struct piece *first = hold_the_writer(f);
	struct piece *before = submit(f, 1, (struct piece){.writes = true});
	struct piece *failing = submit(f, 2, (struct piece){.writes = true, .error = ERROR_NOT_FOUND, .error_count = 100});
	struct piece *behind = submit(f, 3, (struct piece){.writes = true});
	finish(f);
	assert_int_equal(failing->outcome, ERROR_NOT_FOUND);
	assert_int_equal(first->outcome + before->outcome + behind->outcome, 0);
	assert_int_equal(count_written(f), 2);
	assert_int_equal(before->runs, 2);
	assert_int_equal(failing->runs, 2);
	assert_int_equal(behind->runs, 1);
}

static void test_what_has_written_nothing_makes_nobody_run_again(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	struct piece *before = submit(f, 1, (struct piece){.writes = true});
	struct piece *failing = submit(f, 2, (struct piece){.error = ERROR_NOT_FOUND, .error_count = 100});
	finish(f);
	assert_int_equal(failing->outcome, ERROR_NOT_FOUND);
	assert_int_equal(before->outcome, 0);
	assert_int_equal(before->runs, 1);
	assert_int_equal(count_written(f), 1);
}

/* It may be about what another piece had written. */
static void test_a_refusal_does_not_outlive_what_its_group_did(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	struct piece *doomed = submit(f, 1, (struct piece){.writes = true, .dooms = true});
	struct piece *refused = submit(f, 2, (struct piece){.error = ERROR_NOT_FOUND, .error_count = 100});
	finish(f);
	assert_int_equal(error_info((enum error)doomed->outcome)->status, 500);
	assert_int_equal(refused->outcome, doomed->outcome);
	struct piece *again = submit(f, 2, (struct piece){.error = ERROR_NOT_FOUND, .error_count = 100});
	finish(f);
	assert_int_equal(again->outcome, ERROR_NOT_FOUND);
}

/* The first time, and with savepoints; then it finds something else. */
static void test_a_refusal_in_a_group_that_was_broken_is_looked_at_again(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	submit(f, 1, (struct piece){.writes = true});
	struct piece *refused = submit(f, 2, (struct piece){.error = ERROR_NOT_FOUND, .error_count = 2});
	struct piece *broken = submit(f, 3, (struct piece){.breaks = 2});
	finish(f);
	assert_int_equal(broken->outcome, ERROR_UNAVAILABLE);
	assert_int_equal(refused->outcome, 0);
	assert_int_equal(refused->runs, 3);
}

static void alone(struct fixture *f, struct piece like, enum error expected)
{
	struct piece *piece = submit(f, 1, like);

	finish(f);
	assert_int_equal(piece->outcome, expected);
}

/* Also where each piece meets the failure by itself; only what has been committed says that it is over. */
static void test_who_fails_again_and_again_is_failing_until_a_commit(void **state)
{
	struct fixture *f = *state;

	start(f, DB_WRITE, 1, 64);
	for (unsigned i = 0; i < 3; i++) {
		assert_false(executor_is_failing(f->executor));
		alone(f, (struct piece){.breaks = 1}, ERROR_UNAVAILABLE);
		alone(f, (struct piece){.error = ERROR_UNAVAILABLE, .error_count = 1}, ERROR_UNAVAILABLE); /* its own affair */
		alone(f, (struct piece){.writes = true, .error = ERROR_NAME_TAKEN, .error_count = 1}, ERROR_NAME_TAKEN);
	}
	assert_true(executor_is_failing(f->executor));
	alone(f, (struct piece){0}, ERROR_NONE);
	assert_true(executor_is_failing(f->executor));
	alone(f, (struct piece){.writes = true}, ERROR_NONE);
	assert_false(executor_is_failing(f->executor));
}

/* Each pair is a group, and so is what holds the writer before it. */
static void test_whoever_spoils_groups_makes_few_run_twice(void **state)
{
	struct fixture *f = *state;
	unsigned        runs = 0, groups = 60;

	start(f, DB_WRITE, 1, 64);
	for (unsigned i = 0; i < groups; i++) {
		unsigned ran = f->ran;

		f->held = true;
		submit(f, 99, (struct piece){.holds = true});
		wait_for(f, &f->ran, ran + 1);
		struct piece *before = submit(f, 1, (struct piece){.writes = true});
		submit(f, 2, (struct piece){.writes = true, .error = ERROR_NOT_FOUND, .error_count = 100});
		finish(f);
		runs += before->runs;
	}
	assert_in_range(runs, groups + 1, groups + 2);
	assert_int_equal(count_written(f), groups);
}

static void test_a_conflict_is_tried_twelve_times(void **state)
{
	struct fixture *f = *state;

	start(f, DB_WRITE, 1, 64);
	struct piece *lost = submit(f, 1, (struct piece){.error = ERROR_CONFLICT, .error_count = 100});
	struct piece *won = submit(f, 1, (struct piece){.error = ERROR_CONFLICT, .error_count = WORK_TRIES_MAX - 1});
	struct piece *wrong = submit(f, 1, (struct piece){.error = ERROR_NOT_FOUND, .error_count = 100});
	finish(f);
	assert_int_equal(lost->outcome, ERROR_CONFLICT);
	assert_int_equal(lost->runs, WORK_TRIES_MAX);
	assert_int_equal(won->outcome, 0);
	assert_int_equal(won->runs, WORK_TRIES_MAX);
	assert_int_equal(wrong->outcome, ERROR_NOT_FOUND);
	assert_int_equal(wrong->runs, 1);
	assert_int_equal(executor_counts(f->executor)->retries, 2 * (WORK_TRIES_MAX - 1));
}

static void test_no_owner_has_all_the_threads(void **state)
{
	struct fixture *f = *state;

	start(f, DB_READ, 4, 1);
	for (unsigned i = 0; i < 10; i++)
		submit(f, 1, (struct piece){.holds = true});
	wait_for(f, &f->ran, 3);
	struct piece *other = submit(f, 2, (struct piece){0});
	wait_for(f, &f->done, 1);
	assert_int_equal(other->outcome, 0);
	assert_int_equal(f->ran, 4);
	finish(f);
	assert_int_equal(f->most, 4);
}

/* Pieces of `busy` microseconds, while others read beside: one owner has `count` of them, another one has one. Returns
 * how long all took. */
static int64_t run_beside(struct fixture *f, unsigned count, int64_t busy)
{
	start(f, DB_READ, 2, 1);
	int64_t began = clock_monotonic();

	for (unsigned i = 0; i < count; i++)
		submit(f, 1, (struct piece){.busy = busy, .turn = 7, .is_beside_reads = true});
	wait_for(f, &f->done, 1);
	submit(f, 2, (struct piece){.busy = busy, .is_beside_reads = true});
	wait_for(f, &f->done, count + 1);
	return clock_monotonic() - began;
}

static void test_an_owner_without_end_rests_while_others_work(void **state)
{
	struct fixture *f = *state;
	int64_t         took = run_beside(f, 6, 10000);

	assert_true(took >= (6 + 2 * 5) * INT64_C(10000)); /* no rest behind the last */
	assert_int_equal(f->order[1], 6);                  /* the other owner came in the first rest */
	assert_int_equal(executor_counts(f->executor)->queued + executor_counts(f->executor)->running, 0);
	release(f);
	wait_for(f, &f->done, f->count);
}

static void test_who_had_most_of_a_group_rests(void **state)
{
	struct fixture *f = *state;
	const int64_t   busy = 20000;

	hold_the_writer(f);
	for (unsigned i = 0; i < 3; i++)
		submit(f, 1, (struct piece){.busy = busy, .is_beside_reads = true});
	submit(f, 2, (struct piece){0});
	release(f);
	wait_for(f, &f->done, 5);
	int64_t began = clock_monotonic();

	submit(f, 1, (struct piece){0});
	submit(f, 2, (struct piece){0});
	wait_for(f, &f->done, 6);
	assert_int_equal(f->order[5], 6); /* the other one at once */
	wait_for(f, &f->done, 7);
	assert_true(clock_monotonic() - began >= 2 * 2 * busy); /* of 2 * 3 * busy, when this came late */
}

static void test_a_short_rest_does_not_wait_for_a_long_one(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	submit(f, 1, (struct piece){.busy = 100000, .is_beside_reads = true}); /* as long as a group takes work */
	submit(f, 1, (struct piece){0});
	for (unsigned i = 0; i < 2; i++)
		submit(f, 2, (struct piece){.busy = 10000, .is_beside_reads = true});
	release(f);
	wait_for(f, &f->done, 4);
	submit(f, 2, (struct piece){0}); /* now both rest, and the writer sleeps */
	wait_for(f, &f->done, 6);
	assert_int_equal(f->order[4], 5);
}

static void test_nobody_rests_for_long(void **state)
{
	struct fixture *f = *state;
	const int64_t   busy = 500000;
	int64_t         began = clock_monotonic();

	start(f, DB_READ, 1, 1);
	submit(f, 1, (struct piece){.busy = busy, .is_beside_reads = true});
	submit(f, 1, (struct piece){0});
	wait_for(f, &f->done, 2);
	assert_true(clock_monotonic() - began < 2 * busy);
}

static void test_nobody_rests_where_nobody_reads(void **state)
{
	struct fixture *f = *state;

	hold_the_writer(f);
	for (unsigned i = 0; i < 3; i++)
		submit(f, 1, (struct piece){.busy = 20000});
	finish(f);
	submit(f, 1, (struct piece){0});
	submit(f, 2, (struct piece){0});
	wait_for(f, &f->done, f->count);
	assert_int_equal(f->order[4], 4);
}

static void test_who_rests_is_finished_when_it_stops(void **state)
{
	struct fixture *f = *state;

	run_beside(f, 2, 100);
	for (unsigned i = 0; i < 20; i++)
		submit(f, 1, (struct piece){.busy = 1000, .is_beside_reads = true});
	executor_stop(f->executor);
	f->executor = NULL;
	release(f);
	wait_for(f, &f->done, f->count);
}

static void test_who_waits_for_a_turn_holds_no_thread_and_uses_up_no_try(void **state)
{
	struct fixture *f = *state;

	start(f, DB_READ, 3, 1);
	submit(f, 1, (struct piece){.holds = true, .turn = 7});
	wait_for(f, &f->ran, 1);
	for (unsigned i = 0; i < 2 * WORK_TRIES_MAX; i++)
		submit(f, i, (struct piece){.turn = 7});
	struct piece *other = submit(f, 1, (struct piece){.turn = 8});
	wait_for(f, &f->done, 1);
	assert_int_equal(other->outcome, 0);
	assert_int_equal(f->ran, 2); /* and none of those who wait */
	f->most = 1;
	finish(f);
	assert_int_equal(f->most, 1); /* one after the other */
	assert_int_equal(executor_counts(f->executor)->retries, 0);
	for (unsigned i = 0; i < f->count; i++)
		assert_int_equal(f->pieces[i].outcome, 0);
}

static void test_what_was_pushed_back_runs_beside_no_other_such_one(void **state)
{
	struct fixture *f = *state;

	start(f, DB_READ, 4, 1);
	submit(f, 1, (struct piece){.error = ERROR_CONFLICT, .error_count = 1});
	wait_for(f, &f->done, 1);
	f->ran = f->most = 0;
	for (unsigned i = 0; i < 20; i++)
		submit(f, i, (struct piece){.error = ERROR_CONFLICT, .error_count = 1, .busy = 100});
	wait_for(f, &f->done, f->count);
	assert_int_equal(f->ran, 40);
	assert_int_equal(executor_counts(f->executor)->retries, 21);
}

static void test_what_is_queued_is_finished_when_it_stops(void **state)
{
	struct fixture *f = *state;

	start(f, DB_READ, 4, 1);
	for (unsigned i = 0; i < 100; i++)
		submit(f, i % 3, (struct piece){.turn = 1 + i % 2, .error = ERROR_CONFLICT, .error_count = i % 5});
	executor_stop(f->executor);
	f->executor = NULL;
	assert_int_equal(f->done, 100);
	for (unsigned i = 0; i < f->count; i++)
		assert_int_equal(f->pieces[i].outcome, 0);
}

#define scenario(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario(test_owners_take_turns_however_much_one_of_them_sends),
		scenario(test_a_group_ends_when_its_time_is_over),
		scenario(test_what_comes_while_a_group_runs_is_for_the_next),
		scenario(test_late_work_is_answered_and_not_run),
		scenario(test_who_needs_ids_waits_for_the_database_until_its_deadline),
		scenario(test_neighbours_of_a_broken_transaction_run_again),
		scenario(test_what_fails_after_it_has_written_leaves_nothing),
		scenario(test_what_has_written_nothing_makes_nobody_run_again),
		scenario(test_a_refusal_does_not_outlive_what_its_group_did),
		scenario(test_a_refusal_in_a_group_that_was_broken_is_looked_at_again),
		scenario(test_who_fails_again_and_again_is_failing_until_a_commit),
		scenario(test_whoever_spoils_groups_makes_few_run_twice),
		scenario(test_a_conflict_is_tried_twelve_times),
		scenario(test_no_owner_has_all_the_threads),
		scenario(test_an_owner_without_end_rests_while_others_work),
		scenario(test_who_had_most_of_a_group_rests),
		scenario(test_a_short_rest_does_not_wait_for_a_long_one),
		scenario(test_nobody_rests_for_long),
		scenario(test_nobody_rests_where_nobody_reads),
		scenario(test_who_rests_is_finished_when_it_stops),
		scenario(test_who_waits_for_a_turn_holds_no_thread_and_uses_up_no_try),
		scenario(test_what_was_pushed_back_runs_beside_no_other_such_one),
		scenario(test_what_is_queued_is_finished_when_it_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
