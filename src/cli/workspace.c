/* stint workspace: making, listing and naming workspaces. */
#include "base/mailbox.h"
#include "cli/cli.h"
#include "contract.h"
#include "operations/sheets.h"
#include "operations/accounts.h"
#include "operations/retention.h"
#include "rules/limits.h"
#include "statements.h"

/* What a new workspace begins with; it may rename and remove them. */
static enum error make_expense_categories(struct db_context *context)
{
	static const char *const names[] = {"Travel", "Accommodation", "Meals", "Equipment", "Other"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct text name = text_of(names[i]);
		int64_t     id;

		TRY(ids_next(context->ids, SEQUENCE_EXPENSE_CATEGORIES, &id));
		TRY(sql_insert_expense_category(context, id, name, text_fold(context->arena, name)));
	}
	return ERROR_NONE;
}

enum error cli_make_workspace(struct db_context *context, struct text name, struct text email, struct text firstname,
                              struct text lastname, int64_t *ret_owner_id)
{
	struct member_row owner = {
		.email = email,
		.mailbox = mailbox_of(context->arena, email),
		.firstname = firstname,
		.lastname = lastname,
		.current_role = ROLE_OWNER,
		.status = MEMBER_STATUS_ACTIVE,
		.rate_type = TEXT("hourly"),
		.rate_status = 1,
		.weekly_hours_limit = NO_WEEKLY_LIMIT,
		.screenshots = SCREENSHOTS_BLURRED,
	};

	TRY(ids_next(context->ids, SEQUENCE_WORKSPACES, &context->workspace_id));
	TRY(account_to_invite(context, email, &owner.id));
	TRY(sql_insert_workspace(context, owner.id, name));
	TRY(sql_insert_workspace_settings(context));
	TRY(sql_set_timesheet_assignment(context, EVERYBODY, ALWAYS_FROM, PAY_PERIOD_WEEKLY));
	TRY(sql_insert_member(context, &owner));
	TRY(sql_insert_user_workspace(context, owner.id));
	TRY(make_expense_categories(context));
	TRY(retention_note(context));
	*ret_owner_id = owner.id;
	return ERROR_NONE;
}

/* "Ada Maria Lovelace": the last word is the last name; a single word is the first. */
static void split_name(struct text name, struct text *ret_first, struct text *ret_last)
{
	const char *space = memrchr(name.data, ' ', name.length);

	*ret_first = name;
	*ret_last = TEXT("");
	if (!space)
		return;
	*ret_first = text_trim((struct text){name.data, (size_t)(space - name.data)});
	*ret_last = (struct text){space + 1, name.length - (size_t)(space + 1 - name.data)};
}

enum error workspace_create(struct cli *cli, struct db_context *context)
{
	struct text name = text_trim(text_of(cli->arguments[0]));
	struct text owner_name = text_trim(text_of(cli->options[OPTION_OWNER_NAME].text));
	struct text email = text_of(cli->options[OPTION_OWNER_EMAIL].text);
	struct text mailbox, firstname, lastname;
	int64_t     owner_id;

	TRY(cli_parse_email(cli, email.data, &mailbox));
	TRY(cli_check_name(cli, name));
	TRY(cli_check_name(cli, owner_name));
	split_name(owner_name, &firstname, &lastname);
	TRY(cli_make_workspace(context, name, email, firstname, lastname, &owner_id));
	buffer_append_format(&cli->out, "%lld\n", (long long)context->workspace_id);
	return ERROR_NONE;
}

enum error workspace_list(struct cli *cli, struct db_context *context)
{
	return cli_list(cli, context, sql_list_workspaces);
}

enum error workspace_rename(struct cli *cli, struct db_context *context)
{
	struct text name = text_trim(text_of(cli->arguments[0]));
	int64_t     changed;

	TRY(cli_check_name(cli, name));
	TRY(sql_rename_workspace(context, name, &changed));
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}
