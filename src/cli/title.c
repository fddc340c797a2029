/* stint title: job titles. */
#include "cli/cli.h"
#include "statements.h"

enum error title_create(struct cli *cli, struct db_context *context)
{
	struct text name = text_trim(text_of(cli->arguments[0]));
	int64_t     id;

	TRY(cli_check_name(cli, name));
	TRY(ids_next(context->ids, SEQUENCE_TITLES, &id));
	TRY(sql_insert_title(context, id, name));
	buffer_append_format(&cli->out, "%lld\n", (long long)id);
	return ERROR_NONE;
}

enum error title_list(struct cli *cli, struct db_context *context)
{
	return cli_list(cli, context, sql_list_titles);
}

enum error title_assign(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	int64_t           title_id;

	TRY(cli_find_named(cli, context, sql_find_title, "title", cli->arguments[0], &title_id));
	TRY(cli_find_member(cli, context, cli->arguments[1], &member));
	return sql_set_member_title(context, member.id, title_id);
}
