/* stint tag, team, title and expense-category: what a workspace has under names, and who or what is given it. */
#include "cli/cli.h"
#include "operations/membership.h"
#include "operations/projects.h"
#include "statements.h"

/* Names that differ in nothing but their case are one. */
static enum error find_category(struct db_context *context, int64_t id, struct text name, struct named_row *ret,
                                bool *ret_found)
{
	if (id != NONE)
		return sql_find_expense_category(context, id, ret, ret_found);
	return sql_find_expense_category_named(context, text_fold(context->arena, name), ret, ret_found);
}

static const struct kind {
	const char   *word;
	enum sequence sequence;
	enum error (*find)(struct db_context *context, int64_t id, struct text name, struct named_row *ret,
	                   bool *ret_found);
} tags = {"tag", SEQUENCE_TAGS, sql_find_tag}, teams = {"team", SEQUENCE_TEAMS, sql_find_team},
  titles = {"title", SEQUENCE_TITLES, sql_find_title},
  expense_categories = {"expense category", SEQUENCE_EXPENSE_CATEGORIES, find_category};

/* The name and the id, which is printed, of a new one. */
static enum error named_begin(struct cli *cli, struct db_context *context, const struct kind *kind, int64_t *ret_id,
                              struct text *ret_name)
{
	struct text name = text_trim(text_of(cli->arguments[0]));

	TRY(cli_check_name(cli, name));
	TRY(ids_next(context->ids, kind->sequence, ret_id));
	buffer_append_format(&cli->out, "%lld\n", (long long)*ret_id);
	*ret_name = name;
	return ERROR_NONE;
}

/* The one that the first argument means, by its id or its name. */
static enum error named_find(struct cli *cli, struct db_context *context, const struct kind *kind,
                             struct named_row *ret)
{
	struct text argument = text_of(cli->arguments[0]);
	int64_t     id;
	bool        found = false;

	if (text_to_integer(argument, &id))
		TRY(kind->find(context, id, NO_TEXT, ret, &found));
	if (!found) /* a name may be digits alone */
		TRY(kind->find(context, NONE, argument, ret, &found));
	return found ? ERROR_NONE : cli_refuse(cli, "the workspace has no %s \"%s\"", kind->word, argument.data);
}

static enum error named_find_with_project(struct cli *cli, struct db_context *context, const struct kind *kind,
                                          struct named_row *ret, struct project_row *ret_project)
{
	TRY(named_find(cli, context, kind, ret));
	return cli_find_project(cli, context, cli->arguments[1], ret_project);
}

static enum error named_find_with_member(struct cli *cli, struct db_context *context, const struct kind *kind,
                                         struct named_row *ret, struct member_row *ret_member)
{
	TRY(named_find(cli, context, kind, ret));
	return cli_find_member(cli, context, cli->arguments[1], ret_member);
}

/* --- tags -------------------------------------------------------------------------------------------------------- */

enum error tag_create(struct cli *cli, struct db_context *context)
{
	struct text name, color;
	int64_t     id;

	TRY(cli_parse_color(cli, &color));
	TRY(named_begin(cli, context, &tags, &id, &name));
	return sql_insert_tag(context, id, name, color);
}

enum error tag_list(struct cli *cli, struct db_context *context)
{
	return cli_list(cli, context, sql_list_tags);
}

enum error tag_attach(struct cli *cli, struct db_context *context)
{
	struct project_row project;
	struct named_row   tag;

	TRY(named_find_with_project(cli, context, &tags, &tag, &project));
	TRY(sql_attach_tag(context, project.id, tag.id));
	return project_tell_changed(context, project.id);
}

enum error tag_detach(struct cli *cli, struct db_context *context)
{
	struct project_row project;
	struct named_row   tag;
	int64_t            changed;

	TRY(named_find_with_project(cli, context, &tags, &tag, &project));
	TRY(sql_detach_tag(context, project.id, tag.id, &changed));
	if (!changed)
		return cli_refuse(cli, "the project does not have the tag \"%s\"", cli->arguments[0]);
	return project_tell_changed(context, project.id);
}

/* --- teams ------------------------------------------------------------------------------------------------------- */

enum error team_create(struct cli *cli, struct db_context *context)
{
	struct text name;
	int64_t     id;

	TRY(named_begin(cli, context, &teams, &id, &name));
	return sql_insert_team(context, id, name);
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

enum error team_add(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	struct named_row  team;

	TRY(named_find_with_member(cli, context, &teams, &team, &member));
	TRY(sql_put_team_member(context, team.id, member.id, cli->options[OPTION_MANAGER].given));
	return member_tell(context, EVENT_KIND_MEMBER_UPDATED, member.id);
}

enum error team_remove(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	struct named_row  team;
	int64_t           changed;

	TRY(named_find_with_member(cli, context, &teams, &team, &member));
	TRY(sql_delete_team_member(context, team.id, member.id, &changed));
	if (!changed)
		return cli_refuse(cli, "%s is not in the team", cli->arguments[1]);
	return member_tell(context, EVENT_KIND_MEMBER_UPDATED, member.id);
}

/* --- titles ------------------------------------------------------------------------------------------------------ */

enum error title_create(struct cli *cli, struct db_context *context)
{
	struct text name;
	int64_t     id;

	TRY(named_begin(cli, context, &titles, &id, &name));
	return sql_insert_title(context, id, name);
}

enum error title_list(struct cli *cli, struct db_context *context)
{
	return cli_list(cli, context, sql_list_titles);
}

enum error title_assign(struct cli *cli, struct db_context *context)
{
	struct member_row member;
	struct named_row  title;

	TRY(named_find_with_member(cli, context, &titles, &title, &member));
	TRY(sql_set_member_title(context, member.id, title.id));
	return member_tell(context, EVENT_KIND_MEMBER_UPDATED, member.id);
}

/* --- categories of expenses -------------------------------------------------------------------------------------- */

enum error expense_category_create(struct cli *cli, struct db_context *context)
{
	struct text name;
	int64_t     id;

	TRY(named_begin(cli, context, &expense_categories, &id, &name));
	return sql_insert_expense_category(context, id, name, text_fold(context->arena, name));
}

enum error expense_category_list(struct cli *cli, struct db_context *context)
{
	return cli_list(cli, context, sql_list_all_expense_categories);
}

enum error expense_category_remove(struct cli *cli, struct db_context *context)
{
	struct named_row category;
	int64_t          changed;

	TRY(named_find(cli, context, &expense_categories, &category));
	return sql_delete_expense_category(context, category.id, &changed);
}
