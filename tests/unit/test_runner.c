/* The thread of a kind of job, with a kind of its own over the real directory of due work (SQLite). */
#include "fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "jobs/runner.h"
#include "statements.h"

#define NOW             ((int64_t)1700000000)
#define RETRY_SECONDS   60
#define HORIZON_SECONDS 100000
#define FOUND_AT_ONCE   3
#define CHORES_MAX      512
#define PLENTY          ((int64_t)30 * 1000000) /* of time, in microseconds */

/* The kind: chores in memory. Steps change them on the executor's thread; the test looks when it has waited. */

struct chore {
	int64_t id, workspace_id, due_at;
	bool    fails;
};

struct fixture {
	struct arena          arena;
	char                  folder[64];
	struct db            *db;
	struct db_connection *writer;
	struct executor      *executor;
	struct runner        *runner;
	struct text           kind;
	struct chore          chores[CHORES_MAX];
	size_t                count, settled;
	atomic_bool           holds;        /* `act` does not come to an end */
	bool                  adds;         /* the next `act` makes new work */
	atomic_uint           waits;        /* beside the turns, */
	atomic_bool           asks_at_once; /* and not for any time */
};

static enum error find(struct db_context *context, struct job_items *ret, void *data)
{
	struct fixture *f = data;
	struct chore   *found = arena_alloc_array(context->arena, FOUND_AT_ONCE, sizeof(*found));
	size_t          count = 0;

	for (size_t i = 0; i < f->count && count < FOUND_AT_ONCE; i++)
		if (f->chores[i].workspace_id == context->workspace_id && f->chores[i].due_at <= context->now)
			found[count++] = f->chores[i];
	*ret = (struct job_items){found, count, sizeof(*found), count == FOUND_AT_ONCE};
	return ERROR_NONE;
}

static void add_chore(struct fixture *f, int64_t workspace_id, int64_t due_at);

static bool act(struct runner *runner, int64_t workspace_id, const void *item, void *data)
{
	struct fixture *f = data;

	(void)item;
	if (f->adds) {
		f->adds = false;
		add_chore(f, workspace_id, NOW);
	}
	while (f->holds && !runner_is_stopping(runner))
		usleep(1000);
	return !runner_is_stopping(runner);
}

static enum error settle(struct db_context *context, const void *item, void *data)
{
	struct fixture     *f = data;
	const struct chore *chore = item;

	assert_int_equal(context->workspace_id, chore->workspace_id);
	if (f->chores[chore->id].fails)
		return ERROR_NOT_FOUND;
	f->chores[chore->id].due_at = INT64_MAX;
	f->settled++;
	return ERROR_NONE;
}

static const struct fixture *current; /* `next_due` is a statement elsewhere, and gets nothing of the kind's own */

static enum error next_due(struct db_context *context, int64_t otherwise, int64_t *ret)
{
	int64_t next = otherwise;

	for (size_t i = 0; i < current->count; i++)
		if (current->chores[i].workspace_id == context->workspace_id && current->chores[i].due_at < next)
			next = current->chores[i].due_at;
	*ret = next;
	return ERROR_NONE;
}

/* The fixture */

static struct db_context begin(struct fixture *f, int64_t workspace_id, int64_t now)
{
	assert_int_equal(db_begin(f->writer), 0);
	return (struct db_context){.connection = f->writer, .arena = &f->arena, .workspace_id = workspace_id, .now = now};
}

static void add_chore(struct fixture *f, int64_t workspace_id, int64_t due_at)
{
	struct db_context context = begin(f, workspace_id, NOW);

	f->chores[f->count] = (struct chore){.id = (int64_t)f->count, .workspace_id = workspace_id, .due_at = due_at};
	f->count++;
	assert_int_equal(sql_note_due_work(&context, f->kind, due_at), 0);
	assert_int_equal(db_commit(f->writer), 0);
}

/* When the workspace is due as the directory has it; NONE: not in there. */
static int64_t due_at(struct fixture *f, int64_t workspace_id)
{
	struct db_context         context = begin(f, 0, INT64_MAX);
	struct due_workspace_rows rows;
	int64_t                   due = NONE;

	assert_int_equal(sql_list_due_workspaces(&context, f->kind, INT64_MAX, CHORES_MAX, &rows), 0);
	assert_int_equal(db_commit(f->writer), 0);
	for (size_t i = 0; i < rows.count; i++)
		if (rows.items[i].workspace_id == workspace_id)
			due = rows.items[i].due_at;
	return due;
}

static void start(struct fixture *f)
{
	struct job job = {
		.kind = f->kind,
		.horizon = HORIZON_SECONDS,
		.data = f,
		.find = find,
		.act = act,
		.settle = settle,
		.next_due = next_due,
	};

	assert_int_equal(runner_start(f->executor, NULL, &job, &f->runner), 0);
}

static void run_due(struct fixture *f)
{
	runner_run_due(f->runner, clock_monotonic() + PLENTY);
}

static int set_up(void **state)
{
	static const struct executor_options options = {.access = DB_WRITE, .threads = 1, .group = 8, .queue_max = 100};
	struct fixture                      *f = calloc(1, sizeof(*f));
	struct text                          reason = NO_TEXT;
	char                                 url[128];
	int                                  applied;

	arena_init(&f->arena, FIXTURE_LIMIT);
	strcpy(f->folder, "/tmp/stint-test-runner-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(url, sizeof(url), "sqlite:%s/test.db", f->folder);
	if (db_open(url, &catalogue, &f->arena, &f->db, &reason) || db_migrate(f->db, &f->arena, &applied, &reason))
		fail_msg("%s", reason.data);
	assert_int_equal(db_connect(f->db, DB_WRITE, &f->writer), 0);
	assert_int_equal(executor_start(f->db, NULL, &options, &f->executor), 0);
	f->kind = TEXT("chores");
	clock_set(NOW);
	current = f;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char            command[128];

	f->holds = false;
	runner_stop(f->runner);
	executor_stop(f->executor);
	db_disconnect(f->writer);
	db_close(f->db);
	snprintf(command, sizeof(command), "rm -r %s", f->folder);
	assert_int_equal(system(command), 0);
	arena_destroy(&f->arena);
	clock_release();
	free(f);
	return 0;
}

/* Scenarios */

static void test_all_that_is_due_is_run_however_much_it_is(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < 40 * (2 * FOUND_AT_ONCE + 1); i++)
		add_chore(f, 1 + (int64_t)i % 40, NOW - (int64_t)i);
	start(f);
	run_due(f);
	assert_int_equal(f->settled, f->count);
	for (int64_t workspace_id = 1; workspace_id <= 40; workspace_id++)
		assert_int_equal(due_at(f, workspace_id), NONE);
}

static void test_what_is_not_due_yet_waits_for_the_clock(void **state)
{
	struct fixture *f = *state;

	add_chore(f, 1, NOW);
	add_chore(f, 1, NOW + 100);
	add_chore(f, 2, NOW + 200);
	start(f);
	run_due(f);
	assert_int_equal(f->settled, 1);
	assert_int_equal(due_at(f, 1), NOW + 100);
	clock_advance(100);
	run_due(f);
	assert_int_equal(f->settled, 2);
	assert_int_equal(due_at(f, 1), NONE);
	assert_int_equal(due_at(f, 2), NOW + 200);
}

static void test_a_failure_is_in_nobodys_way_and_is_tried_again(void **state)
{
	struct fixture *f = *state;

	add_chore(f, 1, NOW - 2);
	f->chores[0].fails = true;
	add_chore(f, 1, NOW - 1);
	add_chore(f, 2, NOW);
	start(f);
	run_due(f);
	assert_int_equal(f->settled, 2);
	assert_int_equal(due_at(f, 1), NOW + RETRY_SECONDS);
	assert_int_equal(due_at(f, 2), NONE);

	f->chores[0].fails = false;
	clock_advance(RETRY_SECONDS - 1);
	run_due(f);
	assert_int_equal(f->settled, 2);
	clock_advance(1);
	run_due(f);
	assert_int_equal(f->settled, 3);
	assert_int_equal(due_at(f, 1), NONE);
}

/* Which workspaces have chores that are due, without the directory. */
static enum error search_chores(struct db_context *context, struct due_workspace_rows *ret, void *data)
{
	struct fixture *f = data;

	ret->items = arena_alloc_array(context->arena, CHORES_MAX, sizeof(*ret->items));
	ret->count = 0;
	for (size_t i = 0; i < f->count; i++)
		if (f->chores[i].due_at <= context->now)
			ret->items[ret->count++] = (struct due_workspace_row){f->chores[i].workspace_id, context->now};
	return ERROR_NONE;
}

static void test_a_kind_that_finds_its_workspaces_leaves_the_directory_alone(void **state)
{
	struct fixture *f = *state;
	struct job job = {.kind = TEXT("searched"), .data = f, .search = search_chores, .find = find, .settle = settle};

	add_chore(f, 1, NOW - 2);
	f->chores[0].fails = true;
	add_chore(f, 2, NOW - 1);
	assert_int_equal(runner_start(f->executor, NULL, &job, &f->runner), 0);
	run_due(f);
	assert_int_equal(f->settled, 1);
	f->chores[0].fails = false;
	run_due(f);
	assert_int_equal(f->settled, 2);
	assert_int_equal(due_at(f, 1), NOW - 2);
	assert_int_equal(due_at(f, 2), NOW - 1);
}

static void test_a_kind_that_finds_them_does_what_comes_meanwhile_in_its_next_round(void **state)
{
	struct fixture *f = *state;
	struct job      job = {
			 .kind = TEXT("searched"), .data = f, .search = search_chores, .find = find, .act = act, .settle = settle};

	for (size_t i = 0; i < FOUND_AT_ONCE + 1; i++)
		add_chore(f, 1, NOW);
	assert_int_equal(runner_start(f->executor, NULL, &job, &f->runner), 0);
	run_due(f);
	assert_int_equal(f->settled, FOUND_AT_ONCE + 1);
	add_chore(f, 1, NOW);
	f->adds = true;
	run_due(f);
	assert_int_equal(f->count, FOUND_AT_ONCE + 3);
	assert_int_equal(f->settled, FOUND_AT_ONCE + 2);
	run_due(f);
	assert_int_equal(f->settled, f->count);
}

static void test_work_that_comes_in_during_a_turn_is_not_forgotten(void **state)
{
	struct fixture *f = *state;

	add_chore(f, 1, NOW);
	f->adds = true;
	start(f);
	run_due(f);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->settled, 2);
	assert_int_equal(due_at(f, 1), NONE);
}

static void test_what_a_clock_that_was_ahead_has_written_is_looked_at_again(void **state)
{
	struct fixture *f = *state;

	add_chore(f, 1, NOW + HORIZON_SECONDS);
	add_chore(f, 2, NOW + HORIZON_SECONDS + 1);
	add_chore(f, 3, NOW);
	start(f);
	run_due(f);
	assert_int_equal(f->settled, 1);
	assert_int_equal(due_at(f, 1), NOW + HORIZON_SECONDS);
	assert_int_equal(due_at(f, 2), NOW + HORIZON_SECONDS);
}

static void test_kinds_do_not_see_each_others_work(void **state)
{
	struct fixture *f = *state;

	f->kind = TEXT("others");
	add_chore(f, 1, NOW);
	f->kind = TEXT("chores");
	start(f);
	run_due(f);
	assert_int_equal(f->settled, 0);
	f->kind = TEXT("others");
	assert_int_equal(due_at(f, 1), NOW);
}

static void test_waiting_for_a_slow_one_has_an_end_and_so_has_the_slow_one(void **state)
{
	struct fixture *f = *state;
	int64_t         before = clock_monotonic();

	f->holds = true;
	add_chore(f, 1, NOW);
	start(f);
	runner_run_due(f->runner, before + 50000);
	assert_true(clock_monotonic() - before < PLENTY);
	assert_int_equal(f->settled, 0);

	runner_stop(f->runner);
	f->runner = NULL;
	assert_int_equal(f->settled, 0);
	assert_int_equal(due_at(f, 1), NOW);
}

static bool answer_no(const void *data)
{
	(void)data;
	return false;
}

static void note_wait(int64_t until, void *data)
{
	struct fixture *f = data;

	f->asks_at_once |= until <= clock_monotonic();
	f->waits++;
	sched_yield();
}

static void do_nothing(void *data)
{
	(void)data;
}

static bool nothing_has_ended(void *data, int64_t *ret_workspace_id, const void **ret_item)
{
	(void)data, (void)ret_workspace_id, (void)ret_item;
	return false;
}

static void test_who_has_room_for_nothing_waits(void **state)
{
	static const struct job_beside full = {answer_no, answer_no, note_wait, do_nothing, nothing_has_ended, do_nothing};
	struct fixture                *f = *state;
	struct job                     job = {.kind = f->kind, .data = f, .beside = &full};

	assert_int_equal(runner_start(f->executor, NULL, &job, &f->runner), 0);
	while (f->waits < 3)
		sched_yield();
	assert_false(f->asks_at_once);
}

static bool answer_yes(const void *data)
{
	(void)data;
	return true;
}

static void test_who_waits_for_a_kind_that_works_beside_its_turns_waits_for_no_pause(void **state)
{
	static const struct job_beside idle = {answer_yes, answer_yes,        note_wait,
	                                       do_nothing, nothing_has_ended, do_nothing};
	struct fixture                *f = *state;
	struct job job = {.kind = f->kind, .data = f, .find = find, .next_due = next_due, .beside = &idle};
	int64_t    before = clock_monotonic();

	job.pause = PLENTY;
	assert_int_equal(runner_start(f->executor, NULL, &job, &f->runner), 0);
	for (int i = 0; i < 3; i++)
		runner_run_due(f->runner, before + PLENTY);
	assert_true(clock_monotonic() - before < PLENTY);
}

static void test_nothing_to_wait_for(void **state)
{
	(void)state;
	runner_run_due(NULL, 0);
	runner_stop(NULL);
}

#define scenario(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		scenario(test_all_that_is_due_is_run_however_much_it_is),
		scenario(test_what_is_not_due_yet_waits_for_the_clock),
		scenario(test_a_failure_is_in_nobodys_way_and_is_tried_again),
		scenario(test_a_kind_that_finds_its_workspaces_leaves_the_directory_alone),
		scenario(test_a_kind_that_finds_them_does_what_comes_meanwhile_in_its_next_round),
		scenario(test_work_that_comes_in_during_a_turn_is_not_forgotten),
		scenario(test_what_a_clock_that_was_ahead_has_written_is_looked_at_again),
		scenario(test_kinds_do_not_see_each_others_work),
		scenario(test_waiting_for_a_slow_one_has_an_end_and_so_has_the_slow_one),
		scenario(test_who_has_room_for_nothing_waits),
		scenario(test_who_waits_for_a_kind_that_works_beside_its_turns_waits_for_no_pause),
		cmocka_unit_test(test_nothing_to_wait_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
