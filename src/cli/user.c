/* stint user: accounts and their passwords; shutting members out, and their rates. */
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "auth/password.h"
#include "auth/session.h"
#include "base/random.h"
#include "cli/cli.h"
#include "contract.h"
#include "operations/accounts.h"
#include "operations/membership.h"
#include "operations/rates.h"
#include "operations/second_factors.h"
#include "operations/trackers.h"
#include "statements.h"

enum error user_create(struct cli *cli, struct db_context *context)
{
	struct user_rows accounts;
	struct text      mailbox;
	int64_t          id;

	TRY(cli_parse_email(cli, cli->arguments[0], &mailbox));
	TRY(sql_list_accounts_of_mailbox(context, mailbox, NONE, 1, &accounts));
	if (accounts.count && accounts.items[0].only_workspace_id == NONE)
		return cli_refuse(cli, "%s has an account: %lld", accounts.items[0].email.data,
		                  (long long)accounts.items[0].id);
	TRY(account_make(context, text_of(cli->arguments[0]), NONE, &id));
	buffer_append_format(&cli->out, "%lld\n", (long long)id);
	return ERROR_NONE;
}

enum error user_confirm(struct cli *cli, struct db_context *context)
{
	struct user_row user;
	bool            confirmed;

	TRY(cli_find_user(cli, context, cli->arguments[0], &user));
	TRY(account_confirm(context, &user, &confirmed));
	return confirmed ? ERROR_NONE : cli_refuse(cli, "%s is the confirmed address of another account", user.email.data);
}

enum error user_list(struct cli *cli, struct db_context *context)
{
	struct account_rows accounts;

	TRY(sql_list_users(context, &accounts));
	for (size_t i = 0; i < accounts.count; i++) {
		const struct account_row *account = &accounts.items[i];

		buffer_append_format(&cli->out, "%lld\t%s\t", (long long)account->id, account->email.data);
		if (account->only_workspace_id != NONE)
			buffer_append_format(&cli->out, "workspace %lld alone", (long long)account->only_workspace_id);
		else
			buffer_append_text(&cli->out, text_of(account->confirmed_at != NONE ? "confirmed" : "unconfirmed"));
		buffer_append_format(&cli->out, "\t%s\n", account->has_password ? "password" : "no password");
	}
	return ERROR_NONE;
}

/* --- password ---------------------------------------------------------------------------------------------------- */

/* One line of standard input; not shown where a person types it. NO_TEXT at its end. */
static struct text read_secret_line(struct arena *arena)
{
	struct termios terminal;
	bool           typed = tcgetattr(STDIN_FILENO, &terminal) == 0;
	char          *line = NULL;
	size_t         capacity = 0;

	if (typed) {
		struct termios silent = terminal;

		fputs("Password: ", stderr);
		silent.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	}
	ssize_t length = getline(&line, &capacity, stdin);
	if (typed) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal);
		fputc('\n', stderr);
	}
	while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		length--;
	struct text secret = length >= 0 ? text_copy(arena, (struct text){line, (size_t)length}) : NO_TEXT;
	free(line);
	return secret;
}

static enum error store_password(struct cli *cli, struct db_context *context)
{
	struct user_row user;
	int64_t         changed;

	TRY(cli_find_user(cli, context, cli->arguments[0], &user));
	TRY(sql_set_password(context, user.id, cli->secret, &changed));
	return session_end_others(context, user.id, NONE);
}

/* Typing and hashing take their time: both are done before the transaction. */
int cli_user_password(struct cli *cli)
{
	struct text password = read_secret_line(&cli->arena);

	if (!password.data)
		return cli_misused("the password is read from standard input, and there is none");
	if (!text_is_utf8(password) || text_characters(password) < PASSWORD_MIN_CHARACTERS ||
	    text_characters(password) > PASSWORD_MAX_CHARACTERS)
		return cli_fail("a password has %d to %d characters", PASSWORD_MIN_CHARACTERS, PASSWORD_MAX_CHARACTERS);
	if (!random_init() || password_hash(&cli->arena, password, &cli->secret))
		return cli_fail("the password could not be hashed");
	return cli_administer(cli, store_password);
}

enum error user_second_factor_reset(struct cli *cli, struct db_context *context)
{
	struct user_row user;
	enum error      error;

	TRY(cli_find_user(cli, context, cli->arguments[0], &user));
	error = second_factor_remove(context, user.id);
	return error == ERROR_SECOND_FACTOR_MISSING ? cli_refuse(cli, "%s has no second factor", user.email.data) : error;
}

/* --- members ----------------------------------------------------------------------------------------------------- */

static enum error set_blocked(struct cli *cli, struct db_context *context, bool blocked)
{
	struct member_row member;

	TRY(cli_find_member(cli, context, cli->arguments[0], &member));
	if (member.current_role == ROLE_OWNER)
		return cli_refuse(cli, "the owner of a workspace cannot be blocked");
	TRY(sql_set_member_blocked(context, member.id, blocked));
	TRY(member_tell(context, EVENT_KIND_MEMBER_UPDATED, member.id));
	if (blocked) {
		TRY(tracker_end(context, member.id, NONE));
		return sql_delete_user_workspace(context, member.id);
	}
	return member.status == MEMBER_STATUS_ACTIVE ? sql_insert_user_workspace(context, member.id) : ERROR_NONE;
}

enum error user_block(struct cli *cli, struct db_context *context)
{
	return set_blocked(cli, context, true);
}

enum error user_unblock(struct cli *cli, struct db_context *context)
{
	return set_blocked(cli, context, false);
}

enum error user_rate(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	int64_t           rate;

	TRY(cli_find_member(cli, context, cli->arguments[0], &member));
	TRY(cli_parse_rate(cli, cli->arguments[1], &rate));
	TRY(rate_set_of_member(context, member.id, rate));
	return member_tell(context, EVENT_KIND_MEMBER_UPDATED, member.id);
}
