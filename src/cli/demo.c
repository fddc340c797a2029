/* The sandbox's data: rows from sql/scripts/demo.sql; tokens and passwords, which are hashes, from here. */
#include "cli/demo.h"

#include <errno.h>
#include <unistd.h>

#include "auth/token.h"
#include "base/random.h"
#include "contract/operation.h"
#include "operations/events.h"
#include "operations/projects.h"
#include "statements.h"

/* Of "demo", every user's: everybody knows it, so it is checked at no expense. */
#define PASSWORD_HASH "$argon2id$v=19$m=8,t=1,p=1$6Q1AEcISBFkenBQpSox0LA$TPirjTWfk1OQuhmQ5uCNmlt1mi6cuqmEqLLHYo6IpVI"

/* Of sql/scripts/demo.sql: ids made later are greater than all that stand there. */
static const struct {
	enum sequence sequence;
	int64_t       highest;
} highest_ids[] = {
	{SEQUENCE_USERS, 123},
	{SEQUENCE_WORKSPACES, 2},
	{SEQUENCE_TEAMS, 2},
	{SEQUENCE_TITLES, 2},
	{SEQUENCE_TAGS, 6},
	{SEQUENCE_PROJECTS, 200},
	{SEQUENCE_CONTRACTS, 30},
	{SEQUENCE_TASKS, 50},
	{SEQUENCE_TIME_ENTRIES, 2},
	{SEQUENCE_EXPENSES, 1},
	{SEQUENCE_EXPENSE_CATEGORIES, 1},
	{SEQUENCE_TIME_REQUESTS, 2},
	{SEQUENCE_LEAVE_POLICIES, 1},
	{SEQUENCE_LEAVES, 3},
	{SEQUENCE_SHIFTS, 1},
	{SEQUENCE_BREAK_POLICIES, 1},
	{SEQUENCE_TIMESHEETS, 3},
	{SEQUENCE_WEBHOOKS, 1},
	{SEQUENCE_APPS, 1},
	{SEQUENCE_APP_GRANTS, 1},
	{SEQUENCE_TOKENS, 10},
	{SEQUENCE_PASSKEYS, 1},
};

static const struct {
	const char *secret;
	int64_t     user_id;
} tokens[] = {
	{"demo-owner", 10},        {"demo-executive-manager", 11}, {"demo-project-manager", 12},
	{"demo-team-manager", 13}, {"demo-project-viewer", 14},    {"demo-regular-user", 100},
	{"demo-other-owner", 20},
};

/* Of the first of them, who gave the password just now, whenever that is. */
#define SESSION         "demo-owner-session"
#define OTHER_SESSION   "demo-owner-telephone"
#define SIGN_IN         "demo-owner-sign-in" /* whose password was right; any code is, too */
#define MADE_AT         INT64_C(1705309200)  /* 2024-01-15T09:00:00Z */
#define ALWAYS_JUST_NOW (INT64_C(1) << 40)

static const int64_t users[] = {10, 11, 12, 13, 14, 20, 100, 123};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- the throw-away file ----------------------------------------------------------------------------------------- */

#define FILE_NAME "/demo.db"

const char *demo_make_database(struct cli *cli)
{
	const char *parent = getenv("TMPDIR");
	struct text folder = text_format(&cli->arena, "%s/stint-demo-XXXXXX", parent && *parent ? parent : "/tmp");

	if (!folder.data || !mkdtemp((char *)folder.data)) {
		cli_fail("%s: %s", folder.data, strerror(errno));
		return NULL;
	}
	return text_format(&cli->arena, "sqlite:%s" FILE_NAME, folder.data).data;
}

void demo_remove_database(struct cli *cli, const char *url)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	const char              *file = url + strlen("sqlite:");

	for (size_t i = 0; i < COUNT(suffixes); i++)
		unlink(text_format(&cli->arena, "%s%s", file, suffixes[i]).data);
	rmdir(text_format(&cli->arena, "%.*s", (int)(strlen(file) - strlen(FILE_NAME)), file).data);
}

/* --- the data ---------------------------------------------------------------------------------------------------- */

static enum error find_data(struct db_context *context, bool *ret_found)
{
	struct token_row token;

	return sql_find_token(context, hash_secret(context->arena, text_of(tokens[0].secret)), &token, ret_found);
}

static enum error insert_session(struct db_context *context, int64_t id, struct text secret, struct text user_agent)
{
	struct token_row token = token_of(tokens[0].user_id, TEXT(""), ALL_SCOPES);

	token.id = id;
	token.kind = TOKEN_SESSION;
	TRY(token_create(context, &token, secret, &secret));
	return sql_insert_session(context, token.user_id, token.id, user_agent, TEXT("127.0.0.1"), ALWAYS_JUST_NOW);
}

static enum error insert_sign_in(struct db_context *context, int64_t id)
{
	struct token_row token = token_of(tokens[0].user_id, TEXT(""), 0);
	struct text      secret = TEXT(SIGN_IN);

	token.id = id;
	token.kind = TOKEN_SIGN_IN;
	return token_create(context, &token, secret, &secret);
}

static enum error insert_data(struct db_context *context)
{
	struct db_context long_ago = *context;
	int64_t           changed;

	TRY(db_run_script(context->connection, script_demo, script_demo));
	for (size_t i = 0; i < COUNT(users); i++)
		TRY(sql_set_password(context, users[i], TEXT(PASSWORD_HASH), &changed));
	long_ago.now = MADE_AT;
	for (size_t i = 0; i < COUNT(tokens); i++) {
		struct text      secret = text_of(tokens[i].secret);
		struct token_row token = token_of(tokens[i].user_id, secret, ALL_SCOPES);

		token.id = (int64_t)i + 1;
		TRY(token_create(&long_ago, &token, secret, &secret));
	}
	TRY(insert_session(&long_ago, 8, TEXT(SESSION), TEXT("curl")));
	TRY(insert_session(&long_ago, 9, TEXT(OTHER_SESSION), TEXT("Telephone")));
	return insert_sign_in(&long_ago, 10);
}

/* Something has happened already, so that the documentation's feed of events has one. */
static enum error tell_of_project(const struct db_context *context)
{
	struct db_context  as = *context;
	struct project_row project;
	size_t             numbered;

	as.workspace_id = 1;
	as.caller_id = users[0];
	TRY(sql_get_project(&as, 100, &project));
	as.now = project.created_at;
	TRY(project_tell(&as, EVENT_KIND_PROJECT_CREATED, &project));
	return events_number(&as, 1, &numbered);
}

static enum error demo_fill_empty(struct cli *cli, struct db_context *context)
{
	struct listed_rows workspaces;
	bool               found;

	TRY(find_data(context, &found));
	if (found)
		return ERROR_NONE;
	TRY(sql_list_workspaces(context, &workspaces));
	if (workspaces.count)
		return cli_refuse(cli, "the database holds other data than the sandbox's: name an empty one, or none");
	TRY(insert_data(context));
	return tell_of_project(context);
}

/* Ids first: if they were raised after the data was there, a crash in between would leave them behind it. */
static enum error raise_ids(struct cli *cli, struct db *db, struct ids *ids)
{
	TRY(cli_connect(cli, db));
	for (size_t i = 0; i < COUNT(highest_ids); i++)
		TRY(ids_raise(ids, cli->connection, &cli->arena, highest_ids[i].sequence, highest_ids[i].highest));
	return ERROR_NONE;
}

enum error demo_fill(struct cli *cli, struct db *db, struct ids *ids)
{
	TRY(raise_ids(cli, db, ids));
	return cli_transact(cli, db, ids, demo_fill_empty);
}

enum error demo_refuse(struct cli *cli, struct db_context *context)
{
	bool found;

	TRY(find_data(context, &found));
	return found ?
	           cli_refuse(cli, "the database belongs to a sandbox, whose tokens are public: use it with --demo only") :
	           ERROR_NONE;
}
