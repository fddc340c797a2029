/* The database, as all other code sees it: connections, transactions and prepared, typed statements.
 *
 * Two drivers stand behind this page (sqlite.c, postgres.c); nothing else includes their libraries. Statements and
 * migrations come from sql/ through the generator. */
#ifndef STINT_DB_DB_H
#define STINT_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum db_type { DB_BIGINT, DB_TEXT, DB_BOOLEAN, DB_BIGINT_LIST, DB_TEXT_LIST };

/* One argument. A BIGINT is NULL as NONE, a TEXT is NULL as NO_TEXT, a BOOLEAN is never NULL. A list is used as
 * `column IN :list`; NULL lists do not exist, an empty one matches nothing. */
struct db_value {
	enum db_type type;
	union {
		int64_t     integer;
		bool        boolean;
		struct text text;
		struct {
			const void *items; /* const int64_t * or const struct text * */
			size_t      count;
		} list;
	};
};

/* Where a result column goes in the row struct: an int64_t, a struct text or a bool at `offset`. */
struct db_column {
	enum db_type type; /* BIGINT, TEXT or BOOLEAN */
	bool         nullable;
	uint16_t     offset;
};

struct db_statement {
	const char             *name;
	const char             *sqlite;   /* parameters ?1, ?2, … */
	const char             *postgres; /* parameters $1, $2, … */
	const enum db_type     *parameters;
	const struct db_column *columns;
	size_t                  row_size;
	uint16_t                number; /* its index in db_catalogue.statements */
	uint8_t                 parameter_count, column_count;
	uint8_t                 role_parameter; /* the number of :caller_role; 0: it has none */
	bool                    writes;         /* INSERT, UPDATE or DELETE: not prepared on connections that only read */
	bool                    kept;           /* its row is asked for again and again in a transaction (kept_rows.c) */
	bool                    spoils_kept;    /* it writes a table that such a row is of */
};

struct db_migration {
	int         version; /* 1, 2, 3, …, without gaps */
	const char *name;    /* file name */
	const char *sqlite;  /* the whole script, ';' between statements */
	const char *postgres;
};

/* A named constraint and the error that its violation means. */
struct db_constraint {
	const char *name;           /* as in PostgreSQL's error fields */
	const char *sqlite_columns; /* as in SQLite's message: "contracts.workspace_id, contracts.id"; NULL for CHECKs */
	enum error  error;
};

/* Everything the generator knows of the database. */
struct db_catalogue {
	const struct db_statement  *statements;
	const struct db_migration  *migrations;
	const struct db_constraint *constraints;
	size_t                      statement_count, migration_count, constraint_count;
};

struct db;            /* one database; shared by all threads */
struct db_connection; /* belongs to one thread at a time */

enum db_access { DB_READ, DB_WRITE };

/* "sqlite:FILE" (created when missing, ":memory:" refused) or "postgresql://…". The catalogue must outlive the db.
 * On failure `ret_reason` is a sentence for the operator (static or in the arena). */
enum error db_open(const char *url, const struct db_catalogue *catalogue, struct arena *arena, struct db **ret,
                   struct text *ret_reason);
void       db_close(struct db *db);

/* True when there may be only one writer, whose requests are committed in groups (SQLite); false when every
 * connection may write (PostgreSQL). */
bool db_has_single_writer(const struct db *db);
bool db_is_single_writer(const struct db_connection *connection);

/* Applies the migrations that the database lacks, each in its own transaction, after checking that those it has are
 * known: ERROR_BAD_REQUEST when the database is newer than this program. Safe when several processes start at once. */
enum error db_migrate(struct db *db, struct arena *arena, int *ret_applied, struct text *ret_reason);

/* True when the database has every migration of the catalogue: what `serve` asks before it listens. ERROR_BAD_REQUEST
 * when it has others. */
enum error db_is_current(struct db *db, bool *ret_current);

/* A DB_READ connection cannot write. A statement is prepared when it is first run. A connection that was lost comes
 * back by itself at the next db_begin, and prepares again. One that can write stays after db_disconnect, rolled back,
 * for the next who wants such a one, unless it was used for long work or a migration; db_end_spare ends it, and so does
 * db_close. */
enum error db_connect(struct db *db, enum db_access access, struct db_connection **ret);

/* The same, but it connects when a transaction begins, which fails where it can't: for what is seldom needed. */
enum error db_connect_later(struct db *db, enum db_access access, struct db_connection **ret);

void db_disconnect(struct db_connection *connection);
void db_end_spare(struct db *db);

/* The last failure on this connection, in the database's words: for the log, never for a reply. NULL: of the
 * connection that this thread gave up last, or that db_connect or db_is_current failed to make. */
const char *db_failure(const struct db_connection *connection);

/* A transaction. DB_READ sees one snapshot. DB_WRITE: SQLite BEGIN IMMEDIATE; PostgreSQL REPEATABLE READ, so that a row
 * changed by another since it was read is ERROR_CONFLICT, not a lost update. After ERROR_CONFLICT, roll back and run
 * the whole transaction again. After any error of db_run, what was begun can only be undone (db_undo, db_rollback); any
 * other call is ERROR_INTERNAL. db_commit returns only when the data is durable (it does not wait where nothing was
 * written); when it fails, the transaction is rolled back, or, after ERROR_UNAVAILABLE on PostgreSQL, may have been
 * committed. On PostgreSQL a transaction begins with its first statement, which tells when it could not. */
enum error db_begin(struct db_connection *connection);

/* The same for work that goes through very many rows: it may take until the connection's deadline, or for ever, and
 * what it sorts or sets aside goes to temporary files, where SQLite does that in memory for a request. */
enum error db_begin_long(struct db_connection *connection);

/* The same as db_begin for work that locks a row before it reads what the row stands for: on PostgreSQL READ COMMITTED,
 * which waits for whoever has the row and then sees what they left, where db_begin would end in ERROR_CONFLICT. */
enum error db_begin_read_committed(struct db_connection *connection);

enum error db_commit(struct db_connection *connection);
void       db_rollback(struct db_connection *connection);
bool       db_in_transaction(const struct db_connection *connection);

/* The transaction makes work for later that is due already: once it is durable, and not before, whoever does such work
 * in this process is woken, on the thread that commits. `what` has a bit for each kind of work, of which nothing is
 * known here. To be set before other threads have connections; without it nobody is. */
void db_on_wake(struct db *db, void (*wake)(unsigned what, void *data), void *data);
void db_wake_after_commit(struct db_connection *connection, unsigned what);

/* A number that has been read or made in this transaction, for all that it still does: pieces of a group, too. One is
 * kept at a time, under any key, and none once something of the transaction was undone. Recalls NONE: look again. */
void    db_keep_number(struct db_connection *connection, int64_t key, int64_t number);
int64_t db_recall_number(const struct db_connection *connection, int64_t key);

/* No transaction is open, and none begins for now. On PostgreSQL the end of one that wrote nothing goes out with the
 * next begin: who then waits for something else says so, or its snapshot would last as long. */
void db_rest(struct db_connection *connection);

/* A transaction of a DB_READ connection that may be the one of the read before, still open: it sees all that this
 * process has committed, and what others had committed a millisecond ago. Leave it whatever enter returned; it ends by
 * itself. */
enum error db_snapshot_enter(struct db_connection *connection);
void       db_snapshot_leave(struct db_connection *connection);

/* What runs from now on may take until `deadline` (clock_monotonic), which also bounds how long a begin waits for
 * locks; past it comes ERROR_OUT_OF_TIME. 0: no limit but the engine's own. */
void db_set_deadline(struct db_connection *connection, int64_t deadline);

/* False when there is no transaction, or all that can be done with it is to undo it. */
bool db_is_usable(const struct db_connection *connection);

/* A part of a transaction that can be undone alone: one request in a group. Not nested. db_rollback and db_undo do
 * nothing where there is nothing to undo. */
enum error db_savepoint(struct db_connection *connection);
enum error db_release(struct db_connection *connection);
void       db_undo(struct db_connection *connection);

/* Rows of one statement, in the arena: `count` structs of statement->row_size. */
struct db_rows {
	void  *items;
	size_t count;
};

/* Runs a statement in the open transaction. ret_rows may be NULL for one without columns; ret_changed (may be NULL)
 * is the number of rows written. Errors: a constraint's own error; ERROR_CONFLICT; ERROR_UNAVAILABLE (connection
 * lost, disk full, locked for too long); ERROR_OUT_OF_TIME; ERROR_NO_MEMORY; ERROR_INTERNAL. */
enum error db_run(struct db_connection *connection, const struct db_statement *statement,
                  const struct db_value *arguments, struct arena *arena, struct db_rows *ret_rows,
                  int64_t *ret_changed);

/* The same, but nobody waits for the answer: where the database is a journey away, statements that do not need each
 * other's answers share one. Until the next db_run, db_wait or db_commit has returned, ret_rows (a struct db_rows, or
 * one of its layout) and ret_changed must stay and are not to be read, and the arena is not to be rewound. An error may
 * be theirs: after the first one, nothing of what follows is done. */
enum error db_run_later(struct db_connection *connection, const struct db_statement *statement,
                        const struct db_value *arguments, struct arena *arena, void *ret_rows, int64_t *ret_changed);

/* Returns when everything that was run has been answered. */
enum error db_wait(struct db_connection *connection);

/* Whether this transaction has a database to work on: it reads a row, and the file is still the one that was opened. */
enum error db_check(struct db_connection *connection, struct arena *arena);

/* PostgreSQL counts rows by itself, but some time after they came; until then it plans for a few. What goes through all
 * of them counts first. Where it may not (a standby), it goes without. In a transaction of its own. */
enum error db_count_anew(struct db_connection *connection);

/* Runs a script of several statements without parameters or results (demo data, benchmarks) in the open transaction. */
enum error db_run_script(struct db_connection *connection, const char *sqlite, const char *postgres);

/* An exact copy into a new file while others work; with `verify` the file gets its name only when nothing in it is
 * damaged. SQLite only; ERROR_BAD_REQUEST on PostgreSQL (it has its own tools).
 */
struct db_copied {
	int64_t bytes, rows; /* rows of all tables; NONE where they were not verified */
};
enum error db_backup(struct db *db, const char *file, bool verify, struct arena *arena, struct db_copied *ret,
                     struct text *ret_reason);

/* What the database itself says is damaged, a line each; empty where nothing is, and on PostgreSQL, which has its own
 * tools. Reads everything. */
enum error db_verify(struct db *db, struct arena *arena, struct text *ret_problems);

#endif
