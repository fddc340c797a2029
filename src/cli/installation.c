/* What the installation has of its own, beside its workspaces: the key of sealed ids, the shapes of events. */
#include "base/random.h"
#include "base/seal.h"
#include "cli/cli.h"
#include "operations/event_data.h"
#include "statements.h"

/* The sandbox's: its ids are those of the documentation. */
#define DEMO_KEY "5f0c1d2e3b4a59685f0c1d2e3b4a59685f0c1d2e3b4a59685f0c1d2e3b4a5968"

/* Nodes that start at once make a key each, and all take the one that was stored first. */
enum error cli_load_sealing_key(struct cli *cli, struct db_context *context)
{
	struct text             key = cli->options[OPTION_DEMO].given ? TEXT(DEMO_KEY) : random_key(&cli->arena);
	struct installation_row installation;
	bool                    found;

	if (!key.data)
		return ERROR_NO_MEMORY;
	TRY(sql_insert_installation(context, key));
	TRY(sql_find_installation(context, &installation, &found));
	if (!found)
		return ERROR_CONFLICT; /* another node made it at this moment */
	if (!seal_set_hexadecimal_key(installation.sealing_key))
		return cli_refuse(cli, "installation.sealing_key is not a key");
	return ERROR_NONE;
}

enum error cli_keep_shapes(struct cli *cli, struct db_context *context)
{
	(void)cli;
	return event_shapes_keep(context);
}
