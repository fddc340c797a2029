/* The PostgreSQL driver: one libpq connection, each statement prepared when it is first run.
 *
 * Only this and postgres_pipeline.c know libpq. The connection is in pipeline mode: what is sent is
 * answered in its order, and `sent` remembers what that is. A begin goes out with the first statement; the commit of a
 * transaction that wrote nothing goes out with the next begin, or when there is none for now. A connection that is lost
 * is closed at once and made again by the next begin; until then every call is ERROR_UNAVAILABLE. Every wait ends by a
 * timer of ours and a closed socket, never by a cancel request: a cancelled wait for a synchronous standby would look
 * like a durable commit. */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <libpq-fe.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "db/postgres_pipeline.h"
#include "db/postgres_text.h"

/* In milliseconds. The server gives up first, and then says so: a statement after STATEMENT_MS or at the connection's
 * deadline, one that waits for a lock long before that, so that what others have locked occupies no worker for long. */
#define STATEMENT_MS        10000
#define LOCK_MS             3000
#define PATIENCE_MS         15000
#define PATIENCE_PREPARE_MS 30000

#define OLDEST_VERSION 150000

#define ROLES_MAX         8 /* more than there are */
#define SLOW_MICROSECONDS 100000
#define NAME_BYTES        64 /* as PostgreSQL's names */

/* Types as in pg_type, which never change. */
static const Oid TYPES[] = {
	[DB_BIGINT] = 20, [DB_TEXT] = 25, [DB_BOOLEAN] = 16, [DB_BIGINT_LIST] = 1016, [DB_TEXT_LIST] = 1009};

/* Rows that are visited come by a cursor, some at a time: the server then works on no more than is waited for, and does
 * not keep a processor for as long as all of them take. */
static const char DECLARE[] = "DECLARE visited NO SCROLL CURSOR FOR ";
static const char FETCH[] = "FETCH 250 FROM visited";
static const char CLOSE[] = "CLOSE visited";
#define FETCHED_ROWS 250

/* Prepared, like statements, under their own texts. */
static const char        BEGIN_READ[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char        BEGIN_WRITE[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE";
static const char        BEGIN_READ_COMMITTED[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
static const char        COMMIT[] = "COMMIT";
static const char        FORGET_PLANS[] = "DISCARD PLANS"; /* not prepared: it is rare */
static const char *const COMMANDS[] = {BEGIN_READ, BEGIN_WRITE, BEGIN_READ_COMMITTED, COMMIT};
#define COMMAND_COUNT (sizeof(COMMANDS) / sizeof(COMMANDS[0]))

/* All that each of them needs besides, in one statement. The version stands for the transactions that had ended when
 * the snapshot was taken: two snapshots of the same ones see the same. */
static const char LIMITS[] = "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),"
							 " hashtextextended(pg_current_snapshot()::text, 0)";
static const Oid  LIMITS_TYPES[] = {25, 25};

/* Of Citus. */
static const char DISTRIBUTED[] = "SELECT to_regclass('pg_dist_partition') IS NOT NULL";

/* Talking */

static enum error send_command(struct postgres *c, const char *sql, enum sent_kind kind)
{
	if (!c->handle)
		return db_fail(&c->base, ERROR_UNAVAILABLE, "%s: the connection was lost", sql);
	return postgres_note_sent(c, sql, kind, PQsendQueryParams(c->handle, sql, 0, NULL, NULL, NULL, NULL, 0));
}

/* One of COMMANDS. */
static enum error send_prepared(struct postgres *c, const char *sql, enum sent_kind kind)
{
	if (!c->handle)
		return send_command(c, sql, kind);
	return postgres_note_sent(c, sql, kind, PQsendQueryPrepared(c->handle, sql, 0, NULL, NULL, NULL, 0));
}

static enum error send_limits(struct postgres *c)
{
	char              statement_ms[16], lock_ms[16];
	const char *const values[] = {statement_ms, lock_ms};
	snprintf(statement_ms, sizeof(statement_ms), "%d", c->timeout_ms);
	snprintf(lock_ms, sizeof(lock_ms), "%d", c->timeout_ms < LOCK_MS ? c->timeout_ms : LOCK_MS);
	return postgres_note_sent(c, "limits", SENT_LIMITS,
	                          PQsendQueryPrepared(c->handle, "limits", 2, values, NULL, NULL, 0));
}

/* The begin that was put off. */
static enum error send_begin(struct postgres *c)
{
	const char *sql = c->begin;
	if (!sql)
		return ERROR_NONE;
	c->begin = NULL;
	if (c->forgets_plans) { /* apart from any transaction: if it fails, nothing fails with it */
		c->forgets_plans = false;
		TRY(send_command(c, FORGET_PLANS, SENT_READ_COMMIT));
		TRY(postgres_send_sync(c));
	}
	c->sent_at = clock_monotonic();
	TRY(send_prepared(c, sql, SENT_COMMAND));
	return send_limits(c);
}

static enum error execute(struct postgres *c, const char *sql)
{
	TRY(send_begin(c));
	TRY(send_command(c, sql, SENT_COMMAND));
	TRY(postgres_send_sync(c));
	return postgres_take_all(c);
}

/* Connections */

static bool send_prepare(struct postgres *c, const struct db_statement *statement, const char *name, const char *text)
{
	Oid types[UINT8_MAX];
	for (size_t i = 0; i < statement->parameter_count; i++)
		types[i] = TYPES[statement->parameters[i]];
	return PQsendPrepare(c->handle, name, text, statement->parameter_count, types);
}

/* After a failure the rest is skipped by the server: nothing of this connection is of use. */
static enum error take_prepared(struct postgres *c, const char *name)
{
	enum error error = postgres_collect(c, name, NULL);
	if (error)
		postgres_close(c);
	return error;
}

static enum error take_distributed(struct postgres *c)
{
	PGresult  *result = NULL;
	enum error error = postgres_collect(c, "distributed", &result);
	if (error)
		return error;
	c->base.is_distributed = *PQgetvalue(result, 0, 0) == 't';
	PQclear(result);
	return ERROR_NONE;
}

/* What each transaction begins and ends with, and what is to be known of the database, in one round trip. */
static enum error postgres_prepare_commands(struct postgres *c)
{
	bool sent = PQsendQueryParams(c->handle, DISTRIBUTED, 0, NULL, NULL, NULL, NULL, 0) &&
	            PQsendPrepare(c->handle, "limits", LIMITS, 2, LIMITS_TYPES);
	for (size_t i = 0; sent && i < COMMAND_COUNT; i++)
		sent = PQsendPrepare(c->handle, COMMANDS[i], COMMANDS[i], 0, NULL);
	if (!sent || !PQpipelineSync(c->handle))
		return postgres_lose(c, "prepare", PQerrorMessage(c->handle));

	TRY(take_distributed(c));
	TRY(take_prepared(c, "limits"));
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		TRY(take_prepared(c, COMMANDS[i]));
	return postgres_collect(c, "prepare", NULL);
}

/* Before "dbname" stand defaults that the URL may change, after it what it may not. Kerberos is off unless the URL asks
 * for it: its library would be called for each connection, and does not survive running out of memory. */
static PGconn *connect_to(const char *url)
{
	static const char *const KEYWORDS[] = {"connect_timeout",     "keepalives_idle",
	                                       "keepalives_interval", "keepalives_count",
	                                       "gssencmode",          "tcp_user_timeout",
	                                       "application_name",    "dbname",
	                                       "client_encoding",     NULL};
	const char *const        values[] = {"5", "10", "5", "3", "disable", "20000", "stint", url, "UTF8", NULL};
	return PQconnectdbParams(KEYWORDS, values, 1);
}

static enum error postgres_attach(struct db_connection *base)
{
	struct postgres *c = (struct postgres *)base;
	db_counts_forget(base); /* a server that has crashed may give the same version to other data */
	c->handle = connect_to(base->db->target);
	if (PQstatus(c->handle) != CONNECTION_OK)
		return postgres_lose(c, "connect", PQerrorMessage(c->handle));
	PQsetNoticeReceiver(c->handle, postgres_on_notice, c);
	if (PQserverVersion(c->handle) < OLDEST_VERSION)
		return postgres_lose(c, "connect", "needs PostgreSQL 15 or later");
	const char *encoding = PQparameterStatus(c->handle, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return postgres_lose(c, "connect", "the database must be created with ENCODING 'UTF8'");
	if (!PQenterPipelineMode(c->handle))
		return postgres_lose(c, "connect", PQerrorMessage(c->handle));
	c->patience_ms = PATIENCE_PREPARE_MS;
	c->synced = true;
	free(c->prepared);
	c->prepared = calloc(2 * ((size_t)base->db->catalogue->statement_count + 1), sizeof(*c->prepared));
	if (!c->prepared)
		return postgres_lose(c, "connect", "out of memory");
	return postgres_prepare_commands(c);
}

static void postgres_detach(struct db_connection *base)
{
	struct postgres *c = (struct postgres *)base;
	PQclear(c->result);
	PQfinish(c->handle);
	free(c->prepared);
	c->result = NULL;
	c->handle = NULL;
	c->prepared = NULL;
}

/* Transactions */

/* Hears what came meanwhile: that the server has gone, at the latest. */
static void listen_to(struct postgres *c)
{
	struct pollfd socket = {.fd = PQsocket(c->handle), .events = POLLIN};
	while (PQstatus(c->handle) == CONNECTION_OK && poll(&socket, 1, 0) > 0) {
		if (!PQconsumeInput(c->handle))
			break;
	}
	if (PQstatus(c->handle) != CONNECTION_OK)
		postgres_close(c);
}

/* Cut while idle, or lost before: nothing was asked of it yet, so nothing is lost by asking another. */
static enum error begin(struct postgres *c, const char *sql, int timeout_ms, int patience_ms)
{
	if (c->handle)
		listen_to(c);
	if (!c->handle)
		TRY(postgres_attach(&c->base));
	c->begin = sql;
	c->has_cursor = false;
	c->timeout_ms = timeout_ms;
	c->patience_ms = patience_ms;
	return ERROR_NONE;
}

static enum error begin_timed(struct postgres *c, const char *sql)
{
	int64_t left = c->base.deadline ? (c->base.deadline - clock_monotonic()) / 1000 : STATEMENT_MS;
	int     most = left < 1 ? 1 : left < STATEMENT_MS ? (int)left : STATEMENT_MS;
	return begin(c, sql, most, PATIENCE_MS);
}

static enum error begin_long(struct postgres *c)
{
	int64_t left = (c->base.deadline - clock_monotonic()) / 1000;
	int     most = !c->base.deadline ? 0 : left < 1 ? 1 : left < INT_MAX ? (int)left : INT_MAX;
	return begin(c, c->base.access == DB_READ ? BEGIN_READ : BEGIN_WRITE, most, NO_LIMIT);
}

/* READ COMMITTED, or the snapshot would be older than the lock. The number is "Stint" in ASCII. */
static enum error begin_exclusive(struct postgres *c)
{
	TRY(begin(c, BEGIN_READ_COMMITTED, 0, NO_LIMIT));
	return execute(c, "SELECT pg_advisory_xact_lock(358435352180)");
}

/* A plan that was made for a few rows, as each table has at first, may take the square of many, and the server keeps it
 * until it has counted anew: a minute and more. So who took long has all planned again. */
static bool is_slow(const struct postgres *c)
{
	return clock_monotonic() - c->sent_at > SLOW_MICROSECONDS;
}

static enum error commit(struct postgres *c)
{
	if (c->begin) { /* of nothing */
		c->begin = NULL;
		return ERROR_NONE;
	}
	c->forgets_plans |= is_slow(c);
	TRY(send_prepared(c, COMMIT, c->base.writes ? SENT_COMMIT : SENT_READ_COMMIT));
	return c->base.writes ? postgres_send_sync(c) : ERROR_NONE;
}

/* The words of what failed are worth more than those of the roll-back. */
static enum error rollback(struct postgres *c)
{
	char       words[DB_FAILURE_SIZE];
	enum error error = ERROR_NONE;
	if (c->begin) { /* of nothing */
		c->begin = NULL;
		return ERROR_NONE;
	}
	memcpy(words, c->base.failure, sizeof(words));
	postgres_drain(c);
	if (c->handle && PQtransactionStatus(c->handle) != PQTRANS_IDLE)
		error = execute(c, "ROLLBACK");
	c->forgets_plans |= is_slow(c);
	memcpy(c->base.failure, words, sizeof(words));
	return error;
}

static enum error undo(struct postgres *c)
{
	postgres_drain(c);
	TRY(execute(c, "ROLLBACK TO SAVEPOINT part"));
	return execute(c, "RELEASE SAVEPOINT part");
}

static enum error postgres_command(struct db_connection *base, enum db_command command)
{
	struct postgres *c = (struct postgres *)base;
	switch (command) {
	case DB_BEGIN:
		return begin_timed(c, base->access == DB_READ ? BEGIN_READ : BEGIN_WRITE);
	case DB_BEGIN_READ_COMMITTED:
		return begin_timed(c, BEGIN_READ_COMMITTED);
	case DB_BEGIN_LONG:
		return begin_long(c);
	case DB_BEGIN_EXCLUSIVE:
		return begin_exclusive(c);
	case DB_COMMIT:
		return commit(c);
	case DB_ROLLBACK:
		return rollback(c);
	case DB_SAVEPOINT:
		return execute(c, "SAVEPOINT part");
	case DB_RELEASE:
		return execute(c, "RELEASE SAVEPOINT part");
	case DB_UNDO:
		return undo(c);
	case DB_COMMAND_COUNT:
		break;
	}
	return ERROR_INTERNAL;
}

/* Several statements in one text are for the simple protocol, outside of a pipeline. */
static enum error postgres_script(struct db_connection *base, const char *sqlite, const char *postgres)
{
	(void)sqlite;
	struct postgres *c = (struct postgres *)base;
	TRY(send_begin(c));
	TRY(postgres_send_sync(c));
	TRY(postgres_take_all(c));
	if (!PQexitPipelineMode(c->handle) || !PQsendQuery(c->handle, postgres))
		return postgres_lose(c, "script", PQerrorMessage(c->handle));
	enum error error = postgres_collect(c, "script", NULL);
	if (c->handle && !PQenterPipelineMode(c->handle))
		return postgres_lose(c, "script", PQerrorMessage(c->handle));
	return error;
}

/* Statements */

/* Arguments as libpq wants them. Binary where that is the plain bytes: text then needs no '\0' and integers no
 * digits; arrays are text, because their binary form is longer than the code that would write it. */
struct parameters {
	Oid         types[UINT8_MAX];
	const char *values[UINT8_MAX];
	int         lengths[UINT8_MAX], formats[UINT8_MAX];
	uint64_t    integers[UINT8_MAX]; /* big-endian */
};

/* False when the arena is full. */
static bool fill(struct parameters *p, size_t i, const struct db_value *value, struct arena *arena)
{
	p->types[i] = TYPES[value->type];
	p->formats[i] = 1;
	switch (value->type) {
	case DB_BIGINT:
		p->integers[i] = htobe64((uint64_t)value->integer);
		p->values[i] = value->integer == NONE ? NULL : (const char *)&p->integers[i];
		p->lengths[i] = sizeof(int64_t);
		return true;
	case DB_BOOLEAN:
		p->values[i] = value->boolean ? "\1" : "\0";
		p->lengths[i] = 1;
		return true;
	case DB_TEXT:
		p->values[i] = value->text.data;
		p->lengths[i] = (int)value->text.length;
		return true;
	case DB_BIGINT_LIST:
	case DB_TEXT_LIST:
		p->formats[i] = 0;
		p->values[i] = postgres_array(value, arena);
		return p->values[i];
	}
	return false;
}

/* NULL: the arena is full. */
static const char *postgres_text_of(const struct db_statement *statement, int64_t role, bool is_visited,
                                    struct arena *arena)
{
	const char *text = statement->postgres;
	if (statement->role_parameter)
		text = postgres_text_for_role(statement, role, arena);
	return text && is_visited ? text_format(arena, "%s%s", DECLARE, text).data : text;
}

/* A statement is prepared on the journey on which it first runs: a connection costs the server little until it is used.
 * One with :caller_role is prepared for each role that comes: what the policy says of others then costs nothing, and
 * one plan fits all calls. The server would else plan it anew at each call, which takes as long as reading twenty rows.
 */
static enum error prepare_first(struct postgres *c, const struct db_statement *statement,
                                const struct db_value *arguments, struct arena *arena, bool is_visited,
                                char name[NAME_BYTES])
{
	int64_t role = statement->role_parameter ? arguments[statement->role_parameter - 1].integer : 0;
	if (role < 0 || role >= ROLES_MAX) /* a row that a later version, or a hand, has written */
		return db_fail(&c->base, ERROR_INTERNAL, "%s: there is no role %lld", statement->name, (long long)role);
	snprintf(name, NAME_BYTES, "%s%s.%d", is_visited ? "visit." : "", statement->name, (int)role);
	uint16_t number = (uint16_t)(2 * statement->number + is_visited);
	if (c->prepared[number] & 1u << role)
		return ERROR_NONE;
	const char *text = postgres_text_of(statement, role, is_visited, arena);
	if (!text)
		return db_fail(&c->base, ERROR_NO_MEMORY, "%s: the arena is full", statement->name);
	size_t place = (c->first + c->count) % SENT_MAX;
	TRY(postgres_note_sent(c, statement->name, SENT_PREPARE, send_prepare(c, statement, name, text)));
	c->sent[place].number = number;
	c->sent[place].role = (uint8_t)role;
	c->prepared[number] |= (uint8_t)(1u << role);
	return ERROR_NONE;
}

static enum error send_statement(struct postgres *c, const struct db_statement *statement,
                                 const struct db_value *arguments, struct arena *arena, bool is_visited)
{
	struct parameters p;
	int               count = statement->parameter_count;
	char              name[NAME_BYTES];
	enum sent_kind    kind = is_visited ? SENT_COMMAND : SENT_STATEMENT;
	for (int i = 0; i < count; i++) {
		if (!fill(&p, (size_t)i, &arguments[i], arena))
			return db_fail(&c->base, ERROR_NO_MEMORY, "%s: the arena is full", statement->name);
	}
	if (statement->number == DB_AD_HOC) {
		const char *text = postgres_text_of(statement, NONE, is_visited, arena);
		if (!text)
			return db_fail(&c->base, ERROR_NO_MEMORY, "%s: the arena is full", statement->name);
		return postgres_note_sent(
			c, statement->name, kind,
			PQsendQueryParams(c->handle, text, count, p.types, p.values, p.lengths, p.formats, 0));
	}
	TRY(prepare_first(c, statement, arguments, arena, is_visited, name));
	return postgres_note_sent(c, statement->name, kind,
	                          PQsendQueryPrepared(c->handle, name, count, p.values, p.lengths, p.formats, 0));
}

static enum error begin_statement(struct postgres *c, const struct db_statement *statement)
{
	if (!c->handle)
		return db_fail(&c->base, ERROR_UNAVAILABLE, "%s: the connection was lost", statement->name);
	if (c->base.deadline && clock_monotonic() >= c->base.deadline)
		return db_fail(&c->base, ERROR_OUT_OF_TIME, "%s: no time is left", statement->name);
	return send_begin(c);
}

static enum error postgres_start(struct db_connection *base, const struct db_statement *statement,
                                 const struct db_value *arguments, struct arena *arena)
{
	struct postgres *c = (struct postgres *)base;
	TRY(begin_statement(c, statement));
	return send_statement(c, statement, arguments, arena, false);
}

static enum error send_fetch(struct postgres *c, const struct db_statement *statement)
{
	return postgres_note_sent(c, statement->name, SENT_STATEMENT,
	                          PQsendQueryParams(c->handle, FETCH, 0, NULL, NULL, NULL, NULL, 0));
}

static enum error postgres_start_visit(struct db_connection *base, const struct db_statement *statement,
                                       const struct db_value *arguments, struct arena *arena)
{
	struct postgres *c = (struct postgres *)base;
	TRY(begin_statement(c, statement));
	if (c->has_cursor) /* of an earlier one */
		TRY(send_command(c, CLOSE, SENT_COMMAND));
	TRY(send_statement(c, statement, arguments, arena, true));
	c->has_cursor = c->visited = true;
	return send_fetch(c, statement);
}

/* No sync: the transaction goes on. */
static enum error postgres_flush(struct db_connection *base)
{
	struct postgres *c = (struct postgres *)base;
	if (!c->handle)
		return ERROR_UNAVAILABLE;
	bool sent = PQsendFlushRequest(c->handle) && PQflush(c->handle) == 0;
	return sent ? ERROR_NONE : postgres_lose(c, "flush", PQerrorMessage(c->handle));
}

static void postgres_rest(struct db_connection *base)
{
	struct postgres *c = (struct postgres *)base;
	if (!c->synced)
		postgres_send_sync(c);
}

static enum error postgres_settle(struct db_connection *base)
{
	return postgres_take_all((struct postgres *)base);
}

static enum error postgres_answer(struct db_connection *base, const struct db_statement *statement)
{
	struct postgres *c = (struct postgres *)base;
	c->row = 0;
	TRY(postgres_take_statement(c, &c->result));
	if (PQnfields(c->result) != statement->column_count)
		return db_fail(base, ERROR_INTERNAL, "%s: not the columns it declares", statement->name);
	return ERROR_NONE;
}

static enum error postgres_next(struct db_connection *base, const struct db_statement *statement, bool *ret_row)
{
	struct postgres *c = (struct postgres *)base;
	if (c->visited && c->row == FETCHED_ROWS) {
		PQclear(c->result);
		c->result = NULL;
		TRY(send_fetch(c, statement));
		TRY(postgres_flush(base));
		TRY(postgres_answer(base, statement));
	}
	*ret_row = c->row < PQntuples(c->result);
	return ERROR_NONE;
}

/* An integer or boolean as PostgreSQL writes it. */
static bool parse_number(struct text text, enum db_type type, int64_t *ret)
{
	if (type == DB_BIGINT)
		return text_to_integer(text, ret);
	*ret = text.data[0] == 't';
	return text_equal(text, TEXT("t")) || text_equal(text, TEXT("f"));
}

static enum error postgres_read(struct db_connection *base, const struct db_statement *statement, struct arena *arena,
                                char *row)
{
	struct postgres *c = (struct postgres *)base;
	int              number = c->row++;
	for (int i = 0; i < statement->column_count; i++) {
		const struct db_column *column = &statement->columns[i];
		struct text             text = {PQgetvalue(c->result, number, i), (size_t)PQgetlength(c->result, number, i)};
		int64_t                 value;
		if (PQgetisnull(c->result, number, i))
			TRY(db_read_null(base, statement, i, row));
		else if (column->type == DB_TEXT)
			TRY(db_read_text(base, statement, i, text, arena, row));
		else if (parse_number(text, column->type, &value))
			db_read_integer(column, value, row);
		else
			return db_fail(base, ERROR_INTERNAL, "%s: column %d has another type", statement->name, i + 1);
	}
	return ERROR_NONE;
}

static int64_t postgres_finish(struct db_connection *base, const struct db_statement *statement)
{
	struct postgres *c = (struct postgres *)base;
	int64_t          changed = 0;
	if (c->result && statement->writes)
		text_to_integer(text_of(PQcmdTuples(c->result)), &changed);
	PQclear(c->result);
	c->result = NULL;
	c->visited = false;
	return changed;
}

static enum error postgres_version(struct db_connection *base, int64_t *ret)
{
	*ret = ((struct postgres *)base)->version;
	return ERROR_NONE;
}

static enum error postgres_backup(struct db_connection *base, const char *file, bool verify, struct arena *arena,
                                  struct db_copied *ret)
{
	(void)file;
	(void)verify;
	(void)ret;
	(void)arena;
	return db_fail(base, ERROR_BAD_REQUEST,
	               "a PostgreSQL database is backed up with PostgreSQL's own tools, such as pg_dump");
}

const struct db_driver db_postgres = {
	.connection_size = sizeof(struct postgres),
	.single_writer = false,
	.attach = postgres_attach,
	.detach = postgres_detach,
	.command = postgres_command,
	.script = postgres_script,
	.flush = postgres_flush,
	.answer = postgres_answer,
	.start_visit = postgres_start_visit,
	.settle = postgres_settle,
	.rest = postgres_rest,
	.start = postgres_start,
	.next = postgres_next,
	.read = postgres_read,
	.finish = postgres_finish,
	.version = postgres_version,
	.backup = postgres_backup,
};
