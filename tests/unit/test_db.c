/* The database layer on real databases: SQLite in a temporary folder, and PostgreSQL when STINT_TEST_POSTGRESQL names a
 * scratch database (its tables test_*, id_blocks and schema_migrations are dropped).
 *
 * With a catalogue of its own; nothing generated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/context.h"
#include "db/ids.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* The catalogue */

struct project {
	int64_t     id, budget;
	struct text name, note;
	bool        is_open;
};

static const struct db_column PROJECT[] = {
	{DB_BIGINT, false, offsetof(struct project, id)},    {DB_TEXT, false, offsetof(struct project, name)},
	{DB_TEXT, true, offsetof(struct project, note)},     {DB_BOOLEAN, false, offsetof(struct project, is_open)},
	{DB_BIGINT, true, offsetof(struct project, budget)},
};

struct tag {
	int64_t project_id, id;
};

struct tagged {
	int64_t        id;
	struct db_rows tags;
};

static const struct db_column TAG[] = {{DB_BIGINT, false, offsetof(struct tag, project_id)},
                                       {DB_BIGINT, false, offsetof(struct tag, id)}};
static const struct db_column NUMBER[] = {{DB_BIGINT, false, 0}};
static const struct db_column WORD[] = {{DB_TEXT, false, 0}};

static const enum db_type PROJECT_PARAMETERS[] = {DB_BIGINT, DB_BIGINT, DB_TEXT, DB_TEXT, DB_BOOLEAN, DB_BIGINT};
static const enum db_type WORKSPACE_AND_ID[] = {DB_BIGINT, DB_BIGINT};
static const enum db_type WORKSPACE_AND_IDS[] = {DB_BIGINT, DB_BIGINT_LIST};
static const enum db_type WORKSPACE_AND_NAMES[] = {DB_BIGINT, DB_TEXT_LIST};
static const enum db_type WORKSPACE_AND_PAGE[] = {DB_BIGINT, DB_BIGINT, DB_BIGINT};
static const enum db_type WORKSPACE_AND_RANGE[] = {DB_BIGINT, DB_BIGINT, DB_BIGINT, DB_BIGINT};
static const enum db_type TAG_PARAMETERS[] = {DB_BIGINT, DB_BIGINT, DB_BIGINT};

#define SELECT_PROJECT "SELECT id, name, note, is_open, budget FROM test_projects WHERE workspace_id = "
#define SELECT_TAG     "SELECT project_id, id FROM test_tags WHERE workspace_id = "
#define BY_PROJECT     " ORDER BY project_id, id"
#define INSERT_PROJECT "INSERT INTO test_projects (workspace_id, id, name, note, is_open, budget) VALUES "

enum {
	INSERT,
	GET,
	RENAME_ALL,
	BY_IDS,
	BY_NAMES,
	PAGE,
	PAGE_COUNT,
	INSERT_TAG,
	TAGS,
	TAGS_RANGE,
	NULL_NUMBER,
	TEXT_NUMBER,
	UNUSED,
	OF_ROLE,
	COUNTED_ANEW,
	COUNTED_SLOWLY,
	FAILS_AT_LAST,
	ENDLESS,
	KEPT,
	STATEMENTS
};

#define TAKES(list)       .parameters = list, .parameter_count = COUNT(list)
#define GIVES(list, size) .columns = list, .column_count = COUNT(list), .row_size = size

#define COUNT_SLOWLY                                                                                  \
	"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2000000) " \
	"SELECT count(*) FROM numbers"

#define NUMBERS "WITH RECURSIVE numbers (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers) "

static const struct db_statement statements[STATEMENTS] = {
	[INSERT] = {"insert_project", INSERT_PROJECT "(?1, ?2, ?3, ?4, ?5, ?6)", INSERT_PROJECT "($1, $2, $3, $4, $5, $6)",
                TAKES(PROJECT_PARAMETERS), .number = INSERT, .writes = true},
	[GET] = {"get_project", SELECT_PROJECT "?1 AND id = ?2", SELECT_PROJECT "$1 AND id = $2", TAKES(WORKSPACE_AND_ID),
             GIVES(PROJECT, sizeof(struct project)), .number = GET},
	[RENAME_ALL] = {"rename_all", "UPDATE test_projects SET note = name WHERE workspace_id = ?1 AND id >= ?2",
                    "UPDATE test_projects SET note = name WHERE workspace_id = $1 AND id >= $2",
                    TAKES(WORKSPACE_AND_ID), .number = RENAME_ALL, .writes = true, .spoils_kept = true},
	[BY_IDS] = {"list_by_ids", SELECT_PROJECT "?1 AND id IN (SELECT value FROM json_each(?2)) ORDER BY id",
                SELECT_PROJECT "$1 AND id = ANY($2) ORDER BY id", TAKES(WORKSPACE_AND_IDS),
                GIVES(PROJECT, sizeof(struct project)), .number = BY_IDS},
	[BY_NAMES] = {"list_by_names", SELECT_PROJECT "?1 AND name IN (SELECT value FROM json_each(?2)) ORDER BY id",
                  SELECT_PROJECT "$1 AND name = ANY($2) ORDER BY id", TAKES(WORKSPACE_AND_NAMES),
                  GIVES(PROJECT, sizeof(struct project)), .number = BY_NAMES},
	[PAGE] = {"list_projects", SELECT_PROJECT "?1 ORDER BY id LIMIT ?2 OFFSET ?3",
              SELECT_PROJECT "$1 ORDER BY id LIMIT $2 OFFSET $3", TAKES(WORKSPACE_AND_PAGE),
              GIVES(PROJECT, sizeof(struct project)), .number = PAGE},
	[PAGE_COUNT] = {"count_projects", "SELECT count(*) FROM test_projects WHERE workspace_id = ?1",
                    "SELECT count(*) FROM test_projects WHERE workspace_id = $1", .parameters = WORKSPACE_AND_PAGE,
                    .parameter_count = 1, GIVES(NUMBER, sizeof(int64_t)), .number = PAGE_COUNT},
	[INSERT_TAG] = {"insert_tag", "INSERT INTO test_tags (workspace_id, id, project_id) VALUES (?1, ?2, ?3)",
                    "INSERT INTO test_tags (workspace_id, id, project_id) VALUES ($1, $2, $3)", TAKES(TAG_PARAMETERS),
                    .number = INSERT_TAG, .writes = true},
	[TAGS] = {"list_tags", SELECT_TAG "?1 AND project_id IN (SELECT value FROM json_each(?2))" BY_PROJECT,
              SELECT_TAG "$1 AND project_id = ANY($2)" BY_PROJECT, TAKES(WORKSPACE_AND_IDS),
              GIVES(TAG, sizeof(struct tag)), .number = TAGS},
	[TAGS_RANGE] = {"list_tags_range", SELECT_TAG "?1 AND project_id BETWEEN ?2 AND ?3" BY_PROJECT " LIMIT ?4",
                    SELECT_TAG "$1 AND project_id BETWEEN $2 AND $3" BY_PROJECT " LIMIT $4", TAKES(WORKSPACE_AND_RANGE),
                    GIVES(TAG, sizeof(struct tag)), .number = TAGS_RANGE},
	[NULL_NUMBER] = {"null_number", "SELECT CAST(NULL AS BIGINT)", "SELECT CAST(NULL AS BIGINT)",
                     GIVES(NUMBER, sizeof(int64_t)), .number = NULL_NUMBER},
	[TEXT_NUMBER] = {"text_number", "SELECT 'x'", "SELECT 'x'", GIVES(NUMBER, sizeof(int64_t)), .number = TEXT_NUMBER},
	[UNUSED] = {"unused_parameter", "SELECT 'a'", "SELECT 'a' WHERE $1 = $1", .parameters = WORKSPACE_AND_ID,
                .parameter_count = 1, GIVES(WORD, sizeof(struct text)), .number = UNUSED},
	[OF_ROLE] = {"of_role", "SELECT ?1 * 100 + ?2", "SELECT $1 * 100 + $2", TAKES(WORKSPACE_AND_ID),
                 .role_parameter = 2, GIVES(NUMBER, sizeof(int64_t)), .number = OF_ROLE},
	[COUNTED_ANEW] = {"counted_anew", "SELECT 0",
                      "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
                      GIVES(NUMBER, sizeof(int64_t)), .number = COUNTED_ANEW},
	[COUNTED_SLOWLY] = {"counted_slowly", COUNT_SLOWLY, COUNT_SLOWLY, GIVES(NUMBER, sizeof(int64_t)),
                        .number = COUNTED_SLOWLY},
	[FAILS_AT_LAST] = {"fails_at_last", NUMBERS "SELECT 1000 / (300 - n) FROM numbers",
                       NUMBERS "SELECT 1000 / (300 - n) FROM numbers", GIVES(NUMBER, sizeof(int64_t)),
                       .number = FAILS_AT_LAST},
	[ENDLESS] = {"endless", NUMBERS "SELECT n FROM numbers", NUMBERS "SELECT n FROM numbers",
                 GIVES(NUMBER, sizeof(int64_t)), .number = ENDLESS},
	[KEPT] = {"get_kept", SELECT_PROJECT "?1 AND id = ?2", SELECT_PROJECT "$1 AND id = $2", TAKES(WORKSPACE_AND_ID),
              GIVES(PROJECT, sizeof(struct project)), .number = KEPT, .kept = true},
};

#define SCHEMA_1                                                                                        \
	"CREATE TABLE test_projects (workspace_id BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL," \
	" note TEXT, is_open BOOLEAN NOT NULL, budget BIGINT,"                                              \
	" CONSTRAINT test_projects_pkey PRIMARY KEY (workspace_id, id),"                                    \
	" CONSTRAINT test_projects_name_unique UNIQUE (workspace_id, name),"                                \
	" CONSTRAINT test_projects_budget_check CHECK (budget >= 0));"                                      \
	"CREATE TABLE id_blocks (sequence TEXT NOT NULL, next_id BIGINT NOT NULL,"                          \
	" CONSTRAINT id_blocks_pkey PRIMARY KEY (sequence));"
#define SCHEMA_2                                                                                            \
	"CREATE TABLE test_tags (workspace_id BIGINT NOT NULL, id BIGINT NOT NULL, project_id BIGINT NOT NULL," \
	" CONSTRAINT test_tags_pkey PRIMARY KEY (workspace_id, id),"                                            \
	" CONSTRAINT test_tags_project_fkey FOREIGN KEY (workspace_id, project_id)"                             \
	" REFERENCES test_projects (workspace_id, id));"

static const struct db_migration migrations[] = {
	{1, "0001_projects.sql", SCHEMA_1, SCHEMA_1},
	{2, "0002_tags.sql", SCHEMA_2, SCHEMA_2},
};
static const struct db_constraint constraints[] = {
	{"test_projects_name_unique", "test_projects.workspace_id, test_projects.name", ERROR_NAME_TAKEN},
	{"test_projects_budget_check", NULL, ERROR_INVALID},
};
static const struct db_catalogue catalogue = {
	.statements = statements,
	.migrations = migrations,
	.constraints = constraints,
	.statement_count = COUNT(statements),
	.migration_count = COUNT(migrations),
	.constraint_count = COUNT(constraints),
};

/* The fixture: an empty, migrated database with one connection of each kind */

static const char *server; /* NULL: SQLite */
static char        folder[64], url[512];

struct fixture {
	struct arena          arena;
	struct db            *db;
	struct db_connection *writer, *reader;
};

static struct db *open_with(const struct db_catalogue *which, struct arena *arena)
{
	struct db  *db = NULL;
	struct text reason = NO_TEXT;
	if (db_open(url, which, arena, &db, &reason))
		fail_msg("%s: %s", url, reason.data);
	return db;
}

/* A new folder, or the server's tables dropped. */
static void make_empty(struct arena *arena)
{
	if (!server) {
		snprintf(folder, sizeof(folder), "/tmp/stint-test-db-XXXXXX");
		assert_non_null(mkdtemp(folder));
		snprintf(url, sizeof(url), "sqlite:%s/test.db", folder);
		return;
	}
	snprintf(url, sizeof(url), "%s", server);
	static const struct db_catalogue nothing = {0};
	struct db                       *db = open_with(&nothing, arena);
	struct db_connection            *connection;
	assert_int_equal(db_connect(db, DB_WRITE, &connection), 0);
	assert_int_equal(db_begin(connection), 0);
	assert_int_equal(db_run_script(connection, NULL,
	                               "DROP TABLE IF EXISTS test_tags, test_projects, id_blocks, "
	                               "schema_migrations"),
	                 0);
	assert_int_equal(db_commit(connection), 0);
	db_disconnect(connection);
	db_close(db);
}

static void migrate(struct db *db, struct arena *arena, int expected)
{
	int         applied;
	struct text reason = NO_TEXT;
	if (db_migrate(db, arena, &applied, &reason))
		fail_msg("%s", reason.data);
	assert_int_equal(applied, expected);
}

static int set_up_empty(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	arena_init(&f->arena, 16 << 20);
	make_empty(&f->arena);
	f->db = open_with(&catalogue, &f->arena);
	*state = f;
	return 0;
}

static int set_up(void **state)
{
	set_up_empty(state);
	struct fixture *f = *state;
	migrate(f->db, &f->arena, COUNT(migrations));
	if (db_connect(f->db, DB_WRITE, &f->writer) || db_connect(f->db, DB_READ, &f->reader))
		fail_msg("%s", db_failure(NULL));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	db_disconnect(f->writer);
	db_disconnect(f->reader);
	db_close(f->db);
	arena_destroy(&f->arena);
	free(f);
	if (!server) {
		char command[128];
		snprintf(command, sizeof(command), "rm -r '%s'", folder);
		return system(command);
	}
	return 0;
}

/* Short forms of what the tests do most */

static struct db_value integer(int64_t value)
{
	return (struct db_value){.type = DB_BIGINT, .integer = value};
}

static struct db_value word(struct text value)
{
	return (struct db_value){.type = DB_TEXT, .text = value};
}

static enum error insert(struct fixture *f, const struct project *project)
{
	const struct db_value arguments[] = {
		integer(1),
		integer(project->id),
		word(project->name),
		word(project->note),
		{.type = DB_BOOLEAN, .boolean = project->is_open},
		integer(project->budget),
	};
	int64_t    changed = -1;
	enum error error = db_run(f->writer, &statements[INSERT], arguments, &f->arena, NULL, &changed);
	assert_int_equal(changed, error ? -1 : 1);
	return error;
}

static enum error insert_named(struct fixture *f, int64_t id, const char *name)
{
	return insert(f, &(struct project){.id = id, .name = text_of(name), .budget = NONE});
}

static struct db_context context_of(struct fixture *f, struct db_connection *connection)
{
	return (struct db_context){.connection = connection, .arena = &f->arena, .workspace_id = 1};
}

static enum error get(struct fixture *f, struct db_connection *connection, int64_t id, struct project *ret)
{
	struct db_context     context = context_of(f, connection);
	const struct db_value arguments[] = {integer(1), integer(id)};
	return db_run_one(&context, &statements[GET], arguments, ret);
}

/* Nobody waits for it. */
static enum error insert_later(struct fixture *f, int64_t id, const char *name)
{
	const struct db_value arguments[] = {integer(1),    integer(id),          word(text_of(name)),
	                                     word(NO_TEXT), {.type = DB_BOOLEAN}, integer(NONE)};
	return db_run_later(f->writer, &statements[INSERT], arguments, &f->arena, NULL, NULL);
}

static int64_t count(struct fixture *f, struct db_connection *connection)
{
	struct db_rows        rows;
	const struct db_value arguments[] = {integer(1)};
	assert_int_equal(db_run(connection, &statements[PAGE_COUNT], arguments, &f->arena, &rows, NULL), 0);
	return *(int64_t *)rows.items;
}

static void begin(struct db_connection *connection)
{
	if (db_begin(connection))
		fail_msg("%s", db_failure(connection));
}

static void commit(struct db_connection *connection)
{
	if (db_commit(connection))
		fail_msg("%s", db_failure(connection));
}

static void fill(struct fixture *f, int64_t rows)
{
	begin(f->writer);
	for (int64_t id = 1; id <= rows; id++)
		assert_int_equal(insert_named(f, id, text_format(&f->arena, "project %d", (int)id).data), 0);
	commit(f->writer);
}

/* Opening and migrating */

static void test_open_refuses(void **state)
{
	(void)state;
	static const char *const BAD[] = {"",
	                                  "test.db",
	                                  "mysql://x",
	                                  "sqlite:",
	                                  "sqlite::memory:",
	                                  "sqlite:/no/such/folder/x.db",
	                                  "postgresql:///x?host=/no/such/folder"};
	struct arena             arena;
	arena_init(&arena, 1 << 16);
	for (size_t i = 0; i < COUNT(BAD); i++) {
		struct db  *db = NULL;
		struct text reason = NO_TEXT;
		assert_int_not_equal(db_open(BAD[i], &catalogue, &arena, &db, &reason), 0);
		assert_null(db);
		assert_true(reason.length > 10);
	}
	arena_destroy(&arena);
}

static void test_migrate(void **state)
{
	struct fixture *f = *state;
	bool            current = true;
	assert_int_equal(db_is_current(f->db, &current), 0);
	assert_false(current);

	/* Statements have no tables yet: SQLite says so when they are prepared, PostgreSQL when they first run. */
	struct db_connection *connection = NULL;
	struct project        project;
	if (!db_connect(f->db, DB_READ, &connection)) {
		begin(connection);
		assert_int_not_equal(get(f, connection, 1, &project), 0);
	}
	assert_non_null(strstr(db_failure(connection), "test_projects"));
	db_disconnect(connection);

	struct db_catalogue old = catalogue;
	old.migration_count = 1;
	struct db *older = open_with(&old, &f->arena);
	migrate(older, &f->arena, 1);
	assert_int_equal(db_is_current(older, &current), 0);
	assert_true(current);
	assert_int_equal(db_is_current(f->db, &current), 0);
	assert_false(current);

	migrate(f->db, &f->arena, 1);
	migrate(f->db, &f->arena, 0);
	assert_int_equal(db_is_current(f->db, &current), 0);
	assert_true(current);

	int         applied = -1;
	struct text reason = NO_TEXT;
	assert_int_equal(db_migrate(older, &f->arena, &applied, &reason), ERROR_BAD_REQUEST);
	assert_int_equal(applied, -1);
	assert_non_null(strstr(reason.data, "0002_tags.sql"));
	db_close(older);
}

static void test_migration_fails_whole(void **state)
{
	struct fixture           *f = *state;
	static const char         BROKEN[] = "CREATE TABLE test_tags (id BIGINT); CREATE TABLE test_projects (id BIGINT);";
	const struct db_migration broken[] = {migrations[0], {2, "0002_broken.sql", BROKEN, BROKEN}};
	struct db_catalogue       other = catalogue;
	other.migrations = broken;
	struct db  *db = open_with(&other, &f->arena);
	int         applied;
	struct text reason = NO_TEXT;
	assert_int_not_equal(db_migrate(db, &f->arena, &applied, &reason), 0);
	assert_non_null(strstr(reason.data, "0002_broken.sql"));
	assert_non_null(strstr(reason.data, "test_projects"));
	db_close(db);
	migrate(f->db, &f->arena, 1); /* nothing is left of the broken one */
}

static void *migrate_in_thread(void *argument)
{
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct db  *db = NULL;
	struct text reason = NO_TEXT;
	int        *applied = argument;
	if (db_open(url, &catalogue, &arena, &db, &reason) || db_migrate(db, &arena, applied, &reason))
		fprintf(stderr, "%s\n", reason.data);
	db_close(db);
	arena_destroy(&arena);
	return NULL;
}

static void test_migrate_at_once(void **state)
{
	(void)state;
	pthread_t threads[6];
	int       applied[6], sum = 0;
	for (size_t i = 0; i < COUNT(threads); i++) {
		applied[i] = -100;
		pthread_create(&threads[i], NULL, migrate_in_thread, &applied[i]);
	}
	for (size_t i = 0; i < COUNT(threads); i++) {
		pthread_join(threads[i], NULL);
		sum += applied[i];
	}
	assert_int_equal(sum, COUNT(migrations));
}

/* Rows and values */

static void test_values(void **state)
{
	struct fixture      *f = *state;
	const struct project full = {INT64_MAX, 12345678901, TEXT("na\"me\\, {x}"), TEXT("Grüße\n\t日本"), true};
	const struct project bare = {-1, NONE, TEXT(""), NO_TEXT, false};
	const struct project cut = {3, 0, {"slice of more", 5}, {"", 0}, false};
	struct project       got;
	begin(f->writer);
	assert_int_equal(insert(f, &full), 0);
	assert_int_equal(insert(f, &bare), 0);
	assert_int_equal(insert(f, &cut), 0);
	commit(f->writer);

	begin(f->reader);
	assert_int_equal(get(f, f->reader, INT64_MAX, &got), 0);
	assert_int_equal(got.budget, full.budget);
	assert_true(text_equal(got.name, full.name) && text_equal(got.note, full.note) && got.is_open);
	assert_int_equal(got.note.data[got.note.length], '\0');
	assert_int_equal(get(f, f->reader, -1, &got), 0);
	assert_true(got.budget == NONE && got.name.data && got.name.length == 0 && !got.note.data && !got.is_open);
	assert_int_equal(get(f, f->reader, 3, &got), 0);
	assert_true(text_equal(got.name, TEXT("slice")) && got.note.data && got.note.length == 0);

	got.id = 77;
	assert_int_equal(get(f, f->reader, 4, &got), ERROR_NOT_FOUND);
	assert_int_equal(got.id, 77);
	commit(f->reader);
}

static size_t run_list(struct fixture *f, int statement, enum db_type type, const void *items, size_t length)
{
	const struct db_value arguments[] = {integer(1), {.type = type, .list = {items, length}}};
	struct db_rows        rows;
	assert_int_equal(db_run(f->reader, &statements[statement], arguments, &f->arena, &rows, NULL), 0);
	return rows.count;
}

/* Project 1 has 1 tag, project 2 has 2, project 3 none, project 4 has 4, and so on. */
static void fill_tags(struct fixture *f, int64_t projects)
{
	int64_t id = 0;

	fill(f, projects);
	begin(f->writer);
	for (int64_t project = 1; project <= projects; project++)
		for (int64_t i = 0; project % 3 && i < project; i++) {
			const struct db_value arguments[] = {integer(1), integer(++id), integer(project)};

			assert_int_equal(db_run(f->writer, &statements[INSERT_TAG], arguments, &f->arena, NULL, NULL), 0);
		}
	commit(f->writer);
}

static void check_tags(struct fixture *f, const int64_t *ids, size_t count, const struct db_statement *of_range)
{
	struct db_context  context = context_of(f, f->reader);
	struct tagged      projects[64];
	struct db_value    arguments[4] = {integer(1)};
	struct db_children tags = {&statements[TAGS],
	                           of_range,
	                           arguments,
	                           offsetof(struct tagged, id),
	                           offsetof(struct tag, project_id),
	                           offsetof(struct tagged, tags),
	                           0,
	                           {NULL, 0}};

	for (size_t i = 0; i < count; i++)
		projects[i] = (struct tagged){.id = ids[i]};
	assert_int_equal(db_attach(&context, projects, count, sizeof(*projects), &tags, 1), 0);
	for (size_t i = 0; i < count; i++) {
		const struct tag *items = projects[i].tags.items;

		assert_int_equal(projects[i].tags.count, ids[i] % 3 && ids[i] <= 60 ? ids[i] : 0);
		for (size_t j = 0; j < projects[i].tags.count; j++) {
			assert_int_equal(items[j].project_id, ids[i]);
			assert_true(j == 0 || items[j].id > items[j - 1].id);
		}
	}
}

static void test_children(void **state)
{
	struct fixture *f = *state;
	const int64_t   one[] = {4}, childless[] = {3}, dense[] = {1, 2, 3, 4, 5, 7, 9}, falling[] = {8, 7, 6, 4, 1},
				  mixed[] = {5, 2, 8, 1}, sparse[] = {2, 10, 3, 1000, 4}, many[] = {50, 52, 53, 55, 56, 58, 59};

	fill_tags(f, 60);
	begin(f->reader);
	for (int i = 0; i < 2; i++) {
		const struct db_statement *of_range = i ? NULL : &statements[TAGS_RANGE];

		check_tags(f, one, 0, of_range);
		check_tags(f, one, COUNT(one), of_range);
		check_tags(f, childless, COUNT(childless), of_range);
		check_tags(f, dense, COUNT(dense), of_range);
		check_tags(f, falling, COUNT(falling), of_range);
		check_tags(f, mixed, COUNT(mixed), of_range);
		check_tags(f, sparse, COUNT(sparse), of_range);
		check_tags(f, many, COUNT(many), of_range); /* more rows than are read by range */
	}
	commit(f->reader);
}

static void test_lists(void **state)
{
	struct fixture          *f = *state;
	static const char *const NAMES[] = {"a\"b", "c\\d", "e,f", "{g}", "NULL", "", "tab\t\n", "日本"};
	struct text              names[COUNT(NAMES)];
	begin(f->writer);
	for (size_t i = 0; i < COUNT(NAMES); i++) {
		names[i] = text_of(NAMES[i]);
		assert_int_equal(insert_named(f, (int64_t)i, NAMES[i]), 0);
	}
	commit(f->writer);

	begin(f->reader);
	const int64_t ids[] = {0, 3, 3, 99, INT64_MAX, -5};
	assert_int_equal(run_list(f, BY_IDS, DB_BIGINT_LIST, ids, COUNT(ids)), 2);
	assert_int_equal(run_list(f, BY_IDS, DB_BIGINT_LIST, NULL, 0), 0);
	assert_int_equal(run_list(f, BY_NAMES, DB_TEXT_LIST, names, COUNT(names)), COUNT(names));
	assert_int_equal(run_list(f, BY_NAMES, DB_TEXT_LIST, names, 1), 1);
	assert_int_equal(run_list(f, BY_NAMES, DB_TEXT_LIST, NULL, 0), 0);
	commit(f->reader);
}

static size_t run_page(struct fixture *f, int64_t number, int64_t per_page, int64_t *ret_total)
{
	struct db_context context = context_of(f, f->reader);
	struct db_value   arguments[3] = {integer(1)};
	struct page       page = {.page = number, .per_page = per_page, .total = -1};
	struct db_rows    rows;
	assert_int_equal(db_run_page(&context, &statements[PAGE], &statements[PAGE_COUNT], arguments, &page, &rows), 0);
	*ret_total = page.total;
	if (rows.count)
		assert_int_equal(((struct project *)rows.items)->id, (number - 1) * per_page + 1);
	return rows.count;
}

static void test_pages(void **state)
{
	struct fixture *f = *state;
	static const struct {
		int64_t page, per_page;
		size_t  rows;
	} CASES[] = {{1, 10, 10},  {2, 10, 10}, {3, 10, 5}, {4, 10, 0},         {1, 25, 25},
	             {1, 100, 25}, {5, 5, 5},   {6, 5, 0},  {INT64_MAX, 100, 0}};
	int64_t total;
	begin(f->reader);
	assert_int_equal(run_page(f, 1, 10, &total), 0);
	assert_int_equal(total, 0);
	commit(f->reader);
	fill(f, 25);
	begin(f->reader);
	for (size_t i = 0; i < COUNT(CASES); i++) {
		assert_int_equal(run_page(f, CASES[i].page, CASES[i].per_page, &total), CASES[i].rows);
		assert_int_equal(total, 25);
	}
	commit(f->reader);
}

static void test_a_connection_that_was_given_back_is_as_new(void **state)
{
	struct fixture       *f = *state;
	struct db_connection *given_back = f->writer;
	begin(f->writer);
	assert_int_equal(insert_later(f, 1, "Undone"), 0);
	db_set_deadline(f->writer, 1);
	db_disconnect(f->writer);

	assert_int_equal(db_connect(f->db, DB_WRITE, &f->writer), 0);
	assert_ptr_equal(f->writer, given_back);
	begin(f->writer);
	assert_int_equal(count(f, f->writer), 0);
	commit(f->writer);
}

static void test_one_that_is_given_back_waits_until_it_is_ended(void **state)
{
	struct fixture       *f = *state;
	struct db_connection *other;
	assert_int_equal(db_connect(f->db, DB_WRITE, &other), 0);
	assert_ptr_not_equal(other, f->writer);
	db_disconnect(other);
	db_end_spare(f->db);
	db_end_spare(f->db);
	assert_int_equal(db_connect(f->db, DB_READ, &other), 0);
	begin(other);
	commit(other);
	db_disconnect(other);
}

/* The table is there for the connection alone. */
static bool has_mark(struct db_connection *connection)
{
	static const char LOOK[] = "INSERT INTO mine VALUES (1)";
	begin(connection);
	bool has = !db_run_script(connection, LOOK, LOOK);
	db_rollback(connection);
	return has;
}

static void test_only_what_was_used_as_by_everybody_is_given_to_others(void **state)
{
	static const char     MARK[] = "CREATE TEMPORARY TABLE mine (x BIGINT)";
	struct fixture       *f = *state;
	struct db_connection *connection;
	assert_int_equal(db_connect(f->db, DB_WRITE, &connection), 0);
	begin(connection);
	assert_int_equal(db_run_script(connection, MARK, MARK), 0);
	commit(connection);
	db_disconnect(connection);
	migrate(f->db, &f->arena, 0);
	assert_int_equal(db_connect(f->db, DB_WRITE, &connection), 0);
	assert_true(has_mark(connection));
	db_disconnect(connection);
	db_end_spare(f->db);

	assert_int_equal(db_connect(f->db, DB_WRITE, &connection), 0);
	assert_int_equal(db_begin_long(connection), 0);
	assert_int_equal(db_run_script(connection, MARK, MARK), 0);
	commit(connection);
	db_disconnect(connection);
	assert_int_equal(db_connect(f->db, DB_WRITE, &connection), 0);
	assert_false(has_mark(connection));
	db_disconnect(connection);
}

static void test_who_connects_later_does_so_when_it_begins(void **state)
{
	struct fixture       *f = *state;
	struct db_connection *later, *never;
	struct project        project;
	fill(f, 1);
	assert_int_equal(db_connect_later(f->db, DB_READ, &never), 0);
	db_rest(never);
	db_disconnect(never);

	assert_int_equal(db_connect_later(f->db, DB_READ, &later), 0);
	for (int i = 0; i < 2; i++) {
		begin(later);
		assert_int_equal(get(f, later, 1, &project), 0);
		commit(later);
	}
	db_disconnect(later);
}

static void test_who_cannot_connect_now_tries_again(void **state)
{
	struct fixture       *f = *state;
	struct db_connection *later;
	char                  file[128], elsewhere[128];
	if (server)
		skip();
	snprintf(file, sizeof(file), "%s/test.db", folder);
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere.db", folder);
	assert_int_equal(db_connect_later(f->db, DB_READ, &later), 0);
	assert_int_equal(rename(file, elsewhere), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(db_begin(later), ERROR_UNAVAILABLE);
		assert_non_null(strstr(db_failure(later), "unable to open"));
	}
	assert_int_equal(rename(elsewhere, file), 0);
	begin(later);
	assert_int_equal(count(f, later), 0);
	commit(later);
	db_disconnect(later);
}

static void insert_numbered(struct fixture *f, int64_t id, int name_length)
{
	struct text name = text_format(&f->arena, "%0*d", name_length, (int)id);
	assert_int_equal(insert_named(f, id, name.data), 0);
}

static int64_t total_seen(struct fixture *f, struct db_connection *connection, int64_t workspace)
{
	struct db_context context = context_of(f, connection);
	struct db_value   arguments[3] = {integer(workspace)};
	struct page       page = {.page = 1, .per_page = 2, .total = -1};
	struct db_rows    rows;
	assert_int_equal(db_run_page(&context, &statements[PAGE], &statements[PAGE_COUNT], arguments, &page, &rows), 0);
	return page.total;
}

static int64_t total_of(struct fixture *f, struct db_connection *connection, int64_t workspace)
{
	begin(connection);
	int64_t total = total_seen(f, connection, workspace);
	commit(connection);
	return total;
}

/* Of two pages one after the other, by a count that is never twice the same. */
static bool keeps_counts(struct fixture *f, struct db_connection *connection)
{
	struct db_context context = context_of(f, connection);
	struct db_value   arguments[3] = {integer(1)};
	struct page       pages[2] = {{.page = 1, .per_page = 2}, {.page = 1, .per_page = 2}};
	struct db_rows    rows;
	for (int i = 0; i < 2; i++) {
		const struct db_statement *count = &statements[COUNTED_ANEW];
		begin(connection);
		assert_int_equal(db_run_page(&context, &statements[PAGE], count, arguments, &pages[i], &rows), 0);
		commit(connection);
	}
	return pages[0].total == pages[1].total;
}

/* There the snapshot of one node does not tell what others have committed. */
static void test_no_count_is_kept_where_data_is_distributed(void **state)
{
	struct fixture *f = *state, other = *f;
	if (!server)
		skip();
	fill(f, 10);
	bool keeps = false;
	for (int i = 0; i < 100 && !keeps; i++) /* whoever else uses the cluster makes it count again */
		keeps = keeps_counts(f, f->reader);
	assert_true(keeps);
	begin(f->writer);
	assert_int_equal(db_run_script(f->writer, NULL, "CREATE TABLE pg_dist_partition (id BIGINT)"), 0);
	commit(f->writer);
	assert_int_equal(db_connect(f->db, DB_READ, &other.reader), 0);
	for (int i = 0; i < 10; i++)
		assert_false(keeps_counts(f, other.reader));
	db_disconnect(other.reader);
	begin(f->writer);
	assert_int_equal(db_run_script(f->writer, NULL, "DROP TABLE pg_dist_partition"), 0);
	commit(f->writer);
}

/* A count that is kept is never one that counting would not give. */
static void test_totals_are_those_of_now(void **state)
{
	struct fixture *f = *state;
	struct fixture  other = *f; /* another process, for all that they know of each other */
	other.db = open_with(&catalogue, &f->arena);
	assert_int_equal(db_connect(other.db, DB_WRITE, &other.writer), 0);
	fill(f, 10);
	for (int64_t rows = 10; rows < 30; rows++) {
		struct fixture *whose = rows % 2 ? f : &other;
		assert_int_equal(total_of(f, f->reader, 1), rows);
		assert_int_equal(total_of(f, f->reader, 1), rows);
		assert_int_equal(total_of(f, f->reader, 2 + rows), 0);
		begin(whose->writer);
		insert_numbered(whose, rows + 1, 1);
		assert_int_equal(total_of(f, f->reader, 1), rows);
		assert_int_equal(total_seen(f, whose->writer, 1), rows + 1);
		if (rows % 5 == 0) {
			db_rollback(whose->writer);
			assert_int_equal(total_of(f, whose->writer, 1), rows);
			begin(whose->writer);
			insert_numbered(whose, rows + 1, 1);
		}
		commit(whose->writer);
		assert_int_equal(total_of(f, f->writer, 1), rows + 1);
		assert_int_equal(total_of(f, other.writer, 1), rows + 1);
	}
	begin(f->reader);
	assert_int_equal(total_seen(f, f->reader, 1), 30);
	begin(f->writer);
	insert_numbered(f, 31, 1);
	commit(f->writer);
	assert_int_equal(total_seen(f, f->reader, 1), 30); /* one snapshot has one total */
	commit(f->reader);
	assert_int_equal(total_of(f, f->reader, 1), 31);
	db_disconnect(other.writer);
	db_close(other.db);
}

/* Of a page whose rows take longer to count than there is time. */
static enum error total_within(struct fixture *f, int64_t microseconds, int64_t *ret_total)
{
	struct db_context context = context_of(f, f->reader);
	struct db_value   arguments[3] = {integer(1)};
	struct page       page = {.page = 1, .per_page = 2};
	struct db_rows    rows;
	db_set_deadline(f->reader, microseconds ? clock_monotonic() + microseconds : 0);
	begin(f->reader);
	enum error error = db_run_page(&context, &statements[PAGE], &statements[COUNTED_SLOWLY], arguments, &page, &rows);
	db_rollback(f->reader);
	db_set_deadline(f->reader, 0);
	*ret_total = page.total;
	return error;
}

/* Or each page of a large list would take all of the time that a thread has for it, and then begin anew elsewhere. */
static void test_a_count_that_was_stopped_is_not_begun_again_in_vain(void **state)
{
	struct fixture *f = *state;
	bool            is_known_to_take_longer = false;
	int64_t         total;
	fill(f, 10);
	assert_int_equal(total_within(f, 100000, &total), ERROR_OUT_OF_TIME);
	assert_null(strstr(db_failure(f->reader), "had more time before"));
	for (int i = 0; i < 20 && !is_known_to_take_longer; i++) { /* what is left for the count is less, and varies */
		assert_int_equal(total_within(f, 100000, &total), ERROR_OUT_OF_TIME);
		is_known_to_take_longer = strstr(db_failure(f->reader), "had more time before") != NULL;
	}
	assert_true(is_known_to_take_longer);
	assert_int_equal(total_within(f, 0, &total), 0);
	assert_int_equal(total, 2000000);
}

/* More lists than have a place, and arguments that are much alike. */
static void test_totals_of_many_lists(void **state)
{
	struct fixture *f = *state;
	begin(f->writer);
	for (int64_t workspace = 1; workspace <= 200; workspace++)
		for (int64_t id = 0; id < 3 + workspace % 7; id++) {
			const struct db_value arguments[] = {
				integer(workspace), integer(id),          word(text_of_integer(&f->arena, id)),
				word(NO_TEXT),      {.type = DB_BOOLEAN}, integer(NONE)};
			assert_int_equal(db_run_later(f->writer, &statements[INSERT], arguments, &f->arena, NULL, NULL), 0);
		}
	commit(f->writer);
	for (int round = 0; round < 3; round++)
		for (int64_t workspace = 1; workspace <= 200; workspace++)
			assert_int_equal(total_of(f, f->reader, workspace), 3 + workspace % 7);
}

static void test_wrong_results(void **state)
{
	struct fixture  *f = *state;
	struct db_rows   rows;
	static const int WRONG[] = {NULL_NUMBER, TEXT_NUMBER};
	for (size_t i = 0; i < COUNT(WRONG); i++) {
		begin(f->reader);
		assert_int_equal(db_run(f->reader, &statements[WRONG[i]], NULL, &f->arena, &rows, NULL), ERROR_INTERNAL);
		assert_non_null(strstr(db_failure(f->reader), statements[WRONG[i]].name));
		db_rollback(f->reader);
	}
	const struct db_value unused[] = {integer(1)};
	begin(f->reader);
	assert_int_equal(db_run(f->reader, &statements[UNUSED], unused, &f->arena, &rows, NULL), 0);
	assert_true(text_equal(*(struct text *)rows.items, TEXT("a")));
	commit(f->reader);
}

static void test_arena_is_full(void **state)
{
	struct fixture *f = *state;
	fill(f, 40);
	struct arena small;
	arena_init(&small, 2000);
	struct db_value arguments[] = {integer(1), integer(100), integer(0)};
	struct db_rows  rows = {.count = 77};
	begin(f->reader);
	assert_int_equal(db_run(f->reader, &statements[PAGE], arguments, &small, &rows, NULL), ERROR_NO_MEMORY);
	assert_int_equal(rows.count, 77);
	db_rollback(f->reader);
	begin(f->reader);
	assert_int_equal(db_run(f->reader, &statements[PAGE], arguments, &f->arena, &rows, NULL), 0);
	assert_int_equal(rows.count, 40);
	commit(f->reader);
	arena_destroy(&small);
}

/* Transactions */

/* Takes at most so many rows and returns how many there were. */
static enum error visit_numbers(struct fixture *f, int statement, int64_t most, int64_t *ret_taken)
{
	struct db_context     context = context_of(f, f->reader);
	const struct db_value arguments[] = {integer(1)};
	int64_t               row, taken = 0;
	struct db_each        each;
	enum error            error = db_each_begin(&each, &context, &statements[statement], arguments, &row);

	while (!error && each.found) {
		if (++taken == most)
			error = ERROR_BAD_REQUEST;
		else
			error = db_each_next(&each);
	}
	*ret_taken = taken;
	return db_each_end(&each, error);
}

static void test_each_row_in_constant_memory(void **state)
{
	struct fixture   *f = *state;
	struct arena      small;
	struct db_context context = context_of(f, f->writer);
	struct project    row;
	struct db_each    each;
	int64_t           taken = 0, ids[] = {1, 2, 7, 399, 9999};
	const char        LONG[] = "so long a name that a few of them would not have room ";

	begin(f->writer);
	for (int64_t id = 1; id <= 400; id++)
		assert_int_equal(insert_later(f, id, text_format(&f->arena, "%s%s%d", LONG, LONG, (int)id).data), 0);
	arena_init(&small, 2000);
	context.arena = &small;
	const struct db_value all[] = {integer(1), integer(1000), integer(0)};
	enum error            error = db_each_begin(&each, &context, &statements[PAGE], all, &row);
	for (; !error && each.found; error = db_each_next(&each)) {
		struct text name = text_format(&f->arena, "%s%s%d", LONG, LONG, (int)++taken);
		assert_int_equal(row.id, taken);
		assert_true(text_equal(row.name, name));
		assert_null(row.note.data);
		assert_int_equal(row.budget, NONE);
		arena_alloc(&small, 1000);
	}
	assert_int_equal(db_each_end(&each, error), 0);
	assert_int_equal(taken, 400);

	/* Arguments that are in the arena stay there. */
	const struct db_value some[] = {integer(1), {.type = DB_BIGINT_LIST, .list = {ids, COUNT(ids)}}};
	taken = 0;
	error = db_each_begin(&each, &context, &statements[BY_IDS], some, &row);
	for (; !error && each.found; error = db_each_next(&each)) {
		assert_int_equal(row.id, ids[taken++]);
		memset(arena_alloc(&small, 1000), 'x', 1000);
	}
	assert_int_equal(db_each_end(&each, error), 0);
	assert_int_equal(taken, 4);
	assert_false(small.exhausted);
	commit(f->writer);
	arena_destroy(&small);
}

/* Then the transaction can only be undone, and the connection is as good as before. */
static void test_each_row_until_it_fails(void **state)
{
	struct fixture *f = *state;
	int64_t         taken;

	fill(f, 60);
	begin(f->reader);
	assert_int_equal(visit_numbers(f, FAILS_AT_LAST, 5, &taken), ERROR_BAD_REQUEST);
	assert_int_equal(taken, 5);
	assert_int_equal(visit_numbers(f, FAILS_AT_LAST, 5, &taken), ERROR_INTERNAL);
	assert_int_equal(taken, 0);
	db_rollback(f->reader);
	begin(f->reader);
	assert_int_equal(visit_numbers(f, FAILS_AT_LAST, 1000, &taken), ERROR_INTERNAL);
	assert_true(taken >= 250 && taken < 300); /* those that came with the wrong one may be lost with it */
	assert_non_null(strstr(db_failure(f->reader), "fails_at_last"));
	db_rollback(f->reader);
	begin(f->reader);
	assert_int_equal(visit_numbers(f, TEXT_NUMBER, 1000, &taken), ERROR_INTERNAL);
	db_rollback(f->reader);
	if (db_begin_long(f->reader))
		fail_msg("%s", db_failure(f->reader));
	assert_int_equal(visit_numbers(f, ENDLESS, 70000, &taken), ERROR_BAD_REQUEST);
	assert_int_equal(taken, 70000);
	db_rollback(f->reader);
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 60);
	commit(f->reader);
}

static void test_nothing_else_runs_between_rows(void **state)
{
	struct fixture       *f = *state;
	struct db_context     context = context_of(f, f->reader);
	const struct db_value arguments[] = {integer(1), integer(100), integer(0)};
	struct project        row;
	struct db_each        each;
	struct db_rows        rows;

	fill(f, 3);
	begin(f->reader);
	assert_int_equal(db_each_begin(&each, &context, &statements[PAGE], arguments, &row), 0);
	assert_int_equal(db_run(f->reader, &statements[PAGE], arguments, &f->arena, &rows, NULL), ERROR_INTERNAL);
	begin(f->writer); /* of another connection */
	assert_int_equal(count(f, f->writer), 3);
	commit(f->writer);
	assert_int_equal(db_each_next(&each), 0);
	assert_int_equal(row.id, 2);
	assert_int_equal(db_each_end(&each, ERROR_NONE), 0);
	assert_int_equal(db_run(f->reader, &statements[PAGE], arguments, &f->arena, &rows, NULL), 0);
	assert_int_equal(rows.count, 3);
	commit(f->reader);
}

static void test_constraints(void **state)
{
	struct fixture       *f = *state;
	const struct db_value orphan[] = {integer(1), integer(1), integer(999)};
	fill(f, 1);
	begin(f->writer);
	assert_int_equal(insert_named(f, 2, "project 1"), ERROR_NAME_TAKEN);
	db_rollback(f->writer);
	begin(f->writer);
	assert_int_equal(insert(f, &(struct project){.id = 2, .name = TEXT("b"), .budget = -1}), ERROR_INVALID);
	db_rollback(f->writer);
	begin(f->writer);
	assert_int_equal(insert_named(f, 1, "other"), ERROR_INTERNAL); /* the key has no error of its own */
	db_rollback(f->writer);
	begin(f->writer);
	enum error error = db_run(f->writer, &statements[INSERT_TAG], orphan, &f->arena, NULL, NULL);
	assert_int_equal(error, ERROR_INTERNAL);
	db_rollback(f->writer);
	if (!server)
		return;

	begin(f->writer);
	assert_int_equal(db_run_script(f->writer, NULL,
	                               "ALTER TABLE test_projects RENAME CONSTRAINT "
	                               "test_projects_name_unique TO test_projects_name_unique_102008"),
	                 0);
	commit(f->writer);
	begin(f->writer);
	assert_int_equal(insert_named(f, 2, "project 1"), ERROR_NAME_TAKEN);
	db_rollback(f->writer);
}

static void test_changed_and_rollback(void **state)
{
	struct fixture *f = *state;
	fill(f, 5);
	const struct db_value arguments[] = {integer(1), integer(3)};
	int64_t               changed = -1;
	begin(f->writer);
	assert_int_equal(db_run(f->writer, &statements[RENAME_ALL], arguments, &f->arena, NULL, &changed), 0);
	assert_int_equal(changed, 3);
	db_rollback(f->writer);
	db_rollback(f->writer);
	assert_false(db_in_transaction(f->writer));
	struct project got;
	begin(f->reader);
	assert_int_equal(get(f, f->reader, 3, &got), 0);
	assert_null(got.note.data);
	commit(f->reader);
}

static void test_savepoints(void **state)
{
	struct fixture *f = *state;
	begin(f->writer);
	for (int64_t id = 1; id <= 6; id++) {
		assert_int_equal(db_savepoint(f->writer), 0);
		assert_int_equal(insert_named(f, id, text_format(&f->arena, "%d", (int)id).data), 0);
		if (id == 2)
			db_undo(f->writer);
		else if (id == 4) {
			assert_int_equal(insert_named(f, 100, "1"), ERROR_NAME_TAKEN);
			assert_int_equal(insert_named(f, 101, "x"), ERROR_INTERNAL); /* only to be undone now */
			assert_int_equal(db_release(f->writer), ERROR_INTERNAL);
			assert_non_null(strstr(db_failure(f->writer), "insert_project"));
			db_undo(f->writer);
		} else
			assert_int_equal(db_release(f->writer), 0);
	}
	commit(f->writer);
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 4);
	commit(f->reader);
}

static void test_a_number_is_kept_as_long_as_nothing_is_undone(void **state)
{
	struct fixture *f = *state;
	begin(f->writer);
	assert_int_equal(db_recall_number(f->writer, 1), NONE);
	db_keep_number(f->writer, 1, 7);
	assert_int_equal(db_savepoint(f->writer), 0);
	assert_int_equal(db_recall_number(f->writer, 1), 7);
	assert_int_equal(db_recall_number(f->writer, 2), NONE);
	db_keep_number(f->writer, 1, 8);
	assert_int_equal(db_release(f->writer), 0);
	assert_int_equal(db_recall_number(f->writer, 1), 8);
	assert_int_equal(db_savepoint(f->writer), 0);
	db_undo(f->writer);
	assert_int_equal(db_recall_number(f->writer, 1), NONE);
	db_keep_number(f->writer, 1, 8);
	commit(f->writer);
	begin(f->writer);
	assert_int_equal(db_recall_number(f->writer, 1), NONE);
	commit(f->writer);
}

/* NULL: there is none. */
static const struct project *get_kept(struct fixture *f, int64_t id)
{
	static struct project project;
	struct db_context     context = context_of(f, f->writer);
	const struct db_value arguments[] = {integer(1), integer(id)};
	bool                  found;
	assert_int_equal(db_run_maybe(&context, &statements[KEPT], arguments, &project, &found), 0);
	return found ? &project : NULL;
}

static void rename_all(struct fixture *f)
{
	const struct db_value arguments[] = {integer(1), integer(1)};
	assert_int_equal(db_run(f->writer, &statements[RENAME_ALL], arguments, &f->arena, NULL, NULL), 0);
}

/* INSERT is not said to write what the row is of: only so can it be seen that nobody was asked. */
static void test_a_row_is_kept_until_it_may_have_changed(void **state)
{
	struct fixture *f = *state;
	bool            is_kept = db_has_single_writer(f->db);
	char            long_name[700];
	begin(f->writer);
	assert_int_equal(insert(f, &(struct project){.id = 1, .name = TEXT("a"), .is_open = true, .budget = 5}), 0);
	for (int i = 0; i < 2; i++) {
		assert_string_equal(get_kept(f, 1)->name.data, "a");
		assert_null(get_kept(f, 1)->note.data);
		assert_true(get_kept(f, 1)->is_open && get_kept(f, 1)->budget == 5);
		assert_null(get_kept(f, 2));
	}
	assert_int_equal(insert_named(f, 2, "b"), 0);
	assert_int_equal(get_kept(f, 2) == NULL, is_kept);

	assert_int_equal(db_savepoint(f->writer), 0);
	rename_all(f);
	assert_string_equal(get_kept(f, 1)->note.data, "a");
	assert_string_equal(get_kept(f, 2)->note.data, "b");
	db_undo(f->writer);
	assert_null(get_kept(f, 1)->note.data);
	assert_string_equal(get_kept(f, 2)->name.data, "b");

	memset(long_name, 'c', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(insert_named(f, 3, long_name), 0);
	for (int i = 0; i < 2; i++)
		assert_string_equal(get_kept(f, 3)->name.data, long_name);
	assert_null(get_kept(f, 4));
	assert_int_equal(insert_named(f, 4, "d"), 0);
	commit(f->writer);

	begin(f->writer);
	assert_string_equal(get_kept(f, 4)->name.data, "d");
	struct db_context     context = context_of(f, f->writer);
	const struct db_value arguments[] = {integer(1), integer(4)};
	struct project        project = {.id = 0};
	bool                  found;
	struct arena          full;
	arena_init(&full, 0);
	context.arena = &full;
	assert_int_equal(db_savepoint(f->writer), 0);
	assert_int_equal(db_run_maybe(&context, &statements[KEPT], arguments, &project, &found), ERROR_NO_MEMORY);
	assert_true(project.id == 0 && !project.name.data);
	db_undo(f->writer);
	arena_destroy(&full);

	assert_int_equal(insert_named(f, 1, "taken"), ERROR_INTERNAL);
	context.arena = &f->arena;
	assert_int_equal(db_run_maybe(&context, &statements[KEPT], arguments, &project, &found), ERROR_INTERNAL);
	db_rollback(f->writer);
}

static void test_order_of_calls(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(insert_named(f, 1, "a"), ERROR_INTERNAL);
	assert_int_equal(db_commit(f->writer), ERROR_INTERNAL);
	assert_int_equal(db_savepoint(f->writer), ERROR_INTERNAL);
	begin(f->writer);
	assert_int_equal(db_begin(f->writer), ERROR_INTERNAL);
	assert_int_equal(db_release(f->writer), ERROR_INTERNAL);
	assert_int_equal(insert_named(f, 1, "a"), 0);
	assert_int_equal(insert_named(f, 2, "a"), ERROR_NAME_TAKEN);
	assert_int_equal(db_commit(f->writer), ERROR_INTERNAL); /* half of a transaction is never kept */
	assert_false(db_in_transaction(f->writer));
	begin(f->writer);
	assert_int_equal(count(f, f->writer), 0);
	commit(f->writer);
}

static void test_reader_cannot_write(void **state)
{
	struct fixture       *f = *state;
	const struct db_value arguments[] = {integer(1), integer(1)};
	begin(f->reader);
	enum error error = db_run(f->reader, &statements[RENAME_ALL], arguments, &f->arena, NULL, NULL);
	assert_int_equal(error, ERROR_INTERNAL);
	static const char WRITE[] = "DELETE FROM test_projects";
	assert_int_not_equal(db_run_script(f->reader, WRITE, WRITE), 0);
	db_rollback(f->reader);
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 0);
	commit(f->reader);
}

static void test_snapshot(void **state)
{
	struct fixture *f = *state;
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 0);
	fill(f, 3);
	assert_int_equal(count(f, f->reader), 0);
	commit(f->reader);
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 3);
	commit(f->reader);
}

/* Statements that nobody waits for */

static void test_later_answers_come_in_order(void **state)
{
	struct fixture *f = *state;
	struct db_rows  lists[3] = {0};
	int64_t         changed[3] = {-1, -1, -1};
	begin(f->writer);
	for (int64_t i = 0; i < 3; i++) {
		const struct db_value arguments[] = {integer(1), integer(1)};
		assert_int_equal(insert_later(f, i + 1, text_format(&f->arena, "%d", (int)i).data), 0);
		const struct db_value page[] = {integer(1), integer(10), integer(0)};
		assert_int_equal(db_run_later(f->writer, &statements[PAGE], page, &f->arena, &lists[i], NULL), 0);
		assert_int_equal(db_run_later(f->writer, &statements[RENAME_ALL], arguments, &f->arena, NULL, &changed[i]), 0);
	}
	assert_int_equal(count(f, f->writer), 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(lists[i].count, i + 1);
		assert_int_equal(changed[i], i + 1);
	}
	commit(f->writer);
}

static void test_later_may_be_very_many(void **state)
{
	struct fixture *f = *state;
	begin(f->writer);
	for (int64_t id = 1; id <= 1000; id++)
		assert_int_equal(insert_later(f, id, text_format(&f->arena, "%d", (int)id).data), 0);
	commit(f->writer);
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 1000);
	commit(f->reader);
}

/* The server's process of a connection; SQLite has none. */
static int64_t backend_of(struct db_connection *connection, struct arena *arena)
{
	static const struct db_statement PID = {.name = "pid",
	                                        .sqlite = "SELECT 0",
	                                        .postgres = "SELECT pg_backend_pid()::bigint",
	                                        GIVES(NUMBER, sizeof(int64_t)),
	                                        .number = UINT16_MAX};
	struct db_rows                   rows;
	begin(connection);
	assert_int_equal(db_run(connection, &PID, NULL, arena, &rows, NULL), 0);
	commit(connection);
	return *(int64_t *)rows.items;
}

static int64_t of_role(struct fixture *f, struct db_connection *connection, int64_t number, int64_t role)
{
	const struct db_value arguments[] = {integer(number), integer(role)};
	struct db_rows        rows;
	assert_int_equal(db_run(connection, &statements[OF_ROLE], arguments, &f->arena, &rows, NULL), 0);
	return *(int64_t *)rows.items;
}

static void test_roles_take_turns_on_a_connection(void **state)
{
	struct fixture *f = *state;
	begin(f->reader);
	for (int64_t role = 1; role <= 6; role++)
		for (int64_t number = 1; number <= 7; number++)
			assert_int_equal(of_role(f, f->reader, number, role), number * 100 + role);
	for (int64_t role = 6; role >= 1; role--)
		assert_int_equal(of_role(f, f->reader, 9, role), 900 + role);
	commit(f->reader);
}

/* SQLite takes it for the number that it is. */
static void test_a_role_that_there_is_not_ends_nothing_but_its_statement(void **state)
{
	struct fixture       *f = *state;
	const struct db_value arguments[] = {integer(7), integer(99)};
	struct db_rows        rows;
	begin(f->reader);
	enum error error = db_run(f->reader, &statements[OF_ROLE], arguments, &f->arena, &rows, NULL);
	assert_true(error == ERROR_INTERNAL || *(int64_t *)rows.items == 799);
	db_rollback(f->reader);
	begin(f->reader);
	assert_int_equal(of_role(f, f->reader, 7, 3), 703);
	commit(f->reader);
}

/* What stood behind a failure has not happened: that a role asked for the first time, neither. */
static void test_a_role_asks_first_behind_a_failure(void **state)
{
	struct fixture       *f = *state;
	const struct db_value arguments[] = {integer(7), integer(3)};
	struct db_rows        rows;
	fill(f, 1);
	begin(f->writer);
	insert_later(f, 3, "project 1"); /* the name is taken: SQLite says it at once */
	db_run_later(f->writer, &statements[OF_ROLE], arguments, &f->arena, &rows, NULL);
	assert_int_not_equal(db_wait(f->writer) + db_commit(f->writer), 0);
	begin(f->writer);
	assert_int_equal(of_role(f, f->writer, 7, 3), 703);
	commit(f->writer);
}

static int64_t open_transactions(struct fixture *f, int64_t backend)
{
	static const enum db_type        PARAMETERS[] = {DB_BIGINT};
	static const struct db_statement COUNT_THEM = {
		.name = "open_transactions",
		.sqlite = "SELECT 0 WHERE ?1 = ?1",
		.postgres = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state <> 'idle'",
		TAKES(PARAMETERS),
		GIVES(NUMBER, sizeof(int64_t)),
		.number = UINT16_MAX};
	const struct db_value arguments[] = {integer(backend)};
	struct db_rows        rows = {0};
	begin(f->writer);
	assert_int_equal(db_run(f->writer, &COUNT_THEM, arguments, &f->arena, &rows, NULL), 0);
	commit(f->writer);
	return rows.count ? *(int64_t *)rows.items : 0;
}

/* The end of a read may wait for the next one, but only as long as there is one: its snapshot keeps old rows alive. */
static void test_a_connection_that_rests_has_no_snapshot(void **state)
{
	struct fixture *f = *state;
	int64_t         backend = backend_of(f->reader, &f->arena);
	for (int i = 0; i < 3; i++) {
		begin(f->reader);
		assert_int_equal(count(f, f->reader), 0);
		commit(f->reader);
	}
	db_rest(f->reader);
	for (int i = 0; i < 1000 && open_transactions(f, backend); i++)
		usleep(1000); /* nobody waits for that end */
	assert_int_equal(open_transactions(f, backend), 0);
}

/* Whoever waits next is told, by the words of the statement that failed; and nothing stays. */
static void test_later_failures(void **state)
{
	struct fixture *f = *state;
	enum { BY_COMMIT, BY_WAIT, BY_NEXT, BY_SAVEPOINT, UNDONE, WAYS };
	fill(f, 1);
	int64_t backend = backend_of(f->writer, &f->arena);
	for (int way = 0; way < WAYS; way++) {
		begin(f->writer);
		assert_int_equal(insert_later(f, 2, "fine"), 0);
		enum error       error = insert_later(f, 3, "project 1"); /* SQLite says it at once */
		struct project   got;
		const bool       told = error != ERROR_NONE;
		const enum error then = told ? ERROR_INTERNAL : ERROR_NAME_TAKEN;
		assert_int_equal(error, told ? ERROR_NAME_TAKEN : ERROR_NONE);
		if (!told)
			assert_int_equal(insert_later(f, 4, "skipped"), 0);
		if (way == BY_COMMIT)
			assert_int_equal(db_commit(f->writer), then);
		else if (way == BY_WAIT)
			assert_int_equal(db_wait(f->writer), told ? ERROR_NONE : ERROR_NAME_TAKEN);
		else if (way == BY_NEXT)
			assert_int_equal(get(f, f->writer, 1, &got), then);
		else if (way == BY_SAVEPOINT)
			assert_int_equal(db_savepoint(f->writer), then);
		if (way != UNDONE)
			assert_non_null(strstr(db_failure(f->writer), "insert_project"));
		db_rollback(f->writer);
		begin(f->reader);
		assert_int_equal(count(f, f->reader), 1);
		commit(f->reader);
	}
	assert_int_equal(backend_of(f->writer, &f->arena), backend); /* a refusal costs no connection */
	begin(f->writer);
	assert_int_equal(insert_later(f, 2, "fine"), 0);
	assert_int_equal(db_savepoint(f->writer), 0);
	insert_later(f, 3, "project 1");
	db_undo(f->writer);
	assert_int_equal(insert_later(f, 4, "fine, too"), 0);
	commit(f->writer);
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 3);
	commit(f->reader);
}

/* Nobody waits for the end of a read either, and nothing of it is seen by the next transaction. */
static void test_reads_one_after_the_other(void **state)
{
	struct fixture *f = *state;
	for (int64_t rows = 0; rows < 300; rows++) {
		begin(f->reader);
		if (rows % 3)
			assert_int_equal(count(f, f->reader), rows);
		commit(f->reader);
		begin(f->writer);
		assert_int_equal(insert_later(f, rows + 1, text_format(&f->arena, "%d", (int)rows).data), 0);
		commit(f->writer);
		begin(f->reader);
		assert_int_equal(count(f, f->reader), rows + 1);
		if (rows % 2)
			db_rollback(f->reader);
		else
			commit(f->reader);
	}
}

/* Shared snapshots */

static int64_t count_shared(struct fixture *f)
{
	if (db_snapshot_enter(f->reader))
		fail_msg("%s", db_failure(f->reader));
	int64_t found = count(f, f->reader);
	db_snapshot_leave(f->reader);
	return found;
}

static void test_shared_snapshot_sees_own_commits(void **state)
{
	struct fixture *f = *state;
	fill(f, 1);
	for (int64_t rows = 1; rows < 50; rows++) {
		assert_int_equal(count_shared(f), rows);
		assert_int_equal(count_shared(f), rows);
		begin(f->writer);
		insert_numbered(f, rows + 1, 1);
		assert_int_equal(count_shared(f), rows);
		commit(f->writer);
	}
}

static void test_shared_snapshot_after_a_failure(void **state)
{
	struct fixture       *f = *state;
	const struct db_value arguments[] = {integer(1), integer(1)};
	struct db_rows        rows;
	fill(f, 1);
	assert_int_equal(db_snapshot_enter(f->reader), 0);
	assert_int_equal(db_run(f->reader, &statements[TEXT_NUMBER], arguments, &f->arena, &rows, NULL), ERROR_INTERNAL);
	db_snapshot_leave(f->reader);
	assert_int_equal(count_shared(f), 1);
}

/* A snapshot that waits for another read would keep SQLite from using its log from the start again. */
static void test_shared_snapshot_holds_up_no_checkpoint(void **state)
{
	struct fixture *f = *state;
	if (server)
		skip();
	char        log[128];
	struct stat status;
	snprintf(log, sizeof(log), "%s/test.db-wal", folder);
	struct arena_mark mark = arena_mark(&f->arena);
	for (int64_t id = 1; id <= 1000; id++) { /* of ten pages each: the log is used again after four thousand */
		begin(f->writer);
		insert_numbered(f, id, 40000);
		commit(f->writer);
		assert_int_equal(count_shared(f), id);
		arena_rewind(&f->arena, mark);
	}
	assert_int_equal(stat(log, &status), 0);
	assert_true(status.st_size > 0 && status.st_size < 24 << 20);
}

struct acknowledged {
	struct fixture *f;
	_Atomic int64_t rows; /* durable */
	atomic_bool     over;
};

static void *read_what_was_acknowledged(void *argument)
{
	struct acknowledged *a = argument;
	struct fixture       own = {.db = a->f->db, .reader = a->f->reader};
	arena_init(&own.arena, 1 << 20);
	bool same = true;
	while (!a->over) {
		int64_t before = a->rows;
		same &= count_shared(&own) >= before;
		arena_reset(&own.arena);
	}
	arena_destroy(&own.arena);
	return same ? argument : NULL;
}

static void test_shared_snapshot_beside_a_writer(void **state)
{
	struct fixture     *f = *state;
	struct acknowledged a = {.f = f};
	pthread_t           reader;
	void               *result;
	pthread_create(&reader, NULL, read_what_was_acknowledged, &a);
	for (int64_t id = 1; id <= 300; id++) {
		begin(f->writer);
		insert_numbered(f, id, 1);
		commit(f->writer);
		a.rows = id;
	}
	a.over = true;
	pthread_join(reader, &result);
	assert_non_null(result);
}

static void test_conflict(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(db_has_single_writer(f->db), !server);
	if (!server)
		skip();
	struct fixture other = *f;
	assert_int_equal(db_connect(f->db, DB_WRITE, &other.writer), 0);
	fill(f, 1);
	const struct db_value arguments[] = {integer(1), integer(1)};
	begin(f->writer);
	begin(other.writer);
	assert_int_equal(count(f, f->writer), 1);
	assert_int_equal(count(&other, other.writer), 1);
	assert_int_equal(db_run(other.writer, &statements[RENAME_ALL], arguments, &f->arena, NULL, NULL), 0);
	commit(other.writer);
	assert_int_equal(db_run(f->writer, &statements[RENAME_ALL], arguments, &f->arena, NULL, NULL), ERROR_CONFLICT);
	db_rollback(f->writer);
	begin(f->writer);
	assert_int_equal(db_run(f->writer, &statements[RENAME_ALL], arguments, &f->arena, NULL, NULL), 0);
	commit(f->writer);
	db_disconnect(other.writer);
}

static void test_lost_connection(void **state)
{
	struct fixture *f = *state;
	if (!server)
		skip();
	static const char END_OTHERS[] = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE "
									 "datname = current_database() AND pid <> pg_backend_pid()";
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 0);
	begin(f->writer);
	assert_int_equal(db_run_script(f->writer, NULL, END_OTHERS), 0);
	commit(f->writer);
	struct db_rows        rows;
	const struct db_value arguments[] = {integer(1)};
	enum error            error = db_run(f->reader, &statements[PAGE_COUNT], arguments, &f->arena, &rows, NULL);
	assert_int_equal(error, ERROR_UNAVAILABLE);
	db_rollback(f->reader);
	begin(f->reader); /* and its statements are there again */
	assert_int_equal(count(f, f->reader), 0);
	commit(f->reader);

	/* Idle meanwhile: the next transaction does not even notice. In the middle of one that wrote: its end does. */
	struct fixture other = *f;
	assert_int_equal(db_connect(f->db, DB_WRITE, &other.writer), 0);
	begin(other.writer);
	assert_int_equal(insert_named(&other, 7, "lost"), 0);
	begin(f->writer);
	assert_int_equal(db_run_script(f->writer, NULL, END_OTHERS), 0);
	assert_int_equal(insert_named(f, 1, "a"), 0);
	commit(f->writer);
	assert_int_equal(db_commit(other.writer), ERROR_UNAVAILABLE);
	assert_false(db_in_transaction(other.writer));
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 1);
	commit(f->reader);

	/* With statements under way. */
	begin(other.writer);
	assert_int_equal(insert_later(&other, 8, "lost, too"), 0);
	assert_int_equal(count(&other, other.writer), 2);
	assert_int_equal(insert_later(&other, 9, "and this"), 0);
	begin(f->writer);
	assert_int_equal(db_run_script(f->writer, NULL, END_OTHERS), 0);
	commit(f->writer);
	assert_int_equal(insert_later(&other, 10, "never sent"), 0);
	assert_int_equal(db_wait(other.writer), ERROR_UNAVAILABLE);
	db_rollback(other.writer);
	begin(other.writer);
	assert_int_equal(insert_later(&other, 8, "again"), 0);
	commit(other.writer);
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 2);
	commit(f->reader);
	db_disconnect(other.writer);
}

/* Ids */

#define TAKERS 3
#define TAKEN  200

struct taker {
	struct fixture *f;
	int64_t         ids[TAKEN];
};

static void *take_ids(void *argument)
{
	struct taker            *taker = argument;
	static const char *const SEQUENCES[] = {"projects", "tags"};
	struct arena             arena;
	arena_init(&arena, 1 << 20);
	struct db_connection *connection = NULL;
	struct ids           *ids = NULL;
	size_t                taken = 0;
	if (db_connect(taker->f->db, DB_WRITE, &connection) || ids_open(taker->f->db, SEQUENCES, 2, 10, &ids))
		return NULL;
	for (int rounds = 0; taken < TAKEN && rounds < 10 * TAKEN; rounds++) {
		enum error error = ids_next(ids, 0, &taker->ids[taken]);
		if (!error)
			taken++;
		else if (error != ERROR_IDS_EXHAUSTED || ids_reserve(ids, connection, &arena))
			break;
	}
	if (taken < TAKEN)
		fprintf(stderr, "%zu ids, then: %s\n", taken, db_failure(connection));
	ids_close(ids);
	db_disconnect(connection);
	arena_destroy(&arena);
	return NULL;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void test_ids_never_collide(void **state)
{
	static struct taker takers[TAKERS];
	static int64_t      all[TAKERS * TAKEN];
	pthread_t           threads[TAKERS];
	memset(takers, 0, sizeof(takers));
	for (int i = 0; i < TAKERS; i++) {
		takers[i].f = *state;
		pthread_create(&threads[i], NULL, take_ids, &takers[i]);
	}
	for (int i = 0; i < TAKERS; i++) {
		pthread_join(threads[i], NULL);
		for (int j = 1; j < TAKEN; j++)
			assert_true(takers[i].ids[j] > takers[i].ids[j - 1]);
		memcpy(&all[i * TAKEN], takers[i].ids, sizeof(takers[i].ids));
	}
	qsort(all, TAKERS * TAKEN, sizeof(*all), compare_ids);
	assert_true(all[0] >= 1);
	for (int i = 1; i < TAKERS * TAKEN; i++)
		assert_true(all[i] > all[i - 1]);
}

static void test_ids(void **state)
{
	struct fixture          *f = *state;
	static const char *const SEQUENCES[] = {"projects", "tags"};
	struct ids              *ids, *other;
	int64_t                  id = -1, first;
	assert_int_equal(ids_open(f->db, SEQUENCES, 2, 8, &ids), 0);
	assert_int_equal(ids_next(ids, 0, &id), ERROR_IDS_EXHAUSTED);
	assert_int_equal(id, -1);
	begin(f->writer);
	assert_int_equal(ids_reserve(ids, f->writer, &f->arena), ERROR_INTERNAL); /* in a transaction of its own only */
	db_rollback(f->writer);
	assert_int_equal(ids_reserve(ids, f->writer, &f->arena), 0);
	for (int64_t expected = 1; expected <= 40; expected++) {
		assert_int_equal(ids_next(ids, 0, &id), 0);
		assert_int_equal(id, expected);
		assert_int_equal(ids_reserve(ids, f->writer, &f->arena), 0);
	}
	assert_int_equal(ids_next(ids, 1, &id), 0);
	assert_int_equal(id, 1);

	/* Where many are taken in a short time, blocks become larger: two of them hold more than two did at first. */
	for (int i = 0; i < 200; i++) {
		assert_int_equal(ids_next(ids, 0, &id), 0);
		assert_int_equal(ids_reserve(ids, f->writer, &f->arena), 0);
	}
	assert_int_equal(ids_open(f->db, SEQUENCES, 2, 8, &other), 0);
	assert_int_equal(ids_reserve(other, f->writer, &f->arena), 0);
	assert_int_equal(ids_next(other, 0, &first), 0);
	assert_true(first > id + 2 * 8 + 1);
	ids_close(other);

	/* Also inside a block that is reserved already, and for those who come later. */
	assert_int_equal(ids_raise(ids, f->writer, &f->arena, 1, 5), 0);
	assert_int_equal(ids_next(ids, 1, &id), 0);
	assert_int_equal(id, 6);
	assert_int_equal(ids_raise(ids, f->writer, &f->arena, 1, 1000), 0);
	assert_int_equal(ids_next(ids, 1, &id), ERROR_IDS_EXHAUSTED);
	assert_int_equal(ids_raise(ids, f->writer, &f->arena, 1, 10), 0);
	assert_int_equal(ids_open(f->db, SEQUENCES, 2, 8, &other), 0);
	assert_int_equal(ids_reserve(other, f->writer, &f->arena), 0);
	assert_int_equal(ids_next(other, 1, &id), 0);
	assert_int_equal(id, 1001);
	ids_close(ids);
	ids_close(other);
}

/* Backup */

static void test_backup(void **state)
{
	struct fixture  *f = *state;
	struct text      reason = NO_TEXT;
	struct db_copied copied;
	fill(f, 30);
	if (server) {
		assert_int_equal(db_backup(f->db, "/tmp/never", true, &f->arena, &copied, &reason), ERROR_BAD_REQUEST);
		assert_non_null(strstr(reason.data, "pg_dump"));
		return;
	}
	char file[128];
	snprintf(file, sizeof(file), "%s/backup.db", folder);
	begin(f->writer); /* others may be at work */
	assert_int_equal(insert_named(f, 31, "not committed"), 0);
	if (db_backup(f->db, file, true, &f->arena, &copied, &reason))
		fail_msg("%s", reason.data);
	commit(f->writer);
	assert_int_equal(db_backup(f->db, file, true, &f->arena, &copied, &reason), ERROR_BAD_REQUEST);
	assert_non_null(strstr(reason.data, "exists"));
	assert_int_not_equal(db_backup(f->db, "/no/such/folder/x", true, &f->arena, &copied, &reason), 0);
	struct stat status;
	assert_int_equal(stat(file, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(copied.bytes, status.st_size);
	assert_true(copied.rows >= 30);

	struct db_connection *own = f->reader;
	snprintf(url, sizeof(url), "sqlite:%s", file);
	struct db *copy = open_with(&catalogue, &f->arena);
	assert_int_equal(db_connect(copy, DB_READ, &f->reader), 0);
	begin(f->reader);
	assert_int_equal(count(f, f->reader), 30);
	commit(f->reader);
	db_disconnect(f->reader);
	db_close(copy);
	f->reader = own;
}

int main(void)
{
#define TEST(name)  cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define EMPTY(name) cmocka_unit_test_setup_teardown(name, set_up_empty, tear_down)
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_open_refuses),
	                                   TEST(test_a_connection_that_was_given_back_is_as_new),
	                                   TEST(test_one_that_is_given_back_waits_until_it_is_ended),
	                                   TEST(test_only_what_was_used_as_by_everybody_is_given_to_others),
	                                   TEST(test_who_connects_later_does_so_when_it_begins),
	                                   TEST(test_who_cannot_connect_now_tries_again),
	                                   EMPTY(test_migrate),
	                                   EMPTY(test_migration_fails_whole),
	                                   EMPTY(test_migrate_at_once),
	                                   TEST(test_values),
	                                   TEST(test_lists),
	                                   TEST(test_children),
	                                   TEST(test_pages),
	                                   TEST(test_totals_are_those_of_now),
	                                   TEST(test_a_count_that_was_stopped_is_not_begun_again_in_vain),
	                                   TEST(test_totals_of_many_lists),
	                                   TEST(test_no_count_is_kept_where_data_is_distributed),
	                                   TEST(test_wrong_results),
	                                   TEST(test_arena_is_full),
	                                   TEST(test_each_row_in_constant_memory),
	                                   TEST(test_each_row_until_it_fails),
	                                   TEST(test_nothing_else_runs_between_rows),
	                                   TEST(test_constraints),
	                                   TEST(test_changed_and_rollback),
	                                   TEST(test_savepoints),
	                                   TEST(test_a_number_is_kept_as_long_as_nothing_is_undone),
	                                   TEST(test_a_row_is_kept_until_it_may_have_changed),
	                                   TEST(test_order_of_calls),
	                                   TEST(test_reader_cannot_write),
	                                   TEST(test_snapshot),
	                                   TEST(test_later_answers_come_in_order),
	                                   TEST(test_later_may_be_very_many),
	                                   TEST(test_roles_take_turns_on_a_connection),
	                                   TEST(test_a_role_asks_first_behind_a_failure),
	                                   TEST(test_a_role_that_there_is_not_ends_nothing_but_its_statement),
	                                   TEST(test_a_connection_that_rests_has_no_snapshot),
	                                   TEST(test_later_failures),
	                                   TEST(test_reads_one_after_the_other),
	                                   TEST(test_shared_snapshot_sees_own_commits),
	                                   TEST(test_shared_snapshot_after_a_failure),
	                                   TEST(test_shared_snapshot_holds_up_no_checkpoint),
	                                   TEST(test_shared_snapshot_beside_a_writer),
	                                   TEST(test_conflict),
	                                   TEST(test_lost_connection),
	                                   TEST(test_ids),
	                                   TEST(test_ids_never_collide),
	                                   TEST(test_backup)};
	int                     failed = cmocka_run_group_tests_name("SQLite", tests, NULL, NULL);
	server = getenv("STINT_TEST_POSTGRESQL");
	if (server && *server)
		failed += cmocka_run_group_tests_name("PostgreSQL", tests, NULL, NULL);
	return failed;
}
