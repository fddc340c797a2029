/* stint timesheet: who has which pay period. */
#include "base/calendar.h"
#include "cli/cli.h"
#include "contract.h"

#define PER_PAGE 100

static enum error parse_period(struct cli *cli, const char *argument, int64_t *ret)
{
	for (size_t i = 0; i < enumeration_pay_period.count; i++)
		if (text_equal(enumeration_pay_period.values[i].name, text_of(argument))) {
			*ret = enumeration_pay_period.values[i].code;
			return ERROR_NONE;
		}
	return cli_refuse(cli, "%s: a period is off, daily, weekly, bi-weekly, \"twice a month\", monthly or custom",
	                  argument);
}

enum error timesheet_assign(struct cli *cli, struct db_context *context)
{
	const char                     *from = cli->options[OPTION_FROM].text;
	struct call                     call = {.db = *context};
	struct assign_timesheets_input  input = {.user_id = NONE, .date_from = NONE};
	struct assign_timesheets_output output;
	struct member_row               member;

	if (strcmp(cli->arguments[0], "everybody") != 0) {
		TRY(cli_find_member(cli, context, cli->arguments[0], &member));
		input.user_id = member.id;
	}
	TRY(parse_period(cli, cli->arguments[1], &input.period));
	if (from && !calendar_parse_date(text_of(from), &input.date_from))
		return cli_refuse(cli, "%s: a date is written 2024-01-15", from);
	return op_assign_timesheets(&call, &input, &output);
}

enum error timesheet_assignments(struct cli *cli, struct db_context *context)
{
	struct page                      page = {1, PER_PAGE, 0};
	struct timesheet_assignment_rows rows;
	char                             date[DATE_SIZE];

	for (;; page.page++) {
		TRY(sql_list_timesheet_assignments(context, NONE, &page, &rows));
		for (size_t i = 0; i < rows.count; i++) {
			calendar_format_date(rows.items[i].date_from, date);
			if (rows.items[i].user_id == NONE)
				buffer_append_format(&cli->out, "everybody");
			else
				buffer_append_format(&cli->out, "%lld", (long long)rows.items[i].user_id);
			buffer_append_format(&cli->out, "\t%s\t%s\n", date,
			                     enumeration_name(&enumeration_pay_period, rows.items[i].period));
		}
		if (page.page * PER_PAGE >= page.total)
			return ERROR_NONE;
	}
}
