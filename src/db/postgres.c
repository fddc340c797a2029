/* The PostgreSQL driver: one libpq connection, every statement prepared when it is made.
 *
 * The only file that includes libpq. A connection that is lost is closed at once and made again by the next begin;
 * until then every call is ERROR_UNAVAILABLE. Every wait ends by a timer of ours and a closed socket, never by a cancel
 * request: a cancelled wait for a synchronous standby would look like a durable commit. */
#include <endian.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "db/driver.h"

/* The server gives up first (statement_timeout in BEGINS), and then says so. */
#define PATIENCE_MS         15000
#define PATIENCE_PREPARE_MS 30000
#define NO_LIMIT            (-1)

#define OLDEST_VERSION 150000

struct postgres {
	struct db_connection base;
	PGconn              *handle; /* NULL: lost */
	PGresult            *result; /* of the running statement */
	int                  row;    /* of result, the next to be read */
	int                  patience_ms;
	bool                 warned; /* the server sent a warning */
};

/* Types as in pg_type, which never change. */
static const Oid TYPES[] = {
	[DB_BIGINT] = 20, [DB_TEXT] = 25, [DB_BOOLEAN] = 16, [DB_BIGINT_LIST] = 1016, [DB_TEXT_LIST] = 1009};

static const char BEGIN_READ[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 10000";
static const char BEGIN_WRITE[] =
	"BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE; SET LOCAL statement_timeout = 10000";

static const char BEGIN_READ_COMMITTED[] =
	"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 10000";

/* READ COMMITTED, or the snapshot would be older than the lock. The number is "Stint" in ASCII. */
static const char BEGIN_EXCLUSIVE[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
									  "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
									  "SELECT pg_advisory_xact_lock(358435352180)";

/* Errors */

/* What a SQLSTATE means, by its beginning; ERROR_INTERNAL for the rest. */
static const struct state {
	const char *prefix;
	enum error  error;
	bool        loses; /* this connection will not do any more, another may */
} STATES[] = {
	{"40001", ERROR_CONFLICT, false},    {"40P01", ERROR_CONFLICT, false},
	{"08", ERROR_UNAVAILABLE, false},    /* connection to a shard */
	{"25006", ERROR_UNAVAILABLE, true},  /* read only: the primary was demoted */
	{"26000", ERROR_UNAVAILABLE, true},  /* prepared statements are gone: behind a pooler */
	{"53", ERROR_UNAVAILABLE, false},    /* disk full, too many connections */
	{"55P03", ERROR_UNAVAILABLE, false}, /* locked for too long */
	{"57014", ERROR_UNAVAILABLE, false}, /* statement_timeout */
	{"57P", ERROR_UNAVAILABLE, true},    /* shutting down, starting up */
	{"58", ERROR_UNAVAILABLE, false},    /* input or output */
};

static enum error lose(struct postgres *c, const char *what, const char *why)
{
	db_fail(&c->base, ERROR_UNAVAILABLE, "%s: %.*s", what, (int)strcspn(why, "\n"), why);
	PQfinish(c->handle);
	c->handle = NULL;
	return ERROR_UNAVAILABLE;
}

/* A shard's constraint carries the shard's number behind its name. */
static struct text without_shard(const char *name)
{
	size_t length = strlen(name);
	while (length && name[length - 1] >= '0' && name[length - 1] <= '9')
		length--;
	bool is_suffix = length && name[length] && name[length - 1] == '_';
	return is_suffix ? (struct text){name, length - 1} : text_of(name);
}

/* Keeps the message, but not its detail, which quotes people's data. Frees the result. */
static enum error fail(struct postgres *c, const char *what, PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
	/* Without a SQLSTATE it is libpq's own: memory is out, or what came is no answer. */
	struct state meaning = {.error = sqlstate ? ERROR_INTERNAL : ERROR_UNAVAILABLE, .loses = !sqlstate};
	for (size_t i = 0; sqlstate && i < sizeof(STATES) / sizeof(*STATES); i++) {
		if (strncmp(sqlstate, STATES[i].prefix, strlen(STATES[i].prefix)) == 0)
			meaning = STATES[i];
	}
	if (sqlstate && constraint && strncmp(sqlstate, "23", 2) == 0)
		meaning.error = db_constraint_error(&c->base, without_shard(constraint));
	if (!message)
		message = PQresultErrorMessage(result);
	db_fail(&c->base, meaning.error, "%s: %.*s (SQLSTATE %s)", what, (int)strcspn(message, "\n"), message,
	        sqlstate ? sqlstate : "none");
	PQclear(result);
	if (meaning.loses || PQstatus(c->handle) != CONNECTION_OK) {
		PQfinish(c->handle);
		c->handle = NULL;
		return ERROR_UNAVAILABLE;
	}
	return meaning.error;
}

/* Notices are for people at a terminal; a warning during COMMIT says that the data may be on this machine alone. */
static void on_notice(void *context, const PGresult *notice)
{
	struct postgres *c = context;
	const char      *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char      *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
	if (!severity || strcmp(severity, "WARNING") != 0)
		return;
	c->warned = true;
	db_fail(&c->base, ERROR_UNAVAILABLE, "warning: %s", message ? message : "");
}

/* Talking */

static bool wait_readable(struct postgres *c, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline == NO_LIMIT ? NO_LIMIT : (deadline - clock_monotonic()) / 1000;
		if (deadline != NO_LIMIT && left <= 0)
			return false;
		struct pollfd socket = {.fd = PQsocket(c->handle), .events = POLLIN};
		int           ready = poll(&socket, 1, (int)left);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

static bool is_success(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
	       status == PGRES_PIPELINE_SYNC;
}

static bool is_copy(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/* Reads all results of what was sent; hands over the last, or the first that failed. */
static enum error collect(struct postgres *c, const char *what, PGresult **ret)
{
	int64_t   deadline = c->patience_ms == NO_LIMIT ? NO_LIMIT : clock_monotonic() + c->patience_ms * INT64_C(1000);
	PGresult *kept = NULL;
	for (;;) {
		while (PQisBusy(c->handle)) {
			bool heard = wait_readable(c, deadline);
			if (!heard || !PQconsumeInput(c->handle)) {
				PQclear(kept);
				return lose(c, what, heard ? PQerrorMessage(c->handle) : "no answer in time");
			}
		}
		PGresult *result = PQgetResult(c->handle);
		if (!result)
			break;
		if (is_copy(result)) {
			PQclear(kept);
			PQclear(result);
			return lose(c, what, "COPY is not for here");
		}
		if (kept && !is_success(kept)) {
			PQclear(result);
			continue;
		}
		PQclear(kept);
		kept = result;
	}
	if (!kept)
		return lose(c, what, "no result");
	if (!is_success(kept))
		return fail(c, what, kept);
	if (ret)
		*ret = kept;
	else
		PQclear(kept);
	return ERROR_NONE;
}

static enum error execute(struct postgres *c, const char *what, const char *sql, PGresult **ret)
{
	if (!c->handle)
		return db_fail(&c->base, ERROR_UNAVAILABLE, "%s: the connection was lost", what);
	if (!PQsendQuery(c->handle, sql))
		return lose(c, what, PQerrorMessage(c->handle));
	return collect(c, what, ret);
}

/* Connections */

static bool send_prepare(struct postgres *c, const struct db_statement *statement)
{
	Oid types[UINT8_MAX];
	for (size_t i = 0; i < statement->parameter_count; i++)
		types[i] = TYPES[statement->parameters[i]];
	return PQsendPrepare(c->handle, statement->name, statement->postgres, statement->parameter_count, types);
}

/* All statements in one round trip. Answers are a few bytes each, so they never fill the way back. */
static enum error prepare_statements(struct postgres *c)
{
	const struct db_catalogue *catalogue = c->base.db->catalogue;
	bool                       sent = PQenterPipelineMode(c->handle);
	for (size_t i = 0; sent && i < catalogue->statement_count; i++)
		sent = !db_may_run(&c->base, &catalogue->statements[i]) || send_prepare(c, &catalogue->statements[i]);
	if (!sent || !PQpipelineSync(c->handle))
		return lose(c, "prepare", PQerrorMessage(c->handle));

	for (size_t i = 0; i < catalogue->statement_count; i++) {
		if (!db_may_run(&c->base, &catalogue->statements[i]))
			continue;
		enum error error = collect(c, catalogue->statements[i].name, NULL);
		if (error) { /* the rest is skipped by the server; nothing of this connection is of use */
			PQfinish(c->handle);
			c->handle = NULL;
			return error;
		}
	}
	TRY(collect(c, "prepare", NULL));
	return PQexitPipelineMode(c->handle) ? ERROR_NONE : lose(c, "prepare", PQerrorMessage(c->handle));
}

/* Before "dbname" stand defaults that the URL may change, after it what it may not. */
static PGconn *connect_to(const char *url)
{
	static const char *const KEYWORDS[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval",
	                                       "keepalives_count", "tcp_user_timeout", "application_name",
	                                       "dbname",           "client_encoding",  NULL};
	const char *const        values[] = {"5", "10", "5", "3", "20000", "stint", url, "UTF8", NULL};
	return PQconnectdbParams(KEYWORDS, values, 1);
}

static enum error postgres_attach(struct db_connection *base)
{
	struct postgres *c = (struct postgres *)base;
	c->handle = connect_to(base->db->target);
	if (PQstatus(c->handle) != CONNECTION_OK)
		return lose(c, "connect", PQerrorMessage(c->handle));
	PQsetNoticeReceiver(c->handle, on_notice, c);
	if (PQserverVersion(c->handle) < OLDEST_VERSION)
		return lose(c, "connect", "needs PostgreSQL 15 or later");
	const char *encoding = PQparameterStatus(c->handle, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return lose(c, "connect", "the database must be created with ENCODING 'UTF8'");
	c->patience_ms = PATIENCE_PREPARE_MS;
	return base->bare ? ERROR_NONE : prepare_statements(c);
}

static void postgres_detach(struct db_connection *base)
{
	struct postgres *c = (struct postgres *)base;
	PQclear(c->result);
	PQfinish(c->handle);
}

/* Transactions */

static enum error begin(struct postgres *c, const char *sql, int patience_ms)
{
	if (c->handle) {
		c->patience_ms = patience_ms;
		enum error error = execute(c, "begin", sql, NULL);
		if (c->handle)
			return error;
	}
	/* Cut while idle, or lost before. Nothing was asked of it yet, so nothing is lost by asking another. */
	TRY(postgres_attach(&c->base));
	c->patience_ms = patience_ms;
	return execute(c, "begin", sql, NULL);
}

/* COMMIT answers ROLLBACK when the transaction had failed, and a warning when no standby has confirmed the data. */
static enum error commit(struct postgres *c)
{
	PGresult *result;
	c->warned = false;
	TRY(execute(c, "commit", "COMMIT", &result));
	bool committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
	PQclear(result);
	if (!committed)
		return db_fail(&c->base, ERROR_UNAVAILABLE, "commit: the server rolled back");
	return c->warned ? ERROR_UNAVAILABLE : ERROR_NONE; /* on_notice kept the words */
}

static enum error rollback(struct postgres *c)
{
	if (!c->handle || PQtransactionStatus(c->handle) == PQTRANS_IDLE)
		return ERROR_NONE;
	/* The words of what failed are worth more than those of the roll-back. */
	char kept[DB_FAILURE_SIZE];
	memcpy(kept, c->base.failure, sizeof(kept));
	enum error error = execute(c, "rollback", "ROLLBACK", NULL);
	memcpy(c->base.failure, kept, sizeof(kept));
	return error;
}

static enum error postgres_command(struct db_connection *base, enum db_command command)
{
	struct postgres *c = (struct postgres *)base;
	switch (command) {
	case DB_BEGIN:
		return begin(c, base->access == DB_READ ? BEGIN_READ : BEGIN_WRITE, PATIENCE_MS);
	case DB_BEGIN_READ_COMMITTED:
		return begin(c, BEGIN_READ_COMMITTED, PATIENCE_MS);
	case DB_BEGIN_EXCLUSIVE:
		return begin(c, BEGIN_EXCLUSIVE, NO_LIMIT);
	case DB_COMMIT:
		return commit(c);
	case DB_ROLLBACK:
		return rollback(c);
	case DB_SAVEPOINT:
		return execute(c, "savepoint", "SAVEPOINT part", NULL);
	case DB_RELEASE:
		return execute(c, "release", "RELEASE SAVEPOINT part", NULL);
	case DB_UNDO:
		return execute(c, "undo", "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part", NULL);
	case DB_COMMAND_COUNT:
		break;
	}
	return ERROR_INTERNAL;
}

static enum error postgres_script(struct db_connection *base, const char *sqlite, const char *postgres)
{
	(void)sqlite;
	return execute((struct postgres *)base, "script", postgres, NULL);
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

static void append_element(struct buffer *buffer, struct text text)
{
	buffer_append_char(buffer, '"');
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			buffer_append_char(buffer, '\\');
		buffer_append_char(buffer, text.data[i]);
	}
	buffer_append_char(buffer, '"');
}

/* {1,2} or {"a","b\"c"}, ended by '\0'. NULL when the arena is full. */
static const char *array_literal(const struct db_value *list, struct arena *arena)
{
	struct buffer array;
	buffer_init(&array, arena, 16 + list->list.count * 8, SIZE_MAX);
	buffer_append_char(&array, '{');
	for (size_t i = 0; i < list->list.count; i++) {
		if (i)
			buffer_append_char(&array, ',');
		if (list->type == DB_BIGINT_LIST)
			buffer_append_integer(&array, ((const int64_t *)list->list.items)[i]);
		else
			append_element(&array, ((const struct text *)list->list.items)[i]);
	}
	buffer_append(&array, "}", sizeof("}"));
	return array.overflown ? NULL : array.data;
}

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
		p->values[i] = array_literal(value, arena);
		return p->values[i];
	}
	return false;
}

static enum error postgres_start(struct db_connection *base, const struct db_statement *statement,
                                 const struct db_value *arguments, struct arena *arena)
{
	struct postgres *c = (struct postgres *)base;
	if (!c->handle)
		return db_fail(base, ERROR_UNAVAILABLE, "%s: the connection was lost", statement->name);

	struct parameters p;
	int               count = statement->parameter_count;
	for (int i = 0; i < count; i++) {
		if (!fill(&p, (size_t)i, &arguments[i], arena))
			return db_fail(base, ERROR_NO_MEMORY, "%s: the arena is full", statement->name);
	}
	int sent;
	if (statement->number == DB_AD_HOC)
		sent = PQsendQueryParams(c->handle, statement->postgres, count, p.types, p.values, p.lengths, p.formats, 0);
	else
		sent = PQsendQueryPrepared(c->handle, statement->name, count, p.values, p.lengths, p.formats, 0);
	if (!sent)
		return lose(c, statement->name, PQerrorMessage(c->handle));
	c->row = 0;
	TRY(collect(c, statement->name, &c->result));
	if (PQnfields(c->result) != statement->column_count)
		return db_fail(base, ERROR_INTERNAL, "%s: not the columns it declares", statement->name);
	return ERROR_NONE;
}

static enum error postgres_next(struct db_connection *base, const struct db_statement *statement, bool *ret_row)
{
	(void)statement;
	struct postgres *c = (struct postgres *)base;
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
	return changed;
}

static enum error postgres_backup(struct db_connection *base, const char *file, struct arena *arena)
{
	(void)file;
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
	.start = postgres_start,
	.next = postgres_next,
	.read = postgres_read,
	.finish = postgres_finish,
	.backup = postgres_backup,
};
