/* Commands that only print what the program was built with. */
#include <stdio.h>

#include "assets.h"
#include "cli/cli.h"

int cli_openapi(struct cli *cli)
{
	(void)cli;
	fwrite(openapi_document.data, 1, openapi_document.length, stdout);
	putchar('\n');
	return EXIT_SUCCESS;
}

int cli_version(struct cli *cli)
{
	(void)cli;
	puts("stint " STINT_VERSION);
	return EXIT_SUCCESS;
}
