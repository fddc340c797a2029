/* Settings of a workspace (DESIGN.md 5). */
#include "contract.h"
#include "statements.h"

enum error op_get_settings(struct call *call, const struct get_settings_input *input,
                           struct get_settings_output *output)
{
	(void)input;
	return sql_get_workspace_settings(&call->db, &output->data);
}

enum error op_update_settings(struct call *call, const struct update_settings_input *input,
                              struct update_settings_output *output)
{
	struct workspace_settings_row settings;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	if (input->given.timezone)
		settings.timezone = input->timezone;
	if (input->given.week_start)
		settings.week_start = input->week_start;
	if (input->given.currency)
		settings.currency = input->currency;
	TRY(sql_update_workspace_settings(&call->db, &settings));
	return sql_get_workspace_settings(&call->db, &output->data);
}
