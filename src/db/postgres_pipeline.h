/* A connection to PostgreSQL: what was sent, and the answers. For postgres.c, whose first lines say how it works. */
#ifndef STINT_DB_POSTGRES_PIPELINE_H
#define STINT_DB_POSTGRES_PIPELINE_H

#include "db/driver.h"

/* As in libpq-fe.h, which is for the two files that talk to it. */
typedef struct pg_conn   PGconn;
typedef struct pg_result PGresult;

#define NO_LIMIT (-1) /* of milliseconds, or of a deadline */

/* What was sent and not yet answered. */
struct sent {
	const char *what;
	enum sent_kind {
		SENT_COMMAND,
		SENT_LIMITS,
		SENT_PREPARE,
		SENT_STATEMENT,
		SENT_COMMIT,
		SENT_READ_COMMIT, /* or what else nobody waits for */
		SENT_SYNC
	} kind;
	uint16_t number; /* SENT_PREPARE: in prepared */
	uint8_t  role;   /* and for whom */
};

#define SENT_MAX (2 * DB_ASKED_MAX + 16) /* prepared first, and a few commands: each wait takes all there is */

struct postgres {
	struct db_connection base;
	PGconn              *handle;     /* NULL: lost */
	PGresult            *result;     /* of the running statement */
	int                  row;        /* of result, the next to be read */
	bool                 visited;    /* the running statement is a cursor */
	bool                 has_cursor; /* the transaction has, until its end or another one */
	int                  patience_ms;
	bool                 warned;        /* the server sent a warning */
	bool                 synced;        /* nothing was sent since the last sync */
	bool                 forgets_plans; /* before the next transaction */
	const char          *begin;         /* the command, as long as it has not been sent */
	int64_t              sent_at;       /* when it was, by clock_monotonic */
	int                  timeout_ms;    /* of its statements; 0: none */
	int64_t              version;       /* of the data that the transaction sees */
	size_t               first, count;  /* of sent, in a ring */
	struct sent          sent[SENT_MAX];
	/* By number of statement, and whether its rows are visited: for whom it is, or will be by then; a bit each. */
	uint8_t *prepared;
};

void postgres_close(struct postgres *c);

/* Closes the connection: `why` is the cause. */
enum error postgres_lose(struct postgres *c, const char *what, const char *why);

/* Of libpq. */
void postgres_on_notice(void *context, const PGresult *notice);

/* clock_monotonic, or NO_LIMIT. */
int64_t postgres_deadline_in(int patience_ms);

/* Reads all results of what was sent next; hands over the last, or the first that failed. `ret` may be NULL. */
enum error postgres_collect(struct postgres *c, const char *what, PGresult **ret);

/* Notes what was sent; `done` is what libpq said about it. */
enum error postgres_note_sent(struct postgres *c, const char *what, enum sent_kind kind, int done);

/* All that was sent is on its way when this returns, and what fails takes with it only what was sent before this. */
enum error postgres_send_sync(struct postgres *c);

/* Answers up to the next statement's. */
enum error postgres_take_statement(struct postgres *c, PGresult **ret);

/* All answers that are left. The first error is returned; what was skipped because of it says nothing new. */
enum error postgres_take_all(struct postgres *c);

/* Whatever is under way is over, and whether it failed no longer matters. */
void postgres_drain(struct postgres *c);

#endif
