/* stint tag: tags of projects. */
#include "cli/cli.h"
#include "statements.h"

enum error tag_create(struct cli *cli, struct db_context *context)
{
	struct text name = text_trim(text_of(cli->arguments[0]));
	struct text color;
	int64_t     id;

	TRY(cli_check_name(cli, name));
	TRY(cli_parse_color(cli, &color));
	TRY(ids_next(context->ids, SEQUENCE_TAGS, &id));
	TRY(sql_insert_tag(context, id, name, color));
	buffer_append_format(&cli->out, "%lld\n", (long long)id);
	return ERROR_NONE;
}

enum error tag_list(struct cli *cli, struct db_context *context)
{
	return cli_list(cli, context, sql_list_tags);
}

static enum error tag_find_both(struct cli *cli, struct db_context *context, int64_t *ret_tag_id,
                                struct project_row *ret_project)
{
	TRY(cli_find_named(cli, context, sql_find_tag, "tag", cli->arguments[0], ret_tag_id));
	return cli_find_project(cli, context, cli->arguments[1], ret_project);
}

enum error tag_attach(struct cli *cli, struct db_context *context)
{
	struct project_row project;
	int64_t            tag_id;

	TRY(tag_find_both(cli, context, &tag_id, &project));
	return sql_attach_tag(context, project.id, tag_id);
}

enum error tag_detach(struct cli *cli, struct db_context *context)
{
	struct project_row project;
	int64_t            tag_id, changed;

	TRY(tag_find_both(cli, context, &tag_id, &project));
	TRY(sql_detach_tag(context, project.id, tag_id, &changed));
	return changed ? ERROR_NONE : cli_refuse(cli, "the project does not have the tag \"%s\"", cli->arguments[0]);
}
