/* The SQLite driver: one file in WAL mode, each statement prepared when a connection first runs it.
 *
 * The only file that includes sqlite3.h. Nothing here decides when a transaction begins or what a row looks like. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "db/driver.h"

#define BUSY_TIMEOUT_MS 5000
#define STEPS_A_LOOK    5000 /* of SQLite's machine, until somebody looks at the clock */

struct sqlite {
	struct db_connection base;
	sqlite3             *handle;
	sqlite3_stmt       **statements; /* by number; NULL where the access does not allow it */
	sqlite3_stmt        *version;    /* a number of this connection that others' commits change */
	sqlite3_stmt        *commands[DB_COMMAND_COUNT];
	sqlite3_stmt        *running;
};

/* foreign_keys: off by default. wal_autocheckpoint, in pages: most transactions write the same few, which are copied
 * into the file a quarter as often as by default; no more, as readers look up what is not copied yet in tables of some
 * four thousand. journal_size_limit: the WAL shrinks again after a burst. synchronous=FULL: a commit is on the disk
 * when it returns. */
static const char SETTINGS[] = "PRAGMA synchronous = FULL;"
							   "PRAGMA foreign_keys = ON;"
							   "PRAGMA temp_store = MEMORY;"
							   "PRAGMA wal_autocheckpoint = 4000;"
							   "PRAGMA journal_size_limit = 67108864;";

/* Readers have the file itself for a cache. The writer changes copies of pages: it keeps them from one transaction to
 * the next (in KiB), where of a mapped file it would make new ones. */
static const char *const MEMORY[] = {
	[DB_READ] = "PRAGMA mmap_size = 2147418112; PRAGMA cache_size = -4096;",
	[DB_WRITE] = "PRAGMA mmap_size = 0; PRAGMA cache_size = -65536;",
};

static const char *const COMMANDS[DB_COMMAND_COUNT] = {
	[DB_BEGIN] = "BEGIN IMMEDIATE",
	[DB_BEGIN_READ_COMMITTED] = "BEGIN IMMEDIATE",
	[DB_BEGIN_LONG] = "BEGIN IMMEDIATE",
	[DB_BEGIN_EXCLUSIVE] = "BEGIN IMMEDIATE",
	[DB_COMMIT] = "COMMIT",
	[DB_ROLLBACK] = "ROLLBACK",
	[DB_SAVEPOINT] = "SAVEPOINT part",
	[DB_RELEASE] = "RELEASE part",
	[DB_UNDO] = "ROLLBACK TO part",
};

/* Once a process and before any other use. Should a library have been quicker, only speed is lost: connections are
 * opened for one thread each all the same. */
static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_URI, 0); /* a file name is a file name */
}

/* Errors */

/* "UNIQUE constraint failed: a.x, a.y", "UNIQUE constraint failed: index 'name'", "CHECK constraint failed: name" */
static enum error constraint_error(struct sqlite *c, const char *message)
{
	const char *colon = strstr(message, ": ");
	if (!colon)
		return ERROR_INTERNAL;
	struct text what = text_of(colon + 2);
	if (strncmp(what.data, "index '", 7) == 0)
		what = (struct text){what.data + 7, what.length - 8};
	return db_constraint_error(&c->base, what);
}

static enum error error_of(struct sqlite *c)
{
	int code = sqlite3_extended_errcode(c->handle);
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_CHECK:
		return constraint_error(c, sqlite3_errmsg(c->handle));
	case SQLITE_BUSY_SNAPSHOT:
		return ERROR_CONFLICT;
	}
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_CORRUPT: /* newer versions of SQLite say so, too, when the disk fails to read */
		return ERROR_UNAVAILABLE;
	case SQLITE_NOMEM: /* the machine has none: the next one may be luckier */
		return ERROR_UNAVAILABLE;
	case SQLITE_INTERRUPT:
		return ERROR_OUT_OF_TIME;
	}
	return ERROR_INTERNAL;
}

static enum error sqlite_fail(struct sqlite *c, const char *what)
{
	return db_fail(&c->base, error_of(c), "%s: %s (SQLite %d)", what, sqlite3_errmsg(c->handle),
	               sqlite3_extended_errcode(c->handle));
}

/* Connections */

static enum error prepare(struct sqlite *c, const char *name, const char *sql, unsigned flags, sqlite3_stmt **ret)
{
	return sqlite3_prepare_v3(c->handle, sql, -1, flags, ret, NULL) ? sqlite_fail(c, name) : ERROR_NONE;
}

static enum error prepare_commands(struct sqlite *c)
{
	for (int i = 0; i < DB_COMMAND_COUNT; i++) {
		/* One snapshot for all that a reader asks, without a lock. */
		const char *sql = i < DB_COMMIT && c->base.access == DB_READ ? "BEGIN" : COMMANDS[i];
		TRY(prepare(c, sql, sql, SQLITE_PREPARE_PERSISTENT, &c->commands[i]));
	}
	return ERROR_NONE;
}

/* Room for the statements; each is prepared when it is first run, as most connections run few of them. */
static enum error sqlite_make_room(struct sqlite *c)
{
	c->statements = calloc(c->base.db->catalogue->statement_count + 1, sizeof(sqlite3_stmt *));
	if (!c->statements)
		return db_fail(&c->base, ERROR_NO_MEMORY, "out of memory");
	return prepare(c, "version", "PRAGMA data_version", SQLITE_PREPARE_PERSISTENT, &c->version);
}

/* The file holds hashes of passwords and tokens: a new one is its owner's alone, and so are its -wal and -shm. Never
 * opened when it exists: closing that descriptor would drop the locks of this process's other connections. */
static enum error sqlite_create(struct db *db, struct text *ret_reason, struct arena *arena)
{
	const char *file = db->target;
	if (!*file || *file == ':') {
		*ret_reason = TEXT("sqlite: needs the name of a file");
		return ERROR_BAD_REQUEST;
	}
	int descriptor = open(file, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (descriptor >= 0) {
		close(descriptor);
	} else if (errno != EEXIST) {
		*ret_reason = text_format(arena, "%s: %s", file, strerror(errno));
		return ERROR_UNAVAILABLE;
	}
	return ERROR_NONE;
}

/* WAL stays with the file; asking again is free. Network file systems cannot have it. */
static enum error use_wal(struct sqlite *c)
{
	sqlite3_stmt *statement;
	TRY(prepare(c, "journal_mode", "PRAGMA journal_mode = WAL", 0, &statement));
	enum error error = ERROR_NONE;
	if (sqlite3_step(statement) != SQLITE_ROW)
		error = sqlite_fail(c, c->base.db->target);
	else if (strcmp((const char *)sqlite3_column_text(statement, 0), "wal") != 0)
		error = db_fail(&c->base, ERROR_UNAVAILABLE, "%s: no write-ahead log here; is it a network file system?",
		                c->base.db->target);
	sqlite3_finalize(statement);
	return error;
}

/* As PostgreSQL has it, and linear, which LIKE is not: where `part` begins in `text`, from 1 (here in bytes), or 0. */
static void strpos(sqlite3_context *context, int count, sqlite3_value **arguments)
{
	(void)count;
	const char *text = (const char *)sqlite3_value_text(arguments[0]);
	const char *part = (const char *)sqlite3_value_text(arguments[1]);
	if (!text || !part)
		return;
	size_t      length = (size_t)sqlite3_value_bytes(arguments[0]);
	const char *found = memmem(text, length, part, (size_t)sqlite3_value_bytes(arguments[1]));
	sqlite3_result_int64(context, found ? found - text + 1 : 0);
}

/* Ends the statement that runs when this is true. */
static int is_late(void *connection)
{
	const struct sqlite *c = connection;
	return c->running && c->base.deadline && clock_monotonic() >= c->base.deadline; /* never a commit or a roll-back */
}

static enum error sqlite_attach(struct db_connection *base)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure);

	struct sqlite *c = (struct sqlite *)base;
	const char    *file = base->db->target;
	int            flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	if (sqlite3_open_v2(file, &c->handle, flags, NULL))
		return sqlite_fail(c, file);
	sqlite3_busy_timeout(c->handle, BUSY_TIMEOUT_MS);
	sqlite3_progress_handler(c->handle, STEPS_A_LOOK, is_late, c);
	if (sqlite3_create_function(c->handle, "strpos", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, strpos, NULL, NULL))
		return sqlite_fail(c, file);
	if (base->access == DB_WRITE)
		TRY(use_wal(c));
	if (sqlite3_exec(c->handle, SETTINGS, NULL, NULL, NULL) ||
	    sqlite3_exec(c->handle, MEMORY[base->access], NULL, NULL, NULL))
		return sqlite_fail(c, file);
	TRY(prepare_commands(c));
	TRY(sqlite_make_room(c));
	/* A reader's file is open for writing, because readers of a WAL keep their marks beside it. */
	if (base->access == DB_READ && sqlite3_exec(c->handle, "PRAGMA query_only = ON", NULL, NULL, NULL))
		return sqlite_fail(c, file);
	return ERROR_NONE;
}

static void sqlite_detach(struct db_connection *base)
{
	struct sqlite *c = (struct sqlite *)base;
	for (int i = 0; i < DB_COMMAND_COUNT; i++)
		sqlite3_finalize(c->commands[i]);
	for (size_t i = 0; c->statements && i < base->db->catalogue->statement_count; i++)
		sqlite3_finalize(c->statements[i]);
	free(c->statements);
	sqlite3_finalize(c->version);
	sqlite3_close(c->handle);
	c->statements = NULL;
	c->version = NULL;
	c->handle = NULL;
	memset(c->commands, 0, sizeof(c->commands));
}

/* Transactions */

static enum error run_command(struct sqlite *c, enum db_command command)
{
	sqlite3_stmt *statement = c->commands[command];
	enum error    error = sqlite3_step(statement) == SQLITE_DONE ? ERROR_NONE : sqlite_fail(c, COMMANDS[command]);
	sqlite3_reset(statement);
	return error;
}

/* SQLite ends a transaction by itself when a disk is full or broken; what follows would then commit on its own. */
static enum error check_alive(struct sqlite *c, const char *what)
{
	if (!sqlite3_get_autocommit(c->handle))
		return ERROR_NONE;
	return db_fail(&c->base, ERROR_UNAVAILABLE, "%s: the transaction was rolled back by SQLite", what);
}

static int busy_timeout(const struct db_connection *connection)
{
	int64_t left = connection->deadline ? (connection->deadline - clock_monotonic()) / 1000 : BUSY_TIMEOUT_MS;
	return left < 1 ? 1 : left < BUSY_TIMEOUT_MS ? (int)left : BUSY_TIMEOUT_MS;
}

static enum error sqlite_script(struct db_connection *base, const char *sqlite, const char *postgres)
{
	(void)postgres;
	struct sqlite *c = (struct sqlite *)base;
	TRY(check_alive(c, "script"));
	return sqlite3_exec(c->handle, sqlite, NULL, NULL, NULL) ? sqlite_fail(c, "script") : ERROR_NONE;
}

static enum error sqlite_command(struct db_connection *base, enum db_command command)
{
	struct sqlite *c = (struct sqlite *)base;
	if (command == DB_ROLLBACK && sqlite3_get_autocommit(c->handle))
		return ERROR_NONE;
	if (command < DB_COMMIT && !sqlite3_get_autocommit(c->handle)) /* there was no memory to roll the last one back */
		TRY(run_command(c, DB_ROLLBACK));
	if (command < DB_COMMIT && base->access == DB_WRITE)
		sqlite3_busy_timeout(c->handle, busy_timeout(base));
	if (command >= DB_COMMIT) /* needs a transaction */
		TRY(check_alive(c, COMMANDS[command]));
	TRY(run_command(c, command));
	if (command == DB_BEGIN_LONG || command == DB_BEGIN_EXCLUSIVE)
		return sqlite_script(base, "PRAGMA temp_store = FILE", NULL); /* where a request sorts its few rows in memory */
	/* ROLLBACK TO leaves the savepoint itself. */
	return command == DB_UNDO ? run_command(c, DB_RELEASE) : ERROR_NONE;
}

/* Statements */

/* A list is one JSON array, which json_each takes apart. */
static struct text list_text(const struct db_value *list, struct arena *arena)
{
	struct buffer json;
	buffer_init(&json, arena, 16 + list->list.count * 8, SIZE_MAX);
	buffer_append_char(&json, '[');
	for (size_t i = 0; i < list->list.count; i++) {
		if (i)
			buffer_append_char(&json, ',');
		if (list->type == DB_BIGINT_LIST)
			json_write_integer(&json, ((const int64_t *)list->list.items)[i]);
		else
			json_write_string(&json, ((const struct text *)list->list.items)[i]);
	}
	buffer_append_char(&json, ']');
	return json.overflown ? NO_TEXT : buffer_text(&json);
}

static enum error bind(struct sqlite *c, const char *name, int index, const struct db_value *value, struct arena *arena)
{
	sqlite3_stmt *statement = c->running;
	struct text   text = NO_TEXT;
	int           result;
	switch (value->type) {
	case DB_BIGINT:
		result = value->integer == NONE ? sqlite3_bind_null(statement, index) :
		                                  sqlite3_bind_int64(statement, index, value->integer);
		return result ? sqlite_fail(c, name) : ERROR_NONE;
	case DB_BOOLEAN:
		return sqlite3_bind_int(statement, index, value->boolean) ? sqlite_fail(c, name) : ERROR_NONE;
	case DB_TEXT:
		text = value->text;
		break;
	case DB_BIGINT_LIST:
	case DB_TEXT_LIST:
		text = list_text(value, arena);
		if (!text.data)
			return db_fail(&c->base, ERROR_NO_MEMORY, "%s: the arena is full", name);
	}
	result = sqlite3_bind_text64(statement, index, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
	return result ? sqlite_fail(c, name) : ERROR_NONE;
}

static enum error sqlite_start(struct db_connection *base, const struct db_statement *statement,
                               const struct db_value *arguments, struct arena *arena)
{
	struct sqlite *c = (struct sqlite *)base;
	TRY(check_alive(c, statement->name));
	bool           ad_hoc = statement->number == DB_AD_HOC;
	sqlite3_stmt **prepared = ad_hoc ? &c->running : &c->statements[statement->number];
	if (!*prepared)
		TRY(prepare(c, statement->name, statement->sqlite, ad_hoc ? 0 : SQLITE_PREPARE_PERSISTENT, prepared));
	c->running = *prepared;
	if (sqlite3_column_count(c->running) != statement->column_count)
		return db_fail(base, ERROR_INTERNAL, "%s: not the columns it declares", statement->name);

	/* A statement need not use the last of its parameters (a count, a fragment): SQLite then does not know them. */
	int count = sqlite3_bind_parameter_count(c->running);
	for (int i = 0; i < count && i < statement->parameter_count; i++)
		TRY(bind(c, statement->name, i + 1, &arguments[i], arena));
	return ERROR_NONE;
}

static enum error sqlite_next(struct db_connection *base, const struct db_statement *statement, bool *ret_row)
{
	struct sqlite *c = (struct sqlite *)base;
	int            result = sqlite3_step(c->running);
	if (result != SQLITE_ROW && result != SQLITE_DONE)
		return sqlite_fail(c, statement->name);
	*ret_row = result == SQLITE_ROW;
	return ERROR_NONE;
}

/* Through sqlite3_value, whose accessors do not each check the connection again (bench/README.md). In the mode of
 * `configure` the library lets any thread that has the connection do so; elsewhere it would want a lock. */
static enum error read_cell(struct sqlite *c, const struct db_statement *statement, int index, struct arena *arena,
                            char *row)
{
	const struct db_column *column = &statement->columns[index];
	sqlite3_value          *value = sqlite3_column_value(c->running, index);
	int                     type = sqlite3_value_type(value);
	if (type == SQLITE_NULL)
		return db_read_null(&c->base, statement, index, row);
	if (type == SQLITE_INTEGER && column->type != DB_TEXT) {
		db_read_integer(column, sqlite3_value_int64(value), row);
		return ERROR_NONE;
	}
	if (type != SQLITE_TEXT || column->type != DB_TEXT)
		return db_fail(&c->base, ERROR_INTERNAL, "%s: column %d has another type", statement->name, index + 1);
	const char *data = (const char *)sqlite3_value_text(value);
	if (!data)
		return sqlite_fail(c, statement->name);
	struct text text = {data, (size_t)sqlite3_value_bytes(value)};
	return db_read_text(&c->base, statement, index, text, arena, row);
}

static enum error sqlite_read(struct db_connection *base, const struct db_statement *statement, struct arena *arena,
                              char *row)
{
	for (int i = 0; i < statement->column_count; i++)
		TRY(read_cell((struct sqlite *)base, statement, i, arena, row));
	return ERROR_NONE;
}

/* Resets at once, even after a failure: a statement left open would keep its snapshot and hold up the WAL. What is
 * bound to it stays, and is read by nobody: sqlite_start binds everything anew, or the statement does not run. */
static int64_t sqlite_finish(struct db_connection *base, const struct db_statement *statement)
{
	struct sqlite *c = (struct sqlite *)base;
	int64_t        changed = statement->writes ? sqlite3_changes64(c->handle) : 0;
	if (statement->number == DB_AD_HOC) {
		sqlite3_finalize(c->running);
	} else if (c->running) {
		sqlite3_reset(c->running);
	}
	c->running = NULL;
	return changed;
}

/* Verifying */

/* The text of each row is a line; so is the failure, where it comes to one. */
static void sqlite_append_lines(sqlite3 *handle, const char *sql, struct buffer *lines)
{
	sqlite3_stmt *statement = NULL;
	int           result = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
	while (!result && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);
		buffer_append_format(lines, "%s\n", text ? text : "out of memory");
		result = SQLITE_OK;
	}
	if (result != SQLITE_DONE)
		buffer_append_format(lines, "%s (SQLite %d)\n", sqlite3_errmsg(handle), sqlite3_extended_errcode(handle));
	sqlite3_finalize(statement);
}

static void find_problems(sqlite3 *handle, struct buffer *problems)
{
	sqlite_append_lines(handle, "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
	                    problems);
	sqlite_append_lines(
		handle,
		"SELECT \"table\" || ': a row refers to what is not in ' || parent || ' (' || count(*) || ' of them)' "
		"FROM pragma_foreign_key_check GROUP BY \"table\", parent, fkid",
		problems);
}

static void sqlite_verify(struct db_connection *base, struct buffer *problems)
{
	find_problems(((struct sqlite *)base)->handle, problems);
}

/* Of all tables; NONE when they cannot be counted. */
static int64_t count_all_rows(sqlite3 *handle, struct arena *arena)
{
	struct buffer counts;
	int64_t       total = 0;
	buffer_init(&counts, arena, 1024, SIZE_MAX);
	sqlite_append_lines(handle,
	                    "SELECT 'SELECT ' || group_concat('(SELECT count(*) FROM \"' || name || '\")', ' + ') "
	                    "FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
	                    &counts);
	buffer_append_char(&counts, '\0');
	sqlite3_stmt *statement = NULL;
	if (counts.overflown || sqlite3_prepare_v2(handle, counts.data, -1, &statement, NULL) ||
	    sqlite3_step(statement) != SQLITE_ROW)
		total = NONE;
	else
		total = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return total;
}

/* A file that was deleted or replaced is written as well as ever, and nobody will find it again. */
static enum error sqlite_check(struct db_connection *base)
{
	struct sqlite *c = (struct sqlite *)base;
	int            moved = 0;
	sqlite3_file_control(c->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved ? db_fail(base, ERROR_UNAVAILABLE, "%s is not the open file any more", base->db->target) : ERROR_NONE;
}

static enum error sqlite_version(struct db_connection *base, int64_t *ret)
{
	struct sqlite *c = (struct sqlite *)base;
	enum error     error = sqlite3_step(c->version) == SQLITE_ROW ? ERROR_NONE : sqlite_fail(c, "version");
	if (!error)
		*ret = sqlite3_column_int64(c->version, 0);
	sqlite3_reset(c->version);
	return error;
}

/* Backup */

/* In one step: one snapshot, during which others read and write. */
static int copy_pages(sqlite3 *source, sqlite3 *target)
{
	sqlite3_backup *backup = sqlite3_backup_init(target, "main", source, "main");
	if (!backup)
		return sqlite3_errcode(target);
	sqlite3_backup_step(backup, -1);
	return sqlite3_backup_finish(backup);
}

static enum error verify_copy(struct sqlite *c, sqlite3 *copy, struct arena *arena, struct db_copied *ret)
{
	struct buffer problems;
	buffer_init(&problems, arena, 256, SIZE_MAX);
	find_problems(copy, &problems);
	if (problems.overflown)
		return db_fail(&c->base, ERROR_NO_MEMORY, "out of memory");
	ret->rows = count_all_rows(copy, arena);
	return problems.length ? db_fail(&c->base, ERROR_INTERNAL, "the copy is damaged, so the database is, too: %.*s",
	                                 (int)strcspn(problems.data, "\n"), problems.data) :
	                         ERROR_NONE;
}

static enum error copy_database(struct sqlite *c, const char *file, bool verify, struct arena *arena,
                                struct db_copied *ret)
{
	sqlite3   *target = NULL;
	enum error error = ERROR_NONE;
	int        result = sqlite3_open_v2(file, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (!result)
		result = sqlite3_exec(target, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL, NULL);
	if (!result)
		result = copy_pages(c->handle, target);
	if (result)
		error = db_fail(&c->base, ERROR_UNAVAILABLE, "%s: %s", file, sqlite3_errstr(result));
	else if (verify)
		error = verify_copy(c, target, arena, ret);
	sqlite3_close(target);
	return error;
}

static bool sync_folder(const char *file, struct arena *arena)
{
	const char *slash = strrchr(file, '/');
	const char *folder = slash ? text_format(arena, "%.*s/", (int)(slash - file), file).data : ".";
	int         descriptor = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool        done = descriptor >= 0 && fsync(descriptor) == 0;
	if (descriptor >= 0)
		close(descriptor);
	return done;
}

/* The file while it is not whole yet, empty and locked: what a killed backup has left is taken over, what another one
 * is writing is not. The descriptor stays open until the library has closed its own. */
static enum error open_partial(struct sqlite *c, const char *partial, struct arena *arena, int *ret_descriptor)
{
	int descriptor = open(partial, O_CREAT | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (descriptor < 0)
		return db_fail(&c->base, ERROR_BAD_REQUEST, "%s: %s", partial, strerror(errno));
	*ret_descriptor = descriptor;
	if (flock(descriptor, LOCK_EX | LOCK_NB) != 0)
		return db_fail(&c->base, ERROR_BAD_REQUEST, "%s: another backup is writing it", partial);
	struct text log = text_format(arena, "%s-wal", partial);
	if (!log.data || (unlink(log.data) != 0 && errno != ENOENT) || fchmod(descriptor, 0600) != 0 ||
	    ftruncate(descriptor, 0) != 0)
		return db_fail(&c->base, ERROR_UNAVAILABLE, "%s: %s", partial, strerror(errno));
	return ERROR_NONE;
}

/* Under another name until it is whole, so that a file of the name asked for is always a good backup. */
static enum error sqlite_backup(struct db_connection *base, const char *file, bool verify, struct arena *arena,
                                struct db_copied *ret)
{
	struct sqlite   *c = (struct sqlite *)base;
	struct db_copied copied = {.rows = NONE};
	struct stat      status;
	int              descriptor = -1;
	if (access(file, F_OK) == 0)
		return db_fail(base, ERROR_BAD_REQUEST, "%s exists and is not overwritten", file);
	const char *partial = text_format(arena, "%s.partial", file).data;
	if (!partial)
		return db_fail(base, ERROR_NO_MEMORY, "out of memory");
	enum error error = open_partial(c, partial, arena, &descriptor);
	bool       locked = !error;
	if (!error)
		error = copy_database(c, partial, verify, arena, &copied);
	if (!error && !(fsync(descriptor) == 0 && fstat(descriptor, &status) == 0 && rename(partial, file) == 0 &&
	                sync_folder(file, arena)))
		error = db_fail(base, ERROR_UNAVAILABLE, "%s: %s", file, strerror(errno));
	if (error && locked)
		unlink(partial);
	if (descriptor >= 0)
		close(descriptor);
	if (error)
		return error;
	copied.bytes = status.st_size;
	*ret = copied;
	return ERROR_NONE;
}

const struct db_driver db_sqlite = {
	.connection_size = sizeof(struct sqlite),
	.single_writer = true,
	.create = sqlite_create,
	.attach = sqlite_attach,
	.detach = sqlite_detach,
	.command = sqlite_command,
	.script = sqlite_script,
	.start = sqlite_start,
	.next = sqlite_next,
	.read = sqlite_read,
	.finish = sqlite_finish,
	.check = sqlite_check,
	.version = sqlite_version,
	.backup = sqlite_backup,
	.verify = sqlite_verify,
};
