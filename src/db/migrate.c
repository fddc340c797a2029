/* Migrations: brings a database to the schema of the catalogue, one transaction a migration.
 *
 * Forwards only. A database that knows more than this program, or other migrations, is refused. */
#include "base/clock.h"
#include "db/driver.h"

struct applied {
	int64_t     version;
	struct text name;
};

#define CREATE_TABLE                                                            \
	"CREATE TABLE IF NOT EXISTS schema_migrations ("                            \
	"version BIGINT NOT NULL, name TEXT NOT NULL, applied_at BIGINT NOT NULL, " \
	"CONSTRAINT schema_migrations_pkey PRIMARY KEY (version))"

static const struct db_column    TABLE_EXISTS_COLUMNS[] = {{DB_BIGINT, false, 0}};
static const struct db_statement TABLE_EXISTS = {
	.name = "schema_migrations exists",
	.sqlite = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'",
	.postgres = "SELECT count(to_regclass('schema_migrations'))",
	.columns = TABLE_EXISTS_COLUMNS,
	.column_count = 1,
	.row_size = sizeof(int64_t),
	.number = DB_AD_HOC,
};

static const struct db_column APPLIED_COLUMNS[] = {
	{DB_BIGINT, false, offsetof(struct applied, version)},
	{DB_TEXT, false, offsetof(struct applied, name)},
};
static const struct db_statement LIST_APPLIED = {
	.name = "list schema_migrations",
	.sqlite = "SELECT version, name FROM schema_migrations ORDER BY version",
	.postgres = "SELECT version, name FROM schema_migrations ORDER BY version",
	.columns = APPLIED_COLUMNS,
	.column_count = 2,
	.row_size = sizeof(struct applied),
	.number = DB_AD_HOC,
};

static const enum db_type        RECORD_PARAMETERS[] = {DB_BIGINT, DB_TEXT, DB_BIGINT};
static const struct db_statement RECORD = {
	.name = "insert schema_migrations",
	.sqlite = "INSERT INTO schema_migrations (version, name, applied_at) VALUES (?1, ?2, ?3)",
	.postgres = "INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)",
	.parameters = RECORD_PARAMETERS,
	.parameter_count = 3,
	.number = DB_AD_HOC,
	.writes = true,
};

/* How many migrations the database has; they must be the first of the catalogue's. */
static enum error count_applied(struct db_connection *connection, struct arena *arena, size_t *ret_count)
{
	const struct db_catalogue *catalogue = connection->db->catalogue;
	struct db_rows             rows;
	TRY(db_run(connection, &LIST_APPLIED, NULL, arena, &rows, NULL));
	const struct applied *applied = rows.items;
	for (size_t i = 0; i < rows.count; i++) {
		const struct db_migration *known = i < catalogue->migration_count ? &catalogue->migrations[i] : NULL;
		if (!known || known->version != applied[i].version || !text_equal(text_of(known->name), applied[i].name))
			return db_fail(connection, ERROR_BAD_REQUEST,
			               "the database has the migration %s, which this version of Stint does not know: "
			               "was it used by a newer one?",
			               applied[i].name.data);
	}
	*ret_count = rows.count;
	return ERROR_NONE;
}

/* What SQLite's planner believes of tables before anybody has counted: that a workspace has very many rows, and that
 * each further column of a key tells them apart. Without it, a search by (workspace_id, user_id, day) would rather read
 * the whole workspace by its primary key. `ANALYZE` by the operator puts true numbers in their place. PostgreSQL counts
 * by itself. */
static const char SQLITE_STATISTICS[] =
	"ANALYZE;"
	"DELETE FROM sqlite_stat1;"
	"INSERT INTO sqlite_stat1 (tbl, idx, stat) "
	"SELECT m.name, CASE l.origin WHEN 'pk' THEN m.name ELSE l.name END, "
	"(SELECT '1000000 ' || group_concat(CASE WHEN l.\"unique\" AND i.seqno = k.last THEN 1 "
	"WHEN i.seqno > 0 THEN max(200 >> (3 * i.seqno - 3), 2) WHEN i.name = 'workspace_id' THEN 100000 ELSE 10 END, ' ') "
	"FROM pragma_index_info(l.name) i) "
	"FROM sqlite_schema m JOIN pragma_index_list(m.name) l "
	"JOIN (SELECT m2.name AS tbl, l2.name AS idx, max(i2.seqno) AS last FROM sqlite_schema m2 "
	"JOIN pragma_index_list(m2.name) l2 JOIN pragma_index_info(l2.name) i2 WHERE m2.type = 'table' GROUP BY 1, 2) k "
	"ON k.tbl = m.name AND k.idx = l.name WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%';";

static enum error migrate_apply(struct db_connection *connection, const struct db_migration *migration,
                                struct arena *arena)
{
	const struct db_value arguments[] = {
		{.type = DB_BIGINT, .integer = migration->version},
		{.type = DB_TEXT, .text = text_of(migration->name)},
		{.type = DB_BIGINT, .integer = clock_now()},
	};
	TRY(db_run_script(connection, migration->sqlite, migration->postgres));
	TRY(db_run_script(connection, SQLITE_STATISTICS, "SELECT 1"));
	return db_run(connection, &RECORD, arguments, arena, NULL, NULL);
}

/* The next migration, if there is one: looked up under the lock, because another process may have been quicker. */
static enum error step(struct db_connection *connection, struct arena *arena, const struct db_migration **ret_next)
{
	const struct db_catalogue *catalogue = connection->db->catalogue;
	size_t                     count;
	TRY(db_run_script(connection, CREATE_TABLE, CREATE_TABLE));
	TRY(count_applied(connection, arena, &count));
	*ret_next = count < catalogue->migration_count ? &catalogue->migrations[count] : NULL;
	return *ret_next ? migrate_apply(connection, *ret_next, arena) : ERROR_NONE;
}

static enum error migrate(struct db_connection *connection, struct arena *arena, int *ret_applied,
                          struct text *ret_reason)
{
	const struct db_migration *next;
	int                        applied = -1;
	do {
		next = NULL;
		enum error error = db_begin_exclusive(connection);
		if (!error)
			error = step(connection, arena, &next);
		if (!error)
			error = db_commit(connection);
		if (error) {
			db_rollback(connection);
			*ret_reason = text_format(arena, "%s: %s", next ? next->name : "migrate", db_failure(connection));
			return error;
		}
		applied++;
	} while (next);
	*ret_applied = applied;
	return ERROR_NONE;
}

static enum error is_current(struct db_connection *connection, struct arena *arena, bool *ret_current)
{
	struct db_rows rows;
	TRY(db_begin(connection));
	TRY(db_run(connection, &TABLE_EXISTS, NULL, arena, &rows, NULL));
	size_t count = 0;
	if (*(const int64_t *)rows.items)
		TRY(count_applied(connection, arena, &count));
	*ret_current = count == connection->db->catalogue->migration_count;
	return ERROR_NONE;
}

/* As most often when a server starts: nobody need wait then. */
static bool is_up_to_date(struct db_connection *connection, struct arena *arena)
{
	bool       current = false;
	enum error error = is_current(connection, arena, &current);
	db_rollback(connection);
	return !error && current;
}

enum error db_migrate(struct db *db, struct arena *arena, int *ret_applied, struct text *ret_reason)
{
	struct db_connection *connection;
	enum error            error = db_connect(db, DB_WRITE, &connection);
	if (error) {
		*ret_reason = text_copy(arena, text_of(db_failure(NULL)));
		return error;
	}
	if (is_up_to_date(connection, arena))
		*ret_applied = 0;
	else
		error = migrate(connection, arena, ret_applied, ret_reason);
	db_disconnect(connection); /* that of a migration knows none of SQLite's statistics */
	return error;
}

enum error db_is_current(struct db *db, bool *ret_current)
{
	struct db_connection *connection;
	TRY(db_connect(db, DB_READ, &connection));
	struct arena arena;
	arena_init(&arena, 1 << 20);
	enum error error = is_current(connection, &arena, ret_current);
	db_disconnect(connection);
	arena_destroy(&arena);
	return error;
}
