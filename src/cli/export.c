/* stint export: everything of a workspace as files for programs (docs/export.md), in one snapshot and in constant
 * memory. What the files are is said by sql/export.sql; nothing here knows one of them.
 *
 * They are made in a folder beside the one that is wanted, which gets its name when all is there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "contract.h"
#include "contract/csv.h"
#include "contract/encode.h"
#include "statements.h"

#define FORMAT_VERSION 1 /* of all files together */
#define MANIFEST       "manifest.json"

struct exporting {
	struct cli       *cli;
	struct db_context context;
	const char       *wanted;
	char             *made; /* beside it */
	int               folder;
	const char       *name; /* of the file that is open */
	FILE             *file;
	struct arena      read;   /* what comes with a row, and goes with it */
	struct arena      memory; /* of the buffer, and of what stays to the end */
	struct buffer     buffer;

	struct export_manifest_row manifest;
};

/* --- folder and files -------------------------------------------------------------------------------------------- */

static enum error refuse_file(struct exporting *e, const char *name)
{
	return cli_refuse(e->cli, "%s/%s: %s", e->wanted, name, strerror(errno));
}

static enum error check_wanted(struct exporting *e)
{
	DIR   *folder = opendir(e->wanted);
	size_t entries = 0;

	if (!folder)
		return errno == ENOENT ? ERROR_NONE : cli_refuse(e->cli, "%s: %s", e->wanted, strerror(errno));
	while (readdir(folder))
		entries++;
	closedir(folder);
	return entries <= 2 ? ERROR_NONE : cli_refuse(e->cli, "%s is not empty", e->wanted);
}

static enum error make_beside(struct exporting *e)
{
	size_t length = strlen(e->wanted);

	while (length > 1 && e->wanted[length - 1] == '/')
		length--;
	const char *beside = text_format(&e->memory, "%.*s.XXXXXX", (int)length, e->wanted).data;

	e->made = beside ? strdup(beside) : NULL;
	if (!e->made)
		return ERROR_NO_MEMORY;
	if (!mkdtemp(e->made)) {
		free(e->made);
		e->made = NULL;
		return cli_refuse(e->cli, "%s: %s", e->wanted, strerror(errno));
	}
	e->folder = open(e->made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return e->folder >= 0 ? ERROR_NONE : cli_refuse(e->cli, "%s: %s", e->made, strerror(errno));
}

static enum error file_open(struct exporting *e, const char *name)
{
	int descriptor = openat(e->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	e->file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
	e->name = name;
	return e->file ? ERROR_NONE : refuse_file(e, name);
}

/* What is in the buffer, which is empty then. */
static enum error file_write(struct exporting *e)
{
	size_t length = e->buffer.length;

	if (e->buffer.overflown)
		return ERROR_NO_MEMORY;
	e->buffer.length = 0;
	return fwrite(e->buffer.data, 1, length, e->file) == length ? ERROR_NONE : refuse_file(e, e->name);
}

/* Also after a failure, whose reason is the first one. */
static enum error file_close(struct exporting *e, enum error error)
{
	bool kept = !error && fflush(e->file) == 0 && fsync(fileno(e->file)) == 0;

	if (!error && !kept)
		error = refuse_file(e, e->name);
	fclose(e->file);
	return error;
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static const struct db_statement *find_export(const struct export *export)
{
	for (size_t i = 0; i < catalogue.statement_count; i++)
		if (strcmp(catalogue.statements[i].name, export->statement) == 0)
			return &catalogue.statements[i];
	return NULL;
}

static enum error write_rows(struct exporting *e, const struct export *export, const struct columns *columns,
                             int64_t *rows)
{
	const struct db_statement *statement = find_export(export);
	const struct db_value      arguments[] = {{.type = DB_BIGINT, .integer = e->context.workspace_id}};
	char                      *row = arena_alloc(&e->memory, statement->row_size);
	struct db_each             each;

	if (!row)
		return ERROR_NO_MEMORY;
	csv_header(&e->buffer, columns);
	enum error error = db_each_begin(&each, &e->context, statement, arguments, row);
	for (; !error && each.found; error = error ? error : db_each_next(&each)) {
		csv_row(&e->buffer, columns, (const char *const[]){row});
		error = file_write(e);
		++*rows;
	}
	error = db_each_end(&each, error);
	return error ? error : file_write(e);
}

static enum error export_file(struct exporting *e, const struct export *export, struct export_count_row *count)
{
	static const struct output_field *const NO_LISTS[] = {NULL};
	struct columns                          columns;

	TRY(columns_of(&e->memory, export->output, NO_LISTS, false, &columns));
	columns.exact = true;
	count->file = text_of(export->file);
	TRY(file_open(e, export->file));
	return file_close(e, write_rows(e, export, &columns, &count->rows));
}

static enum error export_manifest(struct exporting *e)
{
	encode_object(&e->buffer, &output_export_manifest, (const char *)&e->manifest);
	buffer_append_char(&e->buffer, '\n');
	TRY(file_open(e, MANIFEST));
	return file_close(e, file_write(e));
}

static enum error export_files(struct exporting *e)
{
	struct export_count_row *counts = arena_alloc_array(&e->memory, export_count, sizeof(*counts));

	if (!counts)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < export_count; i++)
		TRY(export_file(e, &exports[i], &counts[i]));
	e->manifest = (struct export_manifest_row){
		.format = TEXT("stint-export"),
		.format_version = FORMAT_VERSION,
		.made_by = TEXT("stint " STINT_VERSION),
		.workspace_id = e->context.workspace_id,
		.exported_at = e->context.now,
		.files = {counts, export_count},
	};
	return export_manifest(e);
}

/* --- all of it --------------------------------------------------------------------------------------------------- */

/* In one snapshot: what a server writes meanwhile is not there. */
static enum error export_snapshot(struct exporting *e, struct db *db)
{
	enum error error = db_connect(db, DB_READ, &e->context.connection);

	if (error) {
		e->cli->reason = text_copy(&e->cli->arena, text_of(db_failure(NULL)));
		return error;
	}
	error = db_begin_long(e->context.connection);
	if (!error)
		error = cli_enter_workspace(e->cli, &e->context);
	if (!error)
		error = export_files(e);
	if (error && !e->cli->reason.data && *db_failure(e->context.connection))
		e->cli->reason = text_copy(&e->cli->arena, text_of(db_failure(e->context.connection)));
	db_rollback(e->context.connection);
	db_disconnect(e->context.connection);
	return error;
}

/* Gives it its name; after a failure nothing is left. */
static enum error finish(struct exporting *e, enum error error)
{
	if (!error && (fsync(e->folder) || rename(e->made, e->wanted)))
		error = cli_refuse(e->cli, "%s: %s", e->wanted, strerror(errno));
	for (size_t i = 0; error && e->folder >= 0 && i < export_count; i++)
		unlinkat(e->folder, exports[i].file, 0);
	if (error && e->folder >= 0)
		unlinkat(e->folder, MANIFEST, 0);
	if (error && e->made)
		rmdir(e->made);
	if (e->folder >= 0)
		close(e->folder);
	free(e->made);
	return error;
}

static enum error export_all(struct exporting *e, struct db *db)
{
	buffer_init(&e->buffer, &e->memory, 4096, SIZE_MAX);
	TRY(check_wanted(e));
	TRY(cli_transact(e->cli, db, NULL, cli_load_sealing_key));
	enum error error = make_beside(e);
	return finish(e, error ? error : export_snapshot(e, db));
}

int cli_export(struct cli *cli)
{
	struct exporting e = {.cli = cli, .wanted = cli->arguments[0], .folder = -1};
	struct db       *db = cli_open_current(cli);
	int64_t          rows = 0;

	if (!db)
		return EXIT_FAILURE;
	e.context =
		(struct db_context){.arena = &e.read, .caller_role = ROLE_OWNER, .now = clock_now(), .sees_rates = true};
	arena_init(&e.read, SIZE_MAX);
	arena_init(&e.memory, SIZE_MAX);
	enum error error = export_all(&e, db);
	for (size_t i = 0; !error && i < export_count; i++)
		rows += e.manifest.files.items[i].rows;
	cli_close_database(cli, db);
	arena_destroy(&e.read);
	arena_destroy(&e.memory);
	if (error)
		return cli_fail("%s", cli->reason.data ? cli->reason.data : error_info(error)->text);
	printf("exported %lld rows in %zu files\n", (long long)rows, export_count);
	return EXIT_SUCCESS;
}
