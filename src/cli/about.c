/* Commands that only print what the program was built with. */
#include <stdio.h>

#include "cli/cli.h"
#include "contract.h"
#include "http/asset.h"

int cli_openapi(struct cli *cli)
{
	const char  *edition = cli->options[OPTION_EDITION].text, *address = cli->options[OPTION_PUBLIC_URL].text;
	bool         older = strcmp(edition, "3.0") == 0;
	struct asset document = older ? asset_openapi_3_0_json : asset_openapi_json;

	if (!older && strcmp(edition, "3.1") != 0)
		return cli_fail("--edition is 3.1 or 3.0");
	if (address && asset_at_address(&cli->arena, &document, text_of(address), &document))
		return cli_fail("%s", error_info(ERROR_NO_MEMORY)->text);
	fwrite(document.content.data, 1, document.content.length, stdout);
	return EXIT_SUCCESS;
}

/* "Owner, Executive manager" */
static void print_roles(uint8_t roles)
{
	const char *before = "";
	bool        all = true;

	for (size_t i = 0; i < enumeration_role.count; i++)
		all &= roles >> enumeration_role.values[i].code & 1;
	if (!roles || all) {
		fputs(roles ? "all" : "-", stdout);
		return;
	}
	for (size_t i = 0; i < enumeration_role.count; i++)
		if (roles >> enumeration_role.values[i].code & 1) {
			printf("%s%s", before, enumeration_role.values[i].name.data);
			before = ", ";
		}
}

int cli_routes(struct cli *cli)
{
	(void)cli;
	for (size_t i = 0; i < operation_count; i++) {
		const struct operation *operation = &operations[i];

		printf("%s\t%s\t%s\t", method_names[operation->method], operation->path,
		       operation->scope ? scope_names[__builtin_ctz(operation->scope)] : "-");
		print_roles(operation->roles);
		printf("\t%s\t%s\t%s\n", operation->id, *operation->writes ? operation->writes : "-",
		       *operation->events ? operation->events : "-");
	}
	return EXIT_SUCCESS;
}

int cli_version(struct cli *cli)
{
	(void)cli;
	puts("stint " STINT_VERSION);
	return EXIT_SUCCESS;
}
