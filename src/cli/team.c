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

static struct text name_people(struct arena *arena, const struct team_person_rows *people)
{
	struct buffer names;

	buffer_init(&names, arena, 64, SIZE_MAX);
	for (size_t i = 0; i < people->count; i++)
		buffer_append_format(&names, "%s%s%s", i ? ", " : "", people->items[i].email.data,
		                     people->items[i].is_manager ? " (manager)" : "");
	return people->count ? buffer_text(&names) : NO_TEXT;
}

/* Teams with their people, who are more than one row each. */
static enum error list_teams(struct db_context *context, struct listed_rows *ret)
{
	struct team_person_rows people;

	TRY(sql_list_teams(context, ret));
	for (size_t i = 0; i < ret->count; i++) {
		TRY(sql_list_team_people(context, ret->items[i].id, &people));
		ret->items[i].detail = name_people(context->arena, &people);
	}
	return ERROR_NONE;
}

enum error team_list(struct cli *cli, struct db_context *context)
{
	return cli_list(cli, context, list_teams);
}

static enum error team_find_both(struct cli *cli, struct db_context *context, int64_t *ret_team_id,
                                 struct member_row *ret_member)
{
	TRY(cli_find_named(cli, context, sql_find_team, "team", cli->arguments[0], ret_team_id));
	return cli_find_member(cli, context, cli->arguments[1], ret_member);
}

enum error team_add(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	int64_t           team_id;

	TRY(team_find_both(cli, context, &team_id, &member));
	return sql_put_team_member(context, team_id, member.id, cli->options[OPTION_MANAGER].given);
}

enum error team_remove(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	int64_t           team_id, changed;

	TRY(team_find_both(cli, context, &team_id, &member));
	TRY(sql_delete_team_member(context, team_id, member.id, &changed));
	return changed ? ERROR_NONE : cli_refuse(cli, "%s is not in the team", cli->arguments[1]);
}
