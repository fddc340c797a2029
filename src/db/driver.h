/* What differs between the two engines. db.c does the rest, once for both.
 *
 * Only files of src/db include this. A driver knows its library and its dialect; it never checks the order of calls:
 * db.c does so around every call. */
#ifndef STINT_DB_DRIVER_H
#define STINT_DB_DRIVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buffer.h"
#include "db/db.h"

/* The number of a statement that is in no catalogue: the db layer has some of its own. They are prepared when they run.
 */
#define DB_AD_HOC UINT16_MAX

#define DB_FAILURE_SIZE 512

/* Statements that may be under way at once. */
#define DB_ASKED_MAX 64

#define DB_TURNS      1024
#define DB_TURNS_HELD 32 /* by one connection at once */
#define NO_TURN       (-1)

struct db {
	const struct db_driver    *driver;
	const struct db_catalogue *catalogue;
	char                      *target;       /* SQLite: the file; PostgreSQL: the URL */
	_Atomic uint64_t           commits;      /* of this process's writing connections */
	void (*wake)(unsigned what, void *data); /* or NULL */
	void                           *wake_data;
	pthread_mutex_t                 readers_mutex;
	struct db_connection           *readers;         /* snapshot.c: all reading connections */
	_Atomic(struct db_connection *) turns[DB_TURNS]; /* turns.c: who has them */
	_Atomic(struct db_connection *) spare;           /* NULL, or a writing one that nobody has: for the next */
};

/* A statement under way, and where its answer goes. */
struct db_asked {
	const struct db_statement *statement;
	size_t                     expected; /* rows that have room at once */
	struct arena              *arena;
	void                      *ret_rows; /* a struct db_rows, or one of its layout; or NULL */
	int64_t                   *ret_changed;
	bool                       visits; /* its rows are taken one at a time */
};

/* A statement with its arguments. Those beyond the bytes have none, and nothing that they return is kept. */
#define DB_KEY_BYTES 240
struct db_key {
	size_t length;
	char   bytes[DB_KEY_BYTES];
};

/* A count of rows, of one version of the data. A count that was stopped at a deadline that was near does not begin
 * again until it has more time than it had: it is made where there is more (http/execute). */
struct db_kept_count {
	struct db_key key;
	bool          is_known;
	int64_t       version, total;
	int64_t       too_short; /* so many microseconds did not suffice, of those who are in haste */
};

/* What a statement that is marked `-- kept` has returned in this transaction. Larger rows are not kept. */
struct db_kept_row {
	struct db_key key;
	uint64_t      epoch;
	bool          is_known, found;
	_Alignas(int64_t) char row[128];
	char texts[640];
};

/* A driver's own struct begins with this one. */
struct db_connection {
	struct db     *db;
	enum db_access access;
	bool           attached;
	bool           was_long; /* db_begin_long or db_begin_exclusive: has settings that others do not expect */
	bool           in_transaction, in_savepoint;
	bool           failed; /* something went wrong since the begin or the savepoint: it can only be undone */
	unsigned       writes; /* statements that may have written, since the begin */
	unsigned       wakes;  /* db_wake_after_commit, since the begin */
	struct {
		int64_t key, number;      /* NONE: there is none */
	} kept;                       /* db_keep_number */
	bool                  visits; /* a statement whose rows are taken one at a time */
	bool                  sees_one_snapshot;
	bool                  is_distributed; /* its snapshots do not tell what other nodes have committed */
	char                  failure[DB_FAILURE_SIZE];
	struct db_kept_count *counts;     /* counts.c: NULL until there is one */
	struct db_kept_row   *kept_rows;  /* kept_rows.c: NULL until there is one */
	uint64_t              kept_epoch; /* another one: none of them counts any more */
	size_t                asked_count;
	struct db_asked       asked[DB_ASKED_MAX];
	int64_t               deadline;     /* clock_monotonic, or 0: of what is run */
	bool                  takes_turns;  /* it belongs to an executor */
	int                   turn_awaited; /* by the last db_take_turn that failed; NO_TURN */
	unsigned              turn_count;
	uint16_t              turns_held[DB_TURNS_HELD];
	struct {
		struct db_connection *next;
		pthread_mutex_t       mutex;   /* held while it is read */
		bool                  open;    /* the transaction waits for another read */
		uint64_t              commits; /* db->commits when it began */
		int64_t               begun;   /* clock_monotonic */
	} snapshot;                        /* of a reading connection: snapshot.c */
};

enum db_command {
	DB_BEGIN,
	DB_BEGIN_READ_COMMITTED, /* for counters: waits for a row that another has locked, then reads it anew */
	DB_BEGIN_LONG,           /* goes through very many rows */
	DB_BEGIN_EXCLUSIVE,      /* for migrations: one at a time, sees what the one before committed, has no time limit */
	DB_COMMIT,
	DB_ROLLBACK,
	DB_SAVEPOINT,
	DB_RELEASE,
	DB_UNDO,
	DB_COMMAND_COUNT
};

/* Every function that fails leaves its words by db_fail. */
struct db_driver {
	size_t connection_size;
	bool   single_writer;

	/* What has to be there before anybody connects, or NULL. The reason of a failure is in the arena, or static. */
	enum error (*create)(struct db *db, struct text *ret_reason, struct arena *arena);

	/* detach undoes a whole or a failed attach, or does nothing. */
	enum error (*attach)(struct db_connection *connection);
	void (*detach)(struct db_connection *connection);

	/* DB_ROLLBACK succeeds when there is nothing left to roll back. Begins and DB_COMMIT may merely be on their way,
	 * and the DB_COMMIT of a transaction that wrote nothing waits here for the next flush or rest: the next answer or
	 * settle tells what came of them. */
	enum error (*command)(struct db_connection *connection, enum db_command command);
	enum error (*script)(struct db_connection *connection, const char *sqlite, const char *postgres);

	/* Where statements go out one after the other and are answered in that order; NULL where each runs at once. flush
	 * sends off all that was started; answer waits for that of the oldest statement not yet answered, which then can be
	 * read; settle waits for all that was begun or
	 * committed; rest, between transactions, sends off what still waits
	 * for the next one. */
	enum error (*flush)(struct db_connection *connection);
	enum error (*answer)(struct db_connection *connection, const struct db_statement *statement);
	enum error (*settle)(struct db_connection *connection);
	void (*rest)(struct db_connection *connection);

	/* One statement: start (and answer); while next finds a row, read puts it into a zeroed row struct; finish, also
	 * after a failure, or before the last row. */
	enum error (*start)(struct db_connection *connection, const struct db_statement *statement,
	                    const struct db_value *arguments, struct arena *arena);
	enum error (*next)(struct db_connection *connection, const struct db_statement *statement, bool *ret_row);
	enum error (*read)(struct db_connection *connection, const struct db_statement *statement, struct arena *arena,
	                   char *row);
	int64_t (*finish)(struct db_connection *connection, const struct db_statement *statement); /* rows written */

	/* Instead of start, where the rows of the statement are visited: next finds them as they are wanted. NULL: as
	 * start. */
	enum error (*start_visit)(struct db_connection *connection, const struct db_statement *statement,
	                          const struct db_value *arguments, struct arena *arena);

	/* What else may be wrong with a database that can be read. NULL: nothing. */
	enum error (*check)(struct db_connection *connection);

	/* After the first answer in a transaction that sees one snapshot: a number that differs from the one before if this
	 * transaction of the connection sees anything that the one before did not. SQLite does not count the connection's
	 * own commits. */
	enum error (*version)(struct db_connection *connection, int64_t *ret);

	enum error (*backup)(struct db_connection *connection, const char *file, bool verify, struct arena *arena,
	                     struct db_copied *ret);
	void (*verify)(struct db_connection *connection, struct buffer *problems); /* or NULL */
};

extern const struct db_driver db_sqlite, db_postgres;

/* Keeps the words for db_failure and returns the error. */
enum error db_fail(struct db_connection *connection, enum error error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What a driver's read does with each cell, by its kind. */
static inline enum error db_read_null(struct db_connection *connection, const struct db_statement *statement, int index,
                                      char *row)
{
	const struct db_column *column = &statement->columns[index];
	if (!column->nullable || column->type == DB_BOOLEAN)
		return db_fail(connection, ERROR_INTERNAL, "%s: column %d is NULL", statement->name, index + 1);
	if (column->type == DB_BIGINT)
		*(int64_t *)(row + column->offset) = NONE; /* a text is NO_TEXT already */
	return ERROR_NONE;
}

static inline void db_read_integer(const struct db_column *column, int64_t value, char *row)
{
	if (column->type == DB_BIGINT)
		*(int64_t *)(row + column->offset) = value;
	else
		*(bool *)(row + column->offset) = value != 0;
}

static inline enum error db_read_text(struct db_connection *connection, const struct db_statement *statement, int index,
                                      struct text text, struct arena *arena, char *row)
{
	struct text copy = text_copy(arena, text);
	if (!copy.data)
		return db_fail(connection, ERROR_NO_MEMORY, "%s: the arena is full", statement->name);
	*(struct text *)(row + statement->columns[index].offset) = copy;
	return ERROR_NONE;
}

/* What the violation of a constraint means, found by its name or by SQLite's list of columns. ERROR_INTERNAL when the
 * catalogue gives it no error of its own. */
enum error db_constraint_error(const struct db_connection *connection, struct text name_or_columns);

enum error db_begin_exclusive(struct db_connection *connection);

/* key.c. False: it has none. */
bool db_key_make(struct db_key *key, const struct db_statement *statement, const struct db_value *arguments);
bool db_key_equal(const struct db_key *a, const struct db_key *b);

/* kept_rows.c: the place of the row that the statement returns, known or to be noted; NULL: it cannot be kept now. It
 * stays until the next call. */
struct db_kept_row *db_kept_rows_find(struct db_connection *connection, const struct db_statement *statement,
                                      const struct db_value *arguments);
void db_kept_rows_note(struct db_kept_row *kept, const struct db_statement *statement, const void *row, bool found);
enum error db_kept_rows_read(struct db_connection *connection, const struct db_statement *statement,
                             const struct db_kept_row *kept, struct arena *arena, void *ret_row);
void       db_kept_rows_forget(struct db_connection *connection);
void       db_kept_rows_free(struct db_connection *connection);

/* counts.c: the place of the count with these arguments, known or to be known; NULL: it cannot be kept now. It stays
 * until the next call. */
struct db_kept_count *db_counts_find(struct db_connection *connection, const struct db_statement *count,
                                     const struct db_value *arguments);
void                  db_counts_forget(struct db_connection *connection);

/* False: another connection has the turn. */
bool db_turn_enter(struct db_connection *connection, unsigned turn);
void db_turns_leave(struct db_connection *connection);
bool db_turn_is_free(const struct db *db, unsigned turn);

/* snapshot.c's part in the life of a database and of its reading connections. */
void db_snapshots_init(struct db *db);
void db_snapshots_destroy(struct db *db);
void db_snapshots_add(struct db_connection *reader);
void db_snapshots_remove(struct db_connection *reader);

/* Before a commit: ends those snapshots that wait for another read. */
void db_snapshots_end_idle(struct db *db);

static inline bool db_may_run(const struct db_connection *connection, const struct db_statement *statement)
{
	return !statement->writes || connection->access == DB_WRITE;
}

#endif
