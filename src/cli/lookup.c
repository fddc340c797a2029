/* What the arguments of commands mean: ids, addresses, and the rows that they name. Refuses with a sentence that says
 * which. */
#include <ctype.h>

#include "base/decimal.h"
#include "base/mailbox.h"
#include "cli/cli.h"
#include "statements.h"

#define NAME_CHARACTERS_MAX 255

enum error cli_parse_id(struct cli *cli, const char *argument, int64_t *ret_id)
{
	int64_t id;

	if (!text_to_integer(text_of(argument), &id) || id < 1)
		return cli_refuse(cli, "\"%s\" is not an id", argument);
	*ret_id = id;
	return ERROR_NONE;
}

enum error cli_parse_email(struct cli *cli, const char *argument, struct text *ret_mailbox)
{
	struct text mailbox = mailbox_of(&cli->arena, text_of(argument));

	if (!mailbox.data)
		return cli_refuse(cli, "\"%s\" is not an email address", argument);
	*ret_mailbox = mailbox;
	return ERROR_NONE;
}

enum error cli_check_name(struct cli *cli, struct text name)
{
	if (!text_is_utf8(name) || !text_trim_blank(name).length || text_characters(name) > NAME_CHARACTERS_MAX)
		return cli_refuse(cli, "a name has 1 to %d characters", NAME_CHARACTERS_MAX);
	if (!text_is_line(name))
		return cli_refuse(cli, "a name is one line without invisible characters");
	return ERROR_NONE;
}

enum error cli_find_user(struct cli *cli, struct db_context *context, const char *email, struct user_row *ret)
{
	struct text      mailbox;
	struct user_rows found;

	TRY(cli_parse_email(cli, email, &mailbox));
	TRY(sql_list_accounts_of_mailbox(context, mailbox, cli->options[OPTION_ACCOUNT_WORKSPACE].number, 2, &found));
	if (!found.count)
		return cli_refuse(cli, "there is no account of %s", email);
	if (found.count > 1 && found.items[0].only_workspace_id != NONE)
		return cli_refuse(cli, "there are several accounts of %s: name the workspace of one with --workspace", email);
	*ret = found.items[0];
	return ERROR_NONE;
}

enum error cli_find_member(struct cli *cli, struct db_context *context, const char *email, struct member_row *ret)
{
	bool        found;
	struct text mailbox;

	TRY(cli_parse_email(cli, email, &mailbox));
	TRY(sql_find_member_by_mailbox(context, mailbox, ret, &found));
	return found ? ERROR_NONE : cli_refuse(cli, "the workspace has no member %s", email);
}

enum error cli_find_project(struct cli *cli, struct db_context *context, const char *id, struct project_row *ret)
{
	int64_t number = NONE;

	TRY(cli_parse_id(cli, id, &number));
	enum error error = sql_get_project(context, number, ret);
	return error == ERROR_NOT_FOUND ? cli_refuse(cli, "the workspace has no project %s", id) : error;
}

enum error cli_find_contract(struct cli *cli, struct db_context *context, const char *id, struct contract_row *ret)
{
	int64_t number = NONE;

	TRY(cli_parse_id(cli, id, &number));
	enum error error = sql_get_contract(context, number, ret);
	return error == ERROR_NOT_FOUND ? cli_refuse(cli, "the workspace has no contract %s", id) : error;
}

enum error cli_parse_rate(struct cli *cli, const char *argument, int64_t *ret)
{
	int64_t rate;

	if (!decimal_parse(text_of(argument), &rate) || rate < 0 || rate > RATE_MAX)
		return cli_refuse(cli, "\"%s\" is not a rate", argument);
	*ret = rate;
	return ERROR_NONE;
}

enum error cli_parse_color(struct cli *cli, struct text *ret_color)
{
	const char *color = cli->options[OPTION_COLOR].text;
	size_t      digits = 0;

	while (color[0] == '#' && isxdigit((unsigned char)color[1 + digits]))
		digits++;
	if (digits != 6 || color[7])
		return cli_refuse(cli, "\"%s\" is not a color like #FF5733", color);
	*ret_color = text_of(color);
	return ERROR_NONE;
}
