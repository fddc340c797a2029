/* The database, as far as it is the same on both engines: which driver a URL means, the order of calls, rows into
 * structs, pages and single rows.
 *
 * No library of an engine and no SQL text here. */
#include "db/db.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "db/context.h"
#include "db/driver.h"

/* Words of a connection that is gone: db_failure(NULL). */
static _Thread_local char last_failure[DB_FAILURE_SIZE];

enum error db_fail(struct db_connection *connection, enum error error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(connection->failure, sizeof(connection->failure), format, arguments);
	va_end(arguments);
	return error;
}

const char *db_failure(const struct db_connection *connection)
{
	return connection ? connection->failure : last_failure;
}

enum error db_constraint_error(const struct db_connection *connection, struct text name_or_columns)
{
	const struct db_catalogue *catalogue = connection->db->catalogue;
	for (size_t i = 0; i < catalogue->constraint_count; i++) {
		const struct db_constraint *constraint = &catalogue->constraints[i];
		if (text_equal(text_of(constraint->name), name_or_columns) ||
		    text_equal(text_of(constraint->sqlite_columns), name_or_columns))
			return constraint->error;
	}
	return ERROR_INTERNAL;
}

/* Connections */

static void free_connection(struct db_connection *connection)
{
	connection->db->driver->detach(connection);
	db_counts_forget(connection);
	db_kept_rows_free(connection);
	free(connection);
}

enum error db_connect_later(struct db *db, enum db_access access, struct db_connection **ret)
{
	struct db_connection *connection = calloc(1, db->driver->connection_size);
	if (!connection)
		return ERROR_NO_MEMORY;
	connection->db = db;
	connection->access = access;
	if (access == DB_READ)
		db_snapshots_add(connection);
	*ret = connection;
	return ERROR_NONE;
}

static enum error attach(struct db_connection *connection)
{
	enum error error = connection->db->driver->attach(connection);
	connection->attached = !error;
	if (error)
		connection->db->driver->detach(connection);
	return error;
}

enum error db_connect(struct db *db, enum db_access access, struct db_connection **ret)
{
	struct db_connection *connection = access == DB_WRITE ? atomic_exchange(&db->spare, NULL) : NULL;
	if (!connection) {
		TRY(db_connect_later(db, access, &connection));
		enum error error = attach(connection);
		if (error) {
			db_disconnect(connection);
			return error;
		}
	}
	*ret = connection;
	return ERROR_NONE;
}

/* Opened, looked at and filled by whoever starts, a database is connected to once for all of that. False: it is not
 * kept for anybody. */
static bool keep_spare(struct db_connection *connection)
{
	struct db_connection *none = NULL;
	return connection->access == DB_WRITE && connection->attached && !connection->was_long &&
	       atomic_compare_exchange_strong(&connection->db->spare, &none, connection);
}

void db_disconnect(struct db_connection *connection)
{
	if (!connection)
		return;
	if (connection->access == DB_READ)
		db_snapshots_remove(connection);
	db_rollback(connection);
	db_turns_leave(connection);
	connection->takes_turns = false;
	connection->deadline = 0;
	memcpy(last_failure, connection->failure, sizeof(last_failure));
	if (!keep_spare(connection))
		free_connection(connection);
}

void db_end_spare(struct db *db)
{
	struct db_connection *spare = atomic_exchange(&db->spare, NULL);
	if (spare)
		free_connection(spare);
}

static const struct db_driver *driver_of(const char *url, const char **ret_target)
{
	if (strncmp(url, "sqlite:", 7) == 0) {
		*ret_target = url + 7;
		return &db_sqlite;
	}
	if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0) {
		*ret_target = url;
		return &db_postgres;
	}
	return NULL;
}

enum error db_open(const char *url, const struct db_catalogue *catalogue, struct arena *arena, struct db **ret,
                   struct text *ret_reason)
{
	const char             *target;
	const struct db_driver *driver = driver_of(url, &target);
	if (!driver) {
		*ret_reason = TEXT("a database is named sqlite:FILE or postgresql://USER@HOST/DATABASE");
		return ERROR_BAD_REQUEST;
	}
	struct db *db = calloc(1, sizeof(*db));
	char      *copy = strdup(target);
	if (!db || !copy) {
		free(db);
		free(copy);
		*ret_reason = TEXT("out of memory");
		return ERROR_NO_MEMORY;
	}
	*db = (struct db){.driver = driver, .catalogue = catalogue, .target = copy};
	db_snapshots_init(db);

	/* The first connection tells what is wrong before anyone depends on it. */
	struct db_connection *connection = NULL;
	enum error            error = driver->create ? driver->create(db, ret_reason, arena) : ERROR_NONE;
	if (error) {
		db_close(db);
		return error;
	}
	error = db_connect(db, DB_WRITE, &connection);
	if (error) {
		db_close(db);
		*ret_reason = text_copy(arena, text_of(db_failure(NULL)));
		return error;
	}
	db_disconnect(connection);
	*ret = db;
	return ERROR_NONE;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db_end_spare(db);
	db_snapshots_destroy(db);
	free(db->target);
	free(db);
}

bool db_has_single_writer(const struct db *db)
{
	return db->driver->single_writer;
}

bool db_is_single_writer(const struct db_connection *connection)
{
	return db_has_single_writer(connection->db);
}

enum error db_backup(struct db *db, const char *file, bool verify, struct arena *arena, struct db_copied *ret,
                     struct text *ret_reason)
{
	struct db_connection *connection;
	enum error            error = db_connect(db, DB_READ, &connection);
	if (!error) {
		error = db->driver->backup(connection, file, verify, arena, ret);
		db_disconnect(connection);
	}
	if (error)
		*ret_reason = text_copy(arena, text_of(db_failure(NULL)));
	return error;
}

enum error db_verify(struct db *db, struct arena *arena, struct text *ret_problems)
{
	struct db_connection *connection;
	struct buffer         problems;

	TRY(db_connect(db, DB_READ, &connection));
	buffer_init(&problems, arena, 256, SIZE_MAX);
	if (db->driver->verify)
		db->driver->verify(connection, &problems);
	db_disconnect(connection);
	*ret_problems = buffer_text(&problems);
	return problems.overflown ? ERROR_NO_MEMORY : ERROR_NONE;
}

/* Transactions */

static enum error take_answers(struct db_connection *connection);

static enum error command(struct db_connection *connection, enum db_command which)
{
	return connection->db->driver->command(connection, which);
}

/* A call at the wrong time. After a failure its words are kept: they are the cause of what comes after. */
static enum error out_of_order(struct db_connection *connection, const char *what)
{
	if (connection->failed)
		return ERROR_INTERNAL;
	return db_fail(connection, ERROR_INTERNAL, "%s: out of order in %s transaction", what,
	               connection->in_transaction ? "this" : "no");
}

bool db_is_usable(const struct db_connection *connection)
{
	return connection->in_transaction && !connection->failed && !connection->visits;
}

/* What was found by an earlier transaction, or in a part that is undone. */
static void forget_kept(struct db_connection *connection)
{
	connection->kept.number = NONE;
	db_kept_rows_forget(connection);
}

static enum error begin_as(struct db_connection *connection, enum db_command how)
{
	if (connection->in_transaction)
		return out_of_order(connection, "begin");
	if (!connection->attached)
		TRY(attach(connection));
	enum error error = command(connection, how);
	if (error) {
		command(connection, DB_ROLLBACK);
		return error;
	}
	connection->in_transaction = true;
	connection->in_savepoint = connection->failed = false;
	connection->was_long |= how == DB_BEGIN_LONG || how == DB_BEGIN_EXCLUSIVE;
	connection->writes = 0;
	connection->wakes = 0;
	forget_kept(connection);
	connection->sees_one_snapshot = how == DB_BEGIN || how == DB_BEGIN_LONG;
	return ERROR_NONE;
}

enum error db_begin(struct db_connection *connection)
{
	return begin_as(connection, DB_BEGIN);
}

enum error db_begin_read_committed(struct db_connection *connection)
{
	return begin_as(connection, DB_BEGIN_READ_COMMITTED);
}

enum error db_begin_long(struct db_connection *connection)
{
	return begin_as(connection, DB_BEGIN_LONG);
}

enum error db_begin_exclusive(struct db_connection *connection)
{
	return begin_as(connection, DB_BEGIN_EXCLUSIVE);
}

/* The last statements are answered along the way. Nobody waits for the end of a transaction that wrote nothing. */
static enum error commit_and_settle(struct db_connection *connection)
{
	const struct db_driver *driver = connection->db->driver;
	if (!db_is_usable(connection))
		return out_of_order(connection, "commit");
	TRY(command(connection, DB_COMMIT));
	TRY(connection->writes ? take_answers(connection) : db_wait(connection));
	return driver->settle && connection->writes ? driver->settle(connection) : ERROR_NONE;
}

enum error db_commit(struct db_connection *connection)
{
	bool wrote = connection->writes > 0;
	if (wrote)
		db_snapshots_end_idle(connection->db);
	enum error error = commit_and_settle(connection);
	if (wrote)
		atomic_fetch_add(&connection->db->commits, 1); /* even of one that failed: it may have happened */
	if (error)
		db_rollback(connection);
	else if (connection->wakes && connection->db->wake)
		connection->db->wake(connection->wakes, connection->db->wake_data);
	connection->in_transaction = connection->in_savepoint = connection->failed = false;
	return error;
}

void db_on_wake(struct db *db, void (*wake)(unsigned what, void *data), void *data)
{
	db->wake = wake;
	db->wake_data = data;
}

void db_wake_after_commit(struct db_connection *connection, unsigned what)
{
	connection->wakes |= what;
}

void db_keep_number(struct db_connection *connection, int64_t key, int64_t number)
{
	connection->kept.key = key;
	connection->kept.number = number;
}

int64_t db_recall_number(const struct db_connection *connection, int64_t key)
{
	return connection->kept.key == key ? connection->kept.number : NONE;
}

void db_rollback(struct db_connection *connection)
{
	connection->asked_count = 0;
	if (connection->in_transaction)
		command(connection, DB_ROLLBACK);
	connection->in_transaction = connection->in_savepoint = connection->failed = false;
}

void db_rest(struct db_connection *connection)
{
	if (connection->attached && connection->db->driver->rest)
		connection->db->driver->rest(connection);
}

void db_set_deadline(struct db_connection *connection, int64_t deadline)
{
	connection->deadline = deadline;
}

bool db_in_transaction(const struct db_connection *connection)
{
	return connection->in_transaction;
}

enum error db_savepoint(struct db_connection *connection)
{
	if (!db_is_usable(connection) || connection->in_savepoint)
		return out_of_order(connection, "savepoint");
	TRY(db_wait(connection));
	enum error error = command(connection, DB_SAVEPOINT);
	connection->in_savepoint = !error;
	connection->failed = error;
	return error;
}

enum error db_release(struct db_connection *connection)
{
	if (!db_is_usable(connection) || !connection->in_savepoint)
		return out_of_order(connection, "release");
	TRY(db_wait(connection));
	enum error error = command(connection, DB_RELEASE);
	connection->in_savepoint = error;
	connection->failed = error;
	return error;
}

void db_undo(struct db_connection *connection)
{
	if (!connection->in_savepoint)
		return;
	connection->asked_count = 0;
	forget_kept(connection);
	/* If it cannot be undone, the words of the first failure stay: they are the cause. */
	char words[DB_FAILURE_SIZE];
	memcpy(words, connection->failure, sizeof(words));
	connection->failed = command(connection, DB_UNDO);
	memcpy(connection->failure, words, sizeof(words));
	connection->in_savepoint = false;
}

/* Statements */

#define ROWS_EXPECTED 16 /* where nothing is known */

/* Rows grow while texts are put behind them in the same arena: room is doubled, so that few copies are left behind. */
static char *next_row(struct db_rows *rows, size_t *capacity, size_t row_size, struct arena *arena)
{
	if (rows->count == *capacity) {
		size_t wanted = *capacity * 2;
		void  *items = arena_grow_unset(arena, rows->items, *capacity * row_size, wanted * row_size);
		if (!items)
			return NULL;
		rows->items = items;
		*capacity = wanted;
	}
	return memset((char *)rows->items + rows->count++ * row_size, 0, row_size);
}

/* `expected` rows have room at once. */
static enum error fetch(struct db_connection *connection, const struct db_statement *statement, size_t expected,
                        struct arena *arena, struct db_rows *rows)
{
	const struct db_driver *driver = connection->db->driver;
	size_t                  capacity = expected;

	if (statement->row_size && !(rows->items = arena_alloc_unset(arena, expected * statement->row_size)))
		return db_fail(connection, ERROR_NO_MEMORY, "%s: the arena is full", statement->name);
	for (;;) {
		bool is_row;
		TRY(driver->next(connection, statement, &is_row));
		if (!is_row)
			return ERROR_NONE;
		char *row = next_row(rows, &capacity, statement->row_size, arena);
		if (!row)
			return db_fail(connection, ERROR_NO_MEMORY, "%s: the arena is full", statement->name);
		TRY(driver->read(connection, statement, arena, row));
	}
}

/* The answer of one statement. The results go where they are wanted only when all is well. */
static enum error take_answer(struct db_connection *connection, const struct db_asked *asked)
{
	const struct db_driver *driver = connection->db->driver;
	struct db_rows          rows = {0};
	enum error              error = driver->answer ? driver->answer(connection, asked->statement) : ERROR_NONE;
	if (!error)
		error = fetch(connection, asked->statement, asked->expected, asked->arena, &rows);
	int64_t changed = driver->finish(connection, asked->statement);
	if (error)
		return error;
	if (asked->ret_rows)
		memcpy(asked->ret_rows, &rows, sizeof(rows)); /* generated lists have the layout, but not the type */
	if (asked->ret_changed)
		*asked->ret_changed = changed;
	return ERROR_NONE;
}

static enum error take_answers(struct db_connection *connection)
{
	enum error error = ERROR_NONE;
	for (size_t i = 0; i < connection->asked_count && !error; i++)
		error = take_answer(connection, &connection->asked[i]);
	connection->asked_count = 0;
	connection->failed |= error != ERROR_NONE;
	return error;
}

enum error db_wait(struct db_connection *connection)
{
	const struct db_driver *driver = connection->db->driver;
	if (!connection->asked_count)
		return ERROR_NONE;
	enum error error = driver->flush ? driver->flush(connection) : ERROR_NONE;
	if (!error)
		return take_answers(connection);
	connection->asked_count = 0;
	connection->failed = true;
	return error;
}

enum error db_mark(struct db_context *context, struct arena_mark *ret_mark)
{
	TRY(db_wait(context->connection));
	*ret_mark = arena_mark(context->arena);
	return ERROR_NONE;
}

static enum error ask(struct db_connection *connection, const struct db_value *arguments, struct db_asked asked)
{
	const struct db_statement *statement = asked.statement;
	if (!db_is_usable(connection))
		return out_of_order(connection, statement->name);
	if (!db_may_run(connection, statement))
		return db_fail(connection, ERROR_INTERNAL, "%s: this connection only reads", statement->name);
	for (size_t i = 0; i < statement->parameter_count; i++)
		assert(arguments[i].type == statement->parameters[i]);

	if (connection->asked_count == DB_ASKED_MAX)
		TRY(db_wait(connection));
	connection->writes += statement->writes;
	if (statement->spoils_kept)
		db_kept_rows_forget(connection);
	const struct db_driver *driver = connection->db->driver;
	enum error              error = (asked.visits && driver->start_visit ? driver->start_visit : driver->start)(
        connection, statement, arguments, asked.arena);
	if (error) {
		connection->db->driver->finish(connection, statement);
		connection->failed = true;
		return error;
	}
	connection->asked[connection->asked_count++] = asked;
	return ERROR_NONE;
}

static enum error run(struct db_connection *connection, const struct db_statement *statement,
                      const struct db_value *arguments, size_t expected, struct arena *arena, struct db_rows *ret_rows,
                      int64_t *ret_changed)
{
	TRY(ask(connection, arguments, (struct db_asked){statement, expected, arena, ret_rows, ret_changed, false}));
	return db_wait(connection);
}

enum error db_run(struct db_connection *connection, const struct db_statement *statement,
                  const struct db_value *arguments, struct arena *arena, struct db_rows *ret_rows, int64_t *ret_changed)
{
	return run(connection, statement, arguments, ROWS_EXPECTED, arena, ret_rows, ret_changed);
}

enum error db_run_later(struct db_connection *connection, const struct db_statement *statement,
                        const struct db_value *arguments, struct arena *arena, void *ret_rows, int64_t *ret_changed)
{
	TRY(ask(connection, arguments, (struct db_asked){statement, ROWS_EXPECTED, arena, ret_rows, ret_changed, false}));
	return connection->db->driver->flush ? ERROR_NONE : db_wait(connection);
}

enum error db_each_begin(struct db_each *each, struct db_context *context, const struct db_statement *statement,
                         const struct db_value *arguments, void *row)
{
	struct db_connection   *connection = context->connection;
	const struct db_driver *driver = connection->db->driver;
	*each = (struct db_each){.connection = connection, .statement = statement, .arena = context->arena, .row = row};
	TRY(db_wait(connection));
	TRY(ask(connection, arguments, (struct db_asked){.statement = statement, .arena = context->arena, .visits = true}));
	connection->asked_count = 0; /* the answer is taken here, row by row */
	connection->visits = true;
	each->mark = arena_mark(context->arena); /* behind the arguments, which the engine may still read */
	if (driver->flush)
		TRY(driver->flush(connection));
	if (driver->answer)
		TRY(driver->answer(connection, statement));
	return db_each_next(each);
}

enum error db_each_next(struct db_each *each)
{
	const struct db_driver *driver = each->connection->db->driver;
	arena_rewind(each->arena, each->mark);
	memset(each->row, 0, each->statement->row_size);
	TRY(driver->next(each->connection, each->statement, &each->found));
	return each->found ? driver->read(each->connection, each->statement, each->arena, each->row) : ERROR_NONE;
}

enum error db_each_end(struct db_each *each, enum error error)
{
	struct db_connection *connection = each->connection;
	if (connection->visits) { /* else it did not begin */
		connection->db->driver->finish(connection, each->statement);
		arena_rewind(each->arena, each->mark);
	}
	connection->visits = false;
	connection->failed |= error != ERROR_NONE;
	return error;
}

enum error db_check(struct db_connection *connection, struct arena *arena)
{
	static const struct db_column    VERSION[] = {{DB_BIGINT, true, 0}};
	static const struct db_statement READ = {
		.name = "check",
		.sqlite = "SELECT max(version) FROM schema_migrations",
		.postgres = "SELECT max(version)::bigint FROM schema_migrations",
		.columns = VERSION,
		.column_count = 1,
		.row_size = sizeof(int64_t),
		.number = DB_AD_HOC,
	};
	const struct db_driver *driver = connection->db->driver;
	struct db_rows          rows;
	TRY(db_run(connection, &READ, NULL, arena, &rows, NULL));
	return driver->check ? driver->check(connection) : ERROR_NONE;
}

enum error db_run_script(struct db_connection *connection, const char *sqlite, const char *postgres)
{
	if (!db_is_usable(connection))
		return out_of_order(connection, "script");
	TRY(db_wait(connection));
	connection->writes++;
	db_kept_rows_forget(connection);
	enum error error = connection->db->driver->script(connection, sqlite, postgres);
	connection->failed = error;
	return error;
}

enum error db_count_anew(struct db_connection *connection)
{
	TRY(db_begin_long(connection));
	if (!db_run_script(connection, "SELECT 1", "ANALYZE"))
		return db_commit(connection);
	db_rollback(connection);
	return ERROR_NONE;
}

/* Shapes of results */

#define HASTE_MICROSECONDS 1000000 /* of a thread that answers at once; who has more may have met a bad moment */

static enum error run_count(struct db_context *context, const struct db_statement *count,
                            const struct db_value *arguments, struct db_kept_count *kept, struct db_rows *ret)
{
	struct db_connection *connection = context->connection;
	int64_t               time_left = connection->deadline ? connection->deadline - clock_monotonic() : INT64_MAX;

	if (kept && kept->too_short >= time_left) {
		connection->failed = true;
		return db_fail(connection, ERROR_OUT_OF_TIME, "%s: had more time before, and was not done", count->name);
	}
	enum error error = run(connection, count, arguments, 1, context->arena, ret, NULL);
	if (kept && (!error || (error == ERROR_OUT_OF_TIME && time_left < HASTE_MICROSECONDS)))
		kept->too_short = error ? time_left : 0;
	return error;
}

/* `kept` is where the count is kept, or NULL. */
static enum error count_rows(struct db_context *context, const struct db_statement *count,
                             const struct db_value *arguments, struct db_kept_count *kept, int64_t *ret_total)
{
	struct db_connection *connection = context->connection;
	struct db_rows        rows;
	int64_t               version = 0;

	if (kept && connection->db->driver->version(connection, &version)) {
		connection->failed = true;
		return ERROR_UNAVAILABLE;
	}
	if (kept && kept->is_known && kept->version == version) {
		*ret_total = kept->total;
		return ERROR_NONE;
	}
	TRY(run_count(context, count, arguments, kept, &rows));
	if (rows.count != 1)
		return db_fail(connection, ERROR_INTERNAL, "%s: not one row", count->name);
	*ret_total = *(const int64_t *)((const char *)rows.items + count->columns[0].offset);
	if (kept) {
		kept->version = version;
		kept->total = *ret_total;
		kept->is_known = true;
	}
	return ERROR_NONE;
}

enum error db_run_page(struct db_context *context, const struct db_statement *list, const struct db_statement *count,
                       struct db_value *arguments, struct page *page, struct db_rows *ret_rows)
{
	/* A page beyond all numbers is an empty page, not an overflow. */
	int64_t offset;
	if (__builtin_mul_overflow(page->page - 1, page->per_page, &offset))
		offset = INT64_MAX;
	/* One row more than the page holds: a page without it is the last one, and tells the total by itself. */
	int64_t limit = page->per_page + 1;
	arguments[list->parameter_count - 2] = (struct db_value){.type = DB_BIGINT, .integer = limit};
	arguments[list->parameter_count - 1] = (struct db_value){.type = DB_BIGINT, .integer = offset};

	struct db_kept_count *kept = db_counts_find(context->connection, count, arguments);
	struct db_rows        rows;
	TRY(run(context->connection, list, arguments, (size_t)limit, context->arena, &rows, NULL));

	int64_t total = offset + (int64_t)rows.count;
	bool    is_last = (int64_t)rows.count < limit && (rows.count > 0 || offset == 0);
	if (!is_last)
		TRY(count_rows(context, count, arguments, kept, &total));
	if ((int64_t)rows.count == limit)
		rows.count--;
	page->total = total;
	*ret_rows = rows;
	return ERROR_NONE;
}

enum error db_run_maybe(struct db_context *context, const struct db_statement *statement,
                        const struct db_value *arguments, void *ret_row, bool *ret_found)
{
	struct db_kept_row *kept = db_kept_rows_find(context->connection, statement, arguments);
	struct db_rows      rows = {0};
	if (kept && kept->is_known) {
		enum error error =
			kept->found ? db_kept_rows_read(context->connection, statement, kept, context->arena, ret_row) : ERROR_NONE;
		if (error)
			context->connection->failed = true;
		else
			*ret_found = kept->found;
		return error;
	}
	TRY(run(context->connection, statement, arguments, 1, context->arena, &rows, NULL));
	if (rows.count > 1)
		return db_fail(context->connection, ERROR_INTERNAL, "%s: more than one row", statement->name);
	if (rows.count)
		memcpy(ret_row, rows.items, statement->row_size);
	*ret_found = rows.count;
	if (kept)
		db_kept_rows_note(kept, statement, ret_row, *ret_found);
	return ERROR_NONE;
}

enum error db_run_one(struct db_context *context, const struct db_statement *statement,
                      const struct db_value *arguments, void *ret_row)
{
	bool found;
	TRY(db_run_maybe(context, statement, arguments, ret_row, &found));
	return found ? ERROR_NONE : ERROR_NOT_FOUND;
}
