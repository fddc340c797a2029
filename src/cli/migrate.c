/* What a migration has to say besides that it was applied. */
#include <stdio.h>

#include "cli/cli.h"
#include "contract.h"
#include "statements.h"

#define MINUTES_DEALT 9 /* sql/migrations/0009_dealt_minutes.sql */

static enum error tell_workspace(struct cli *cli, struct db_context *context)
{
	struct redealt_workspace_row sum;

	TRY(sql_sum_redealt_minutes(context, &sum));
	if (sum.days)
		buffer_append_format(&cli->out,
		                     "workspace %lld: the minutes of %lld days of %lld members were dealt out anew: "
		                     "%lld minutes before, %lld now\n",
		                     (long long)context->workspace_id, (long long)sum.days, (long long)sum.members,
		                     (long long)sum.minutes_before, (long long)sum.minutes_after);
	return ERROR_NONE;
}

static enum error tell_workspaces(struct cli *cli, struct db_context *context)
{
	struct listed_rows workspaces;

	TRY(sql_list_workspaces(context, &workspaces));
	for (size_t i = 0; i < workspaces.count; i++) {
		context->workspace_id = workspaces.items[i].id;
		TRY(tell_workspace(cli, context));
	}
	return ERROR_NONE;
}

enum error cli_tell_migrated(struct cli *cli, struct db *db, int applied)
{
	if ((int)catalogue.migration_count - applied >= MINUTES_DEALT)
		return ERROR_NONE;
	TRY(cli_transact(cli, db, NULL, tell_workspaces));
	fwrite(cli->out.data, 1, cli->out.length, stderr);
	cli->out.length = 0;
	return ERROR_NONE;
}
