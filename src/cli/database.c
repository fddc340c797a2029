/* Commands and the database: opening it, one transaction an action, and the commands about the database itself. Knows
 * no table. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/currency.h"
#include "base/random.h"
#include "cli/cli.h"
#include "contract.h"
#include "operations/events.h"
#include "statements.h"

#define TRIES_MAX 3

/* --- saying what is wrong ---------------------------------------------------------------------------------------- */

static void complain(const char *format, va_list arguments)
{
	fputs("stint: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

int cli_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(format, arguments);
	va_end(arguments);
	return EXIT_FAILURE;
}

int cli_misused(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(format, arguments);
	va_end(arguments);
	return EXIT_USAGE;
}

enum error cli_refuse(struct cli *cli, const char *format, ...)
{
	char    text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	cli->reason = text_copy(&cli->arena, text_of(text));
	return ERROR_BAD_REQUEST;
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

/* Makes the folder and those above it. */
static bool make_folder(char *path)
{
	for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
		if (slash)
			*slash = '/';
		if (!slash || !made)
			return made;
	}
}

/* systemd's, else the XDG Base Directory Specification's. NULL when there is no home either. */
static const char *state_folder(struct arena *arena)
{
	const char *systemd = getenv("STATE_DIRECTORY"), *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (systemd && *systemd) /* the first of a list */
		return text_format(arena, "%.*s", (int)strcspn(systemd, ":"), systemd).data;
	if (xdg && *xdg == '/')
		return text_format(arena, "%s/stint", xdg).data;
	return home && *home ? text_format(arena, "%s/.local/state/stint", home).data : NULL;
}

static const char *default_url(struct cli *cli)
{
	const char *folder = state_folder(&cli->arena);

	if (!folder) {
		cli_fail("there is no home folder to keep a database in: name one with --database");
		return NULL;
	}
	char *copy = strdup(folder);
	bool  made = copy && make_folder(copy);
	free(copy);
	if (!made) {
		cli_fail("%s: %s", folder, strerror(errno));
		return NULL;
	}
	return text_format(&cli->arena, "sqlite:%s/stint.db", folder).data;
}

const char *cli_database_url(struct cli *cli)
{
	return cli->options[OPTION_DATABASE].text ? cli->options[OPTION_DATABASE].text : default_url(cli);
}

/* The file of a SQLite database; NULL of another. */
static const char *sqlite_file(const char *url)
{
	return strncmp(url, "sqlite:", 7) == 0 ? url + 7 : NULL;
}

enum error cli_try_database(struct cli *cli, const char *url, struct db **ret)
{
	const char *file = sqlite_file(url);
	bool        is_new = file && access(file, F_OK) != 0;

	if (!random_init())
		return cli_refuse(cli, "the machine offers no randomness");
	if (!currency_init())
		return cli_refuse(cli, "there is no memory for the list of currencies");
	TRY(db_open(url, &catalogue, &cli->arena, ret, &cli->reason));
	if (is_new)
		fprintf(stderr, "Made the database %s.\n", file);
	return ERROR_NONE;
}

struct db *cli_open_database(struct cli *cli, const char *url)
{
	struct db *db;

	if (!url)
		return NULL;
	if (!cli_try_database(cli, url, &db))
		return db;
	cli_fail("the database cannot be opened: %s", cli->reason.data ? cli->reason.data : "out of memory");
	return NULL;
}

/* For those who ask: a slip in a file's name must not leave an empty file behind. */
static struct db *open_existing(struct cli *cli)
{
	const char *url = cli_database_url(cli);
	const char *file = url ? sqlite_file(url) : NULL;

	if (!url)
		return NULL;
	if (file && access(file, F_OK) != 0) {
		cli_fail("%s: %s (stint migrate or stint serve makes a database)", file, strerror(errno));
		return NULL;
	}
	return cli_open_database(cli, url);
}

/* --- an action in a transaction ---------------------------------------------------------------------------------- */

enum error cli_enter_workspace(struct cli *cli, struct db_context *context)
{
	int64_t            wanted = cli->options[OPTION_WORKSPACE].number;
	struct listed_rows all;

	if (!option_takes(cli->command->options, OPTION_WORKSPACE))
		return ERROR_NONE;
	TRY(sql_list_workspaces(context, &all));
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].id == wanted || (wanted == NONE && all.count == 1)) {
			context->workspace_id = all.items[i].id;
			return ERROR_NONE;
		}
	if (wanted != NONE)
		return cli_refuse(cli, "there is no workspace %lld", (long long)wanted);
	return cli_refuse(cli, all.count ? "there are several workspaces: name one with --workspace" :
	                                   "there is no workspace yet: make one with stint workspace create");
}

static enum error try_action(struct cli *cli, struct db_connection *connection, struct ids *ids, cli_action *action)
{
	struct db_context context = {
		.connection = connection,
		.arena = &cli->arena,
		.ids = ids,
		.caller_role = ROLE_OWNER,
		.now = clock_now(),
		.sees_rates = true,
	};
	struct event_queue later;
	enum error         error = db_begin(connection);

	buffer_init(&cli->out, &cli->arena, 256, SIZE_MAX);
	events_begin(&context, &later);
	if (!error)
		error = cli_enter_workspace(cli, &context);
	if (!error)
		error = action(cli, &context);
	error = events_end(&context, error);
	if (!error && cli->out.overflown)
		error = ERROR_NO_MEMORY;
	if (!error)
		return db_commit(connection);
	db_rollback(connection);
	return error;
}

enum error cli_connect(struct cli *cli, struct db *db)
{
	enum error error = cli->connection ? ERROR_NONE : db_connect(db, DB_WRITE, &cli->connection);

	if (error)
		cli->reason = text_copy(&cli->arena, text_of(db_failure(NULL)));
	return error;
}

void cli_disconnect(struct cli *cli)
{
	db_disconnect(cli->connection);
	cli->connection = NULL;
}

void cli_close_database(struct cli *cli, struct db *db)
{
	cli_disconnect(cli);
	db_close(db);
}

enum error cli_transact(struct cli *cli, struct db *db, struct ids *ids, cli_action *action)
{
	TRY(cli_connect(cli, db));
	struct db_connection *connection = cli->connection;
	struct arena_mark     mark = arena_mark(&cli->arena);
	enum error            error = ERROR_NONE;

	for (int conflicts = 0; conflicts < TRIES_MAX; conflicts += error == ERROR_CONFLICT) {
		arena_rewind(&cli->arena, mark);
		error = try_action(cli, connection, ids, action);
		if (error == ERROR_IDS_EXHAUSTED && ids_reserve(ids, connection, &cli->arena)) /* each time more of them */
			error = ERROR_UNAVAILABLE;
		if (error != ERROR_CONFLICT && error != ERROR_IDS_EXHAUSTED)
			break;
	}
	if ((error == ERROR_INTERNAL || error == ERROR_UNAVAILABLE) && *db_failure(connection))
		cli->reason = text_copy(&cli->arena, text_of(db_failure(connection)));
	return error;
}

static bool cli_is_current(struct db *db)
{
	bool       current;
	enum error error = db_is_current(db, &current);

	if (error)
		cli_fail("%s", *db_failure(NULL) ? db_failure(NULL) : error_info(error)->text);
	else if (!current)
		cli_fail("the database does not have this version's schema: run stint migrate");
	return !error && current;
}

struct db *cli_open_current(struct cli *cli)
{
	struct db *db = open_existing(cli);

	if (db && !cli_is_current(db)) {
		cli_close_database(cli, db);
		return NULL;
	}
	return db;
}

int cli_administer(struct cli *cli, cli_action *action)
{
	struct db  *db = cli_open_current(cli);
	struct ids *ids = NULL;

	if (!db)
		return EXIT_FAILURE;
	enum error error = ids_open(db, sequence_names, SEQUENCE_COUNT, 1, &ids);
	if (!error && cli->command->events)
		error = cli_transact(cli, db, NULL, cli_keep_shapes);
	if (!error)
		error = cli_transact(cli, db, ids, action);
	ids_close(ids);
	cli_close_database(cli, db);
	if (error)
		return cli_fail("%s", cli->reason.data ? cli->reason.data : error_info(error)->text);
	fwrite(cli->out.data, 1, cli->out.length, stdout);
	return EXIT_SUCCESS;
}

/* --- commands about the database itself -------------------------------------------------------------------------- */

int cli_migrate(struct cli *cli)
{
	struct db  *db = cli_open_database(cli, cli_database_url(cli));
	struct text reason = NO_TEXT;
	int         applied;

	if (!db)
		return EXIT_FAILURE;
	enum error error = db_migrate(db, &cli->arena, &applied, &reason);
	if (!error)
		error = cli_transact(cli, db, NULL, cli_fold_mailboxes);
	if (!error)
		error = cli_tell_migrated(cli, db, applied);
	cli_close_database(cli, db);
	if (error)
		return cli_fail("%s", reason.data ? reason.data : error_info(error)->text);
	printf("%d\n", applied);
	fprintf(stderr, applied ? "The schema was brought up to date.\n" : "The schema is up to date.\n");
	return EXIT_SUCCESS;
}

int cli_backup(struct cli *cli)
{
	struct db       *db = open_existing(cli);
	struct text      reason = NO_TEXT;
	struct db_copied copied;

	if (!db)
		return EXIT_FAILURE;
	enum error error =
		db_backup(db, cli->arguments[0], !cli->options[OPTION_NO_VERIFY].given, &cli->arena, &copied, &reason);
	cli_close_database(cli, db);
	if (error)
		return cli_fail("%s", reason.data ? reason.data : error_info(error)->text);
	printf("%s: %lld bytes", cli->arguments[0], (long long)copied.bytes);
	if (copied.rows != NONE)
		printf(", %lld rows, verified", (long long)copied.rows);
	putchar('\n');
	return EXIT_SUCCESS;
}
