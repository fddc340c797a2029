/* What goes to a PostgreSQL server and what comes back: the answers in the order of what was sent, and every wait
 * with its end. Knows no transaction and no statement. */
#include "db/postgres_pipeline.h"

#include <assert.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "db/postgres_text.h"

void postgres_close(struct postgres *c)
{
	PQfinish(c->handle);
	c->handle = NULL;
	c->begin = NULL;
	c->count = 0;
	c->visited = false;
}

enum error postgres_lose(struct postgres *c, const char *what, const char *why)
{
	db_fail(&c->base, ERROR_UNAVAILABLE, "%s: %.*s", what, (int)strcspn(why, "\n"), why);
	postgres_close(c);
	return ERROR_UNAVAILABLE;
}

/* Keeps the message, but not its detail, which quotes people's data. Frees the result. */
static enum error fail(struct postgres *c, const char *what, PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
	/* Without a SQLSTATE libpq itself complains: out of memory, or what came is no answer. */
	struct postgres_meaning meaning = {.error = ERROR_UNAVAILABLE};
	meaning.loses = PQresultStatus(result) != PGRES_PIPELINE_ABORTED; /* another statement is to blame */
	if (sqlstate)
		meaning = postgres_meaning_of(sqlstate);
	if (sqlstate && constraint && strncmp(sqlstate, "23", 2) == 0)
		meaning.error = db_constraint_error(&c->base, postgres_without_shard(constraint));
	if (!message)
		message = PQresultErrorMessage(result);
	db_fail(&c->base, meaning.error, "%s: %.*s (SQLSTATE %s)", what, (int)strcspn(message, "\n"), message,
	        sqlstate ? sqlstate : "none");
	PQclear(result);
	if (meaning.loses || PQstatus(c->handle) != CONNECTION_OK) {
		postgres_close(c);
		return ERROR_UNAVAILABLE;
	}
	return meaning.error;
}

/* Notices are for people at a terminal; a warning during COMMIT says that the data may be on this machine alone. */
void postgres_on_notice(void *context, const PGresult *notice)
{
	struct postgres *c = context;
	const char      *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char      *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
	if (!severity || strcmp(severity, "WARNING") != 0)
		return;
	c->warned = true;
	db_fail(&c->base, ERROR_UNAVAILABLE, "warning: %s", message ? message : "");
}

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

/* False: none came in time, or libpq complained while it waited. It does so when it has no memory for what came, and
 * would then wait for ever. */
static bool wait_for_result(struct postgres *c, int64_t deadline)
{
	size_t said = strlen(PQerrorMessage(c->handle));
	while (PQisBusy(c->handle)) {
		if (strlen(PQerrorMessage(c->handle)) != said)
			return false;
		if (!wait_readable(c, deadline) || !PQconsumeInput(c->handle))
			return false;
	}
	return true;
}

static bool is_success(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
	       status == PGRES_PIPELINE_SYNC;
}

static bool is_end(const PGresult *result)
{
	return !result || PQresultStatus(result) == PGRES_PIPELINE_SYNC; /* nothing stands behind a sync */
}

static bool is_copy(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

int64_t postgres_deadline_in(int patience_ms)
{
	return patience_ms == NO_LIMIT ? NO_LIMIT : clock_monotonic() + patience_ms * INT64_C(1000);
}

static enum error lose_patience(struct postgres *c, const char *what)
{
	const char *words = PQerrorMessage(c->handle);
	return postgres_lose(c, what, *words ? words : "no answer in time");
}

/* Reads all results of what was sent next; hands over the last, or the first that failed. */
enum error postgres_collect(struct postgres *c, const char *what, PGresult **ret)
{
	int64_t   deadline = postgres_deadline_in(c->patience_ms);
	PGresult *kept = NULL;
	for (bool ended = false; !ended;) {
		if (!wait_for_result(c, deadline)) {
			PQclear(kept);
			return lose_patience(c, what);
		}
		PGresult *result = PQgetResult(c->handle);
		ended = is_end(result);
		if (result && is_copy(result)) {
			PQclear(kept);
			PQclear(result);
			return postgres_lose(c, what, "COPY is not for here");
		}
		if (kept && (!result || !is_success(kept))) {
			PQclear(result);
			continue;
		}
		PQclear(kept);
		kept = result;
	}
	if (!kept)
		return postgres_lose(c, what, "no result");
	if (!is_success(kept))
		return fail(c, what, kept);
	if (ret)
		*ret = kept;
	else
		PQclear(kept);
	return ERROR_NONE;
}

/* Notes what was sent; `done` is what libpq said about it. */
enum error postgres_note_sent(struct postgres *c, const char *what, enum sent_kind kind, int done)
{
	if (!done)
		return postgres_lose(c, what, PQerrorMessage(c->handle));
	assert(c->count < SENT_MAX);
	c->sent[(c->first + c->count++) % SENT_MAX] = (struct sent){.what = what, .kind = kind};
	c->synced = kind == SENT_SYNC;
	return ERROR_NONE;
}

/* All that was sent is on its way when this returns, and what fails takes with it only what was sent before this. */
enum error postgres_send_sync(struct postgres *c)
{
	return c->handle ? postgres_note_sent(c, "sync", SENT_SYNC, PQpipelineSync(c->handle)) : ERROR_UNAVAILABLE;
}

/* COMMIT answers ROLLBACK when the transaction had failed, and a warning when no standby has confirmed the data. */
static enum error take_commit(struct postgres *c)
{
	PGresult *result;
	c->warned = false;
	TRY(postgres_collect(c, "commit", &result));
	bool committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
	PQclear(result);
	if (!committed)
		return db_fail(&c->base, ERROR_UNAVAILABLE, "commit: the server rolled back");
	return c->warned ? ERROR_UNAVAILABLE : ERROR_NONE; /* on_notice kept the words */
}

static enum error take_limits(struct postgres *c)
{
	PGresult *result;
	TRY(postgres_collect(c, "limits", &result));
	bool read = PQntuples(result) == 1 && text_to_integer(text_of(PQgetvalue(result, 0, 2)), &c->version);
	PQclear(result);
	return read ? ERROR_NONE : db_fail(&c->base, ERROR_INTERNAL, "limits: no version");
}

/* The answer of what was sent first. Of a statement, `ret` (may be NULL) has the result. */
static enum error take_next(struct postgres *c, PGresult **ret, enum sent_kind *ret_kind)
{
	struct sent sent = c->sent[c->first];
	c->first = (c->first + 1) % SENT_MAX;
	c->count--;
	*ret_kind = sent.kind;
	if (sent.kind == SENT_COMMIT)
		return take_commit(c);
	if (sent.kind == SENT_LIMITS)
		return take_limits(c);
	enum error error = postgres_collect(c, sent.what, sent.kind == SENT_STATEMENT ? ret : NULL);
	if (error && sent.kind == SENT_PREPARE)
		c->prepared[sent.number] &= (uint8_t) ~(1u << sent.role);
	/* Nobody waited for the end of the previous transaction: of that, only a lost connection concerns this one. */
	return sent.kind == SENT_READ_COMMIT && c->handle ? ERROR_NONE : error;
}

/* Answers up to the next statement's. */
enum error postgres_take_statement(struct postgres *c, PGresult **ret)
{
	enum sent_kind kind;
	do {
		if (!c->handle)
			return ERROR_UNAVAILABLE;
		assert(c->count);
		TRY(take_next(c, ret, &kind));
	} while (kind != SENT_STATEMENT);
	return ERROR_NONE;
}

/* All answers that are left. The first error is returned; what was skipped because of it says nothing new. */
enum error postgres_take_all(struct postgres *c)
{
	enum error     first = c->handle ? ERROR_NONE : ERROR_UNAVAILABLE;
	enum sent_kind kind;
	char           words[DB_FAILURE_SIZE];
	while (c->handle && c->count) {
		enum error error = take_next(c, NULL, &kind);
		if (!error || first)
			continue;
		first = error;
		memcpy(words, c->base.failure, sizeof(words));
	}
	if (first && c->handle)
		memcpy(c->base.failure, words, sizeof(words));
	return first;
}

/* Whatever is under way is over, and whether it failed no longer matters. */
void postgres_drain(struct postgres *c)
{
	if (!c->synced)
		postgres_send_sync(c);
	postgres_take_all(c);
}
