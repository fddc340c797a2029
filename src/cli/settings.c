/* stint workspace set, workspace show: a workspace's settings, by the names and with the checks of the API. */
#include "cli/cli.h"

enum error workspace_set(struct cli *cli, struct db_context *context)
{
	const struct said said[] = {{cli->arguments[0], cli->arguments[1]}, {NULL, NULL}};

	return cli_operate_setting(cli, context, "updateSettings", said, "stint workspace show");
}

enum error workspace_show(struct cli *cli, struct db_context *context)
{
	void *settings;

	TRY(cli_operate(cli, context, "getSettings", NULL, &settings));
	cli_print_members(cli, "getSettings", settings);
	return ERROR_NONE;
}
