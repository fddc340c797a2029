/* stint team: teams, and who is in them. */
#include "cli/cli.h"
#include "statements.h"

enum error team_create(struct cli *cli, struct db_context *context)
{
	struct text name = text_trim(text_of(cli->arguments[0]));
	int64_t     id;

	TRY(cli_check_name(cli, name));
	TRY(ids_next(context->ids, SEQUENCE_TEAMS, &id));
	TRY(sql_insert_team(context, id, name));
	buffer_append_format(&cli->out, "%lld\n", (long long)id);
	return ERROR_NONE;
}

enum error team_list(struct cli *cli, struct db_context *context)
{
	struct named_rows       teams;
	struct team_person_rows people;

	TRY(sql_list_teams(context, &teams));
	for (size_t i = 0; i < teams.count; i++) {
		const struct named_row *team = &teams.items[i];

		buffer_append_format(&cli->out, "%lld\t%s", (long long)team->id, team->name.data);
		TRY(sql_list_team_people(context, team->id, &people));
		for (size_t j = 0; j < people.count; j++)
			buffer_append_format(&cli->out, "%s%s%s", j ? ", " : "\t", people.items[j].email.data,
			                     people.items[j].is_manager ? " (manager)" : "");
		buffer_append_char(&cli->out, '\n');
	}
	return ERROR_NONE;
}

static enum error find_both(struct cli *cli, struct db_context *context, int64_t *ret_team_id,
                            struct member_row *ret_member)
{
	TRY(cli_find_named(cli, context, sql_find_team, "team", cli->arguments[0], ret_team_id));
	return cli_find_member(cli, context, cli->arguments[1], ret_member);
}

enum error team_add(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	int64_t           team_id;

	TRY(find_both(cli, context, &team_id, &member));
	return sql_put_team_member(context, team_id, member.id, cli->options[OPTION_MANAGER].given);
}

enum error team_remove(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	int64_t           team_id, changed;

	TRY(find_both(cli, context, &team_id, &member));
	TRY(sql_delete_team_member(context, team_id, member.id, &changed));
	return changed ? ERROR_NONE : cli_refuse(cli, "%s is not in the team", cli->arguments[1]);
}
