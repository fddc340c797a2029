/* stint contract: whose rate a contract's time earns, of which the API knows only its own and the project's. */
#include "cli/cli.h"
#include "contract.h"
#include "operations/contracts.h"
#include "operations/rates.h"
#include "statements.h"

enum error contract_rate(struct cli *cli, struct db_context *context)
{
	const char         *word = cli->arguments[1];
	struct contract_row contract;
	int64_t             rate = NONE, type = RATE_TYPE_CUSTOM;

	TRY(cli_find_contract(cli, context, cli->arguments[0], &contract));
	if (strcmp(word, "member") == 0)
		type = RATE_TYPE_MEMBER;
	else if (strcmp(word, "project") == 0)
		type = RATE_TYPE_PROJECT;
	else
		TRY(cli_parse_rate(cli, word, &rate));
	TRY(rate_set_of_contract(context, contract.id, contract.user_id, rate, type));
	return contract_tell(context, EVENT_KIND_CONTRACT_UPDATED, contract.id, &contract);
}
