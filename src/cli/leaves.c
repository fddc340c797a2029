/* stint leave-policy, leave-allowance and holiday: what leaves are asked for against, with the checks of the API. */
#include <limits.h>

#include "cli/cli.h"
#include "contract.h"

#define COLUMNS_OF_POLICY 4 /* id, name, unit, duration: the others are shown of one */

static const char *said_id(struct cli *cli, int64_t id)
{
	return text_format(&cli->arena, "%lld", (long long)id).data;
}

/* By its id or its name. */
static enum error find_leave_policy(struct cli *cli, struct db_context *context, const char *argument,
                                    const struct leave_policy_row **ret)
{
	const void *found;

	TRY(cli_operate_find(cli, context, "getLeavePolicies", "leave policy", argument, &found));
	*ret = found;
	return ERROR_NONE;
}

/* --- policies ---------------------------------------------------------------------------------------------------- */

enum error leave_policy_create(struct cli *cli, struct db_context *context)
{
	const char      **words = cli->arguments;
	const struct said said[] = {{"name", words[0]}, {"time_unit", words[1]}, {"duration", words[2]}, {NULL, NULL}};
	void             *output;

	TRY(cli_operate(cli, context, "createLeavePolicy", said, &output));
	buffer_append_format(&cli->out, "%lld\n", (long long)((const struct create_leave_policy_output *)output)->data.id);
	return ERROR_NONE;
}

enum error leave_policy_list(struct cli *cli, struct db_context *context)
{
	return cli_operate_list(cli, context, "getLeavePolicies", COLUMNS_OF_POLICY);
}

enum error leave_policy_show(struct cli *cli, struct db_context *context)
{
	const struct leave_policy_row *policy;

	TRY(find_leave_policy(cli, context, cli->arguments[0], &policy));
	cli_print_members(cli, "getLeavePolicies", policy);
	return ERROR_NONE;
}

enum error leave_policy_set(struct cli *cli, struct db_context *context)
{
	const struct leave_policy_row *policy;

	TRY(find_leave_policy(cli, context, cli->arguments[0], &policy));
	const struct said said[] = {
		{cli->arguments[1], cli->arguments[2]}, {"policyId", said_id(cli, policy->id)}, {NULL, NULL}};
	return cli_operate_setting(cli, context, "updateLeavePolicy", said, "stint leave-policy show");
}

enum error leave_policy_remove(struct cli *cli, struct db_context *context)
{
	const struct leave_policy_row *policy;
	void                          *output;

	TRY(find_leave_policy(cli, context, cli->arguments[0], &policy));
	const struct said said[] = {{"policyId", said_id(cli, policy->id)}, {NULL, NULL}};
	return cli_operate(cli, context, "deleteLeavePolicy", said, &output);
}

/* --- allowances -------------------------------------------------------------------------------------------------- */

enum error leave_allowance_set(struct cli *cli, struct db_context *context)
{
	const char                   **words = cli->arguments;
	const struct leave_policy_row *policy;
	struct member_row              member;
	void                          *output;

	TRY(cli_find_member(cli, context, words[0], &member));
	TRY(find_leave_policy(cli, context, words[1], &policy));
	const struct said said[] = {{"user_id", said_id(cli, member.id)},
	                            {"policy_id", said_id(cli, policy->id)},
	                            {"year", words[2]},
	                            {"duration", words[3]},
	                            {NULL, NULL}};
	return cli_operate(cli, context, "setLeaveAllowance", said, &output);
}

enum error leave_allowance_list(struct cli *cli, struct db_context *context)
{
	return cli_operate_list(cli, context, "getLeaveAllowances", UINT_MAX);
}

/* --- holidays ---------------------------------------------------------------------------------------------------- */

enum error holiday_set(struct cli *cli, struct db_context *context)
{
	const char       *half = cli->options[OPTION_HALF_DAY].given ? "true" : "false";
	const struct said said[] = {
		{"date", cli->arguments[0]}, {"name", cli->arguments[1]}, {"half_day", half}, {NULL, NULL}};
	void *output;

	return cli_operate(cli, context, "setHoliday", said, &output);
}

enum error holiday_list(struct cli *cli, struct db_context *context)
{
	return cli_operate_list(cli, context, "getHolidays", UINT_MAX);
}

enum error holiday_remove(struct cli *cli, struct db_context *context)
{
	const struct said said[] = {{"date", cli->arguments[0]}, {NULL, NULL}};
	void             *output;

	return cli_operate(cli, context, "deleteHoliday", said, &output);
}
