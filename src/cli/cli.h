/* One run of the program: which command, with what arguments and options, and how commands work on the database.
 *
 * Results go to standard output, errors to standard error. Exit codes: 0 done, 1 failed, 2 called the wrong way. */
#ifndef STINT_CLI_CLI_H
#define STINT_CLI_CLI_H

#include <stdlib.h>

#include "base/buffer.h"
#include "db/context.h"
#include "db/ids.h"

#define EXIT_USAGE 2

/* The highest rate of an hour, as in api/, in 1/10000. */
#define RATE_MAX INT64_C(999999999990000)

enum option {
#define SETTING(symbol, ...) OPTION_##symbol,
#include "cli/options.def"
	OPTION_COUNT
};

/* Bits of sets of options. All settings stand before the other options. */
#define TAKES(symbol)  (UINT64_C(1) << OPTION_##symbol)
#define TAKES_SETTINGS (TAKES(WORKSPACE) - 1)

struct option_value {
	const char *text;   /* NULL: neither given nor by default */
	int64_t     number; /* of a NUMBER, in 1/10000 of a DECIMAL; NONE without text */
	bool        given;  /* by whoever runs it, not by default; of a FLAG: it is on */
};

struct cli;

typedef int        cli_command(struct cli *cli);
typedef enum error cli_action(struct cli *cli, struct db_context *context);

struct command {
	const char  *words;
	const char  *arguments;
	uint64_t     options; /* bits, as of TAKES */
	const char  *help;
	const char  *events;
	cli_command *run; /* NULL: run the action by cli_administer */
	cli_action  *action;
};

struct cli {
	const struct command *command;
	const char          **arguments; /* as many as the command has */
	struct option_value   options[OPTION_COUNT];
	struct arena          arena;
	struct buffer         out;        /* what an action prints */
	struct text           reason;     /* why it failed, when an error code does not say enough */
	struct text           secret;     /* a password that was read, or a token that was made, for the step after */
	struct db_connection *connection; /* of cli_transact; NULL while there is none */
};

/* Says what went wrong, on standard error, and returns the exit code. */
int cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cli_misused(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* options.c: false when the reason was printed. `arguments` are what stands behind the command's words. */
bool options_read(struct cli *cli, char **arguments);
void options_print_help(uint64_t options);

static inline bool option_takes(uint64_t options, enum option option)
{
	return options >> option & 1;
}

/* database.c */

/* What --database names, or else a file in the state folder. NULL when the reason was printed. */
const char *cli_database_url(struct cli *cli);

/* Opens the database; a file that is missing is made, and that is said. On failure cli->reason says why. */
enum error cli_try_database(struct cli *cli, const char *url, struct db **ret);

/* The same. NULL when the reason was printed, or when url is. */
struct db *cli_open_database(struct cli *cli, const char *url);

/* The database that --database names, which must be there and have this version's schema. */
struct db *cli_open_current(struct cli *cli);

/* The command's action on a database that must be there and current. Returns the exit code. */
int cli_administer(struct cli *cli, cli_action *action);

/* Also the connection of cli_transact. */
void cli_close_database(struct cli *cli, struct db *db);

/* Connects to write, unless that was done: a connection costs more than what is mostly asked of it. On failure
 * cli->reason says why. */
enum error cli_connect(struct cli *cli, struct db *db);
void       cli_disconnect(struct cli *cli);

/* The action in one transaction, as an owner of the workspace with every right; again after a conflict, for which it
 * must start afresh. Connects. On failure cli->reason says more where there is more to say. */
enum error cli_transact(struct cli *cli, struct db *db, struct ids *ids, cli_action *action);

/* Goes into the workspace that --workspace means, or the only one. On failure cli->reason says why. */
enum error cli_enter_workspace(struct cli *cli, struct db_context *context);

/* Says on standard error what the last `applied` migrations did to the data. */
enum error cli_tell_migrated(struct cli *cli, struct db *db, int applied);

/* Leaves an action with a reason of its own. */
enum error cli_refuse(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* lookup.c: what arguments mean, or a refusal that names them. */

struct contract_row;
struct member_row;
struct project_row;
struct user_row;

enum error cli_find_user(struct cli *cli, struct db_context *context, const char *email, struct user_row *ret);
enum error cli_find_member(struct cli *cli, struct db_context *context, const char *email, struct member_row *ret);
enum error cli_find_project(struct cli *cli, struct db_context *context, const char *id, struct project_row *ret);
enum error cli_find_contract(struct cli *cli, struct db_context *context, const char *id, struct contract_row *ret);

enum error cli_parse_id(struct cli *cli, const char *argument, int64_t *ret_id);
enum error cli_parse_email(struct cli *cli, const char *argument, struct text *ret_mailbox);
enum error cli_parse_rate(struct cli *cli, const char *argument, int64_t *ret);
enum error cli_parse_color(struct cli *cli, struct text *ret_color); /* --color, "#FF5733" */
enum error cli_check_name(struct cli *cli, struct text name);        /* 1-255 characters of text */

/* operate.c: operations of the API, by its names and with its checks. */

/* A field of the input and its value, as in a query. Several end with a NULL. */
struct said {
	const char *field, *value;
};

/* Runs an operation with what is said; NULL: nothing. A list is the first hundred. */
enum error cli_operate(struct cli *cli, struct db_context *context, const char *id, const struct said *said,
                       void **ret_output);

/* The same, where the first field is named by whoever runs the command: one of the body, or a refusal that sends them
 * to `shown_by`. */
enum error cli_operate_setting(struct cli *cli, struct db_context *context, const char *id, const struct said *said,
                               const char *shown_by);

/* Prints all rows of a list, of each at most so many members; or one row that an operation has returned, a line a
 * member. */
enum error cli_operate_list(struct cli *cli, struct db_context *context, const char *id, unsigned columns);
void       cli_print_members(struct cli *cli, const char *id, const void *row);

/* Of the rows of a list, which begin with id and name, the one that the argument says by either; else a refusal. */
enum error cli_operate_find(struct cli *cli, struct db_context *context, const char *id, const char *what,
                            const char *argument, const void **ret);

/* list.c: prints id, name and, where there is one, a detail of each row. */
struct listed_rows;
typedef enum error list_rows(struct db_context *context, struct listed_rows *ret);
enum error         cli_list(struct cli *cli, struct db_context *context, list_rows *list);

/* installation.c: before ids are sealed or opened; an action, or a line of one. Makes the key when there is none. */
enum error cli_load_sealing_key(struct cli *cli, struct db_context *context);
/* Before an event is noted: an action. */
enum error cli_keep_shapes(struct cli *cli, struct db_context *context);

/* mailboxes.c: gives each address that has no mailbox yet its own (base/mailbox.h), unless another has that: an action.
 * And counts and prints those that have none. */
enum error cli_fold_mailboxes(struct cli *cli, struct db_context *context);
enum error cli_check_mailboxes(struct db_context *context, size_t *differences);

/* workspace.c: a workspace with its owner; context->workspace_id is the new one's afterwards. */
enum error cli_make_workspace(struct db_context *context, struct text name, struct text email, struct text firstname,
                              struct text lastname, int64_t *ret_owner_id);

#define COMMAND(words, arguments, options, help, function)        cli_command function;
#define ACTION(words, arguments, options, help, events, function) cli_action function;
#include "cli/commands.def"

#endif
