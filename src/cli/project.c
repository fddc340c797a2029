/* stint project: what the API cannot change of projects: who was given them, bringing them back, billing. */
#include "cli/cli.h"
#include "contract.h"
#include "operations/projects.h"
#include "operations/rates.h"
#include "statements.h"

static enum error project_find_both(struct cli *cli, struct db_context *context, struct project_row *ret_project,
                                    struct member_row *ret_member)
{
	TRY(cli_find_project(cli, context, cli->arguments[0], ret_project));
	return cli_find_member(cli, context, cli->arguments[1], ret_member);
}

enum error project_grant(struct cli *cli, struct db_context *context)
{
	struct project_row project;
	struct member_row  member;

	TRY(project_find_both(cli, context, &project, &member));
	if (member.current_role != ROLE_PROJECT_MANAGER && member.current_role != ROLE_PROJECT_VIEWER)
		return cli_refuse(cli, "%s is neither a Project manager nor a Project viewer", cli->arguments[1]);
	return sql_grant_project(context, project.id, member.id);
}

enum error project_revoke(struct cli *cli, struct db_context *context)
{
	struct project_row project;
	struct member_row  member;
	int64_t            changed;

	TRY(project_find_both(cli, context, &project, &member));
	TRY(sql_revoke_project(context, project.id, member.id, &changed));
	return changed ? ERROR_NONE : cli_refuse(cli, "%s was not given the project", cli->arguments[1]);
}

enum error project_restore(struct cli *cli, struct db_context *context)
{
	int64_t id, changed;

	TRY(cli_parse_id(cli, cli->arguments[0], &id));
	TRY(sql_restore_project(context, id, &changed));
	if (!changed)
		return cli_refuse(cli, "the workspace has no deleted project %lld", (long long)id);
	return project_tell_changed(context, id);
}

enum error project_set(struct cli *cli, struct db_context *context)
{
	const struct option_value *billable = &cli->options[OPTION_BILLABLE], *rate = &cli->options[OPTION_RATE];
	struct project_row         project;

	if (!billable->given && !rate->given)
		return cli_refuse(cli, "nothing to set: give --billable yes|no or --rate N");
	TRY(cli_find_project(cli, context, cli->arguments[0], &project));
	if (billable->given) {
		project.is_billable = strcmp(billable->text, "yes") == 0;
		if (!project.is_billable && strcmp(billable->text, "no") != 0)
			return cli_refuse(cli, "--billable is yes or no");
	}
	if (rate->given)
		project.rate = rate->number;
	TRY(rate_set_of_project(context, project.id, project.is_billable, project.rate));
	return project_tell_changed(context, project.id);
}
