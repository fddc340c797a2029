/* Commands that only print what the program was built with. */
#include <stdio.h>

#include "cli/cli.h"
#include "http/asset.h"

int cli_openapi(struct cli *cli)
{
	struct asset document = asset_openapi_json;
	const char  *address = cli->options[OPTION_PUBLIC_URL].text;

	if (address && asset_at_address(&cli->arena, &asset_openapi_json, text_of(address), &document))
		return cli_fail("%s", error_info(ERROR_NO_MEMORY)->text);
	fwrite(document.content.data, 1, document.content.length, stdout);
	return EXIT_SUCCESS;
}

int cli_version(struct cli *cli)
{
	(void)cli;
	puts("stint " STINT_VERSION);
	return EXIT_SUCCESS;
}
