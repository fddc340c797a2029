/* What a migration has to say besides that it was applied. */
#include <stdio.h>

#include "cli/cli.h"
#include "contract.h"
#include "statements.h"

/* As in sql/migrations/. */
enum { DEALT_MINUTES = 9, CONFIRMED_ADDRESSES = 38 };

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

static enum error tell_dealt_minutes(struct cli *cli, struct db_context *context)
{
	struct listed_rows workspaces;

	TRY(sql_list_workspaces(context, &workspaces));
	for (size_t i = 0; i < workspaces.count; i++) {
		context->workspace_id = workspaces.items[i].id;
		TRY(tell_workspace(cli, context));
	}
	return ERROR_NONE;
}

static enum error tell_unconfirmed(struct cli *cli, struct db_context *context)
{
	int64_t count;

	TRY(sql_count_unconfirmed_users(context, &count));
	if (count)
		buffer_append_format(&cli->out,
		                     "%lld accounts have not confirmed their address: they keep their workspaces, and are "
		                     "invited to no others; see stint user list and stint user confirm\n",
		                     (long long)count);
	return ERROR_NONE;
}

enum error cli_tell_migrated(struct cli *cli, struct db *db, int applied)
{
	static const struct {
		int         version;
		cli_action *tell;
	} told[] = {{DEALT_MINUTES, tell_dealt_minutes}, {CONFIRMED_ADDRESSES, tell_unconfirmed}};

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if ((int)catalogue.migration_count - applied >= told[i].version)
			continue;
		TRY(cli_transact(cli, db, NULL, told[i].tell));
		fwrite(cli->out.data, 1, cli->out.length, stderr);
		cli->out.length = 0;
	}
	return ERROR_NONE;
}
