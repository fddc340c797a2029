/* stint check: whether the database is whole and the books agree. Reads only, even while a server runs on it. */
#include <stdio.h>

#include "base/calendar.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "cli/cli.h"
#include "contract.h"
#include "operations/sheet_lines.h"
#include "statements.h"

#define SHEETS_AT_ONCE 100
#define SHOWN_MAX      100 /* lines a workspace; there is a limit to what a person reads */

static void print_minutes(int64_t workspace_id, const struct day_difference_rows *rows)
{
	for (size_t i = 0; i < rows->count && i < SHOWN_MAX; i++) {
		const struct day_difference_row *row = &rows->items[i];

		printf(
			"workspace %lld user %lld day %lld contract %lld method %lld task %lld: %lld minutes and %lld seconds are "
			"kept, the entries have %lld and %lld\n",
			(long long)workspace_id, (long long)row->user_id, (long long)row->day, (long long)row->contract_id,
			(long long)row->method, (long long)row->task_id, (long long)row->kept, (long long)row->kept_seconds,
			(long long)row->counted, (long long)row->counted_seconds);
	}
}

static void print_wrongly_dealt(int64_t workspace_id, const struct wrongly_dealt_rows *rows)
{
	for (size_t i = 0; i < rows->count && i < SHOWN_MAX; i++)
		printf("workspace %lld user %lld: entry %lld has %lld minutes, %lld are its part of the day\n",
		       (long long)workspace_id, (long long)rows->items[i].user_id, (long long)rows->items[i].id,
		       (long long)rows->items[i].kept, (long long)rows->items[i].counted);
}

static void print_overlaps(int64_t workspace_id, const struct entry_overlap_rows *rows)
{
	for (size_t i = 0; i < rows->count && i < SHOWN_MAX; i++)
		printf("workspace %lld user %lld: entries %lld and %lld overlap\n", (long long)workspace_id,
		       (long long)rows->items[i].user_id, (long long)rows->items[i].other_id, (long long)rows->items[i].id);
}

static void print_other_activity(int64_t workspace_id, const char *of, const struct other_activity_rows *rows)
{
	for (size_t i = 0; i < rows->count && i < SHOWN_MAX; i++) {
		const struct other_activity_row *row = &rows->items[i];

		printf("workspace %lld user %lld: other activity is kept of %s %lld, with %lld seconds for %lld\n",
		       (long long)workspace_id, (long long)row->user_id, of, (long long)row->id, (long long)row->kept_seconds,
		       (long long)row->counted_seconds);
	}
}

static enum error check_activity(struct db_context *context, size_t *differences)
{
	struct other_activity_rows days, entries;

	TRY(sql_list_day_activity_differences(context, &days));
	TRY(sql_list_activity_differences(context, &entries));
	print_other_activity(context->workspace_id, "day", &days);
	print_other_activity(context->workspace_id, "entry", &entries);
	*differences += days.count + entries.count;
	return ERROR_NONE;
}

static void print_states(int64_t workspace_id, const struct state_difference_rows *rows)
{
	for (size_t i = 0; i < rows->count && i < SHOWN_MAX; i++) {
		const struct state_difference_row *row = &rows->items[i];

		printf("workspace %lld: the %s %lld is %s, its history ends in %s\n", (long long)workspace_id,
		       enumeration_name(&enumeration_object_kind, row->kind), (long long)row->object_id,
		       enumeration_name(&enumeration_object_status, row->kept),
		       enumeration_name(&enumeration_object_status, row->told));
	}
}

static void print_gaps(int64_t workspace_id, const struct history_gap_rows *rows)
{
	for (size_t i = 0; i < rows->count && i < SHOWN_MAX; i++)
		printf(
			"workspace %lld: number %lld in the history of the %s %lld does not follow from what was done before it\n",
			(long long)workspace_id, (long long)rows->items[i].number,
			enumeration_name(&enumeration_object_kind, rows->items[i].kind), (long long)rows->items[i].object_id);
}

static enum error check_histories(struct db_context *context, size_t *differences)
{
	struct state_difference_rows states;
	struct history_gap_rows      gaps;

	TRY(sql_list_state_differences(context, &states));
	TRY(sql_list_history_gaps(context, &gaps));
	print_states(context->workspace_id, &states);
	print_gaps(context->workspace_id, &gaps);
	*differences += states.count + gaps.count;
	return ERROR_NONE;
}

static void print_odd_amounts(int64_t workspace_id, struct text currency, const struct odd_amount_rows *rows)
{
	for (size_t i = 0; i < rows->count && i < SHOWN_MAX; i++) {
		char amount[DECIMAL_SIZE];

		decimal_format(rows->items[i].amount, amount);
		printf("workspace %lld: the expense %lld is about %s %s, which cannot be paid\n", (long long)workspace_id,
		       (long long)rows->items[i].id, amount, currency.data);
	}
}

static enum error check_amounts(struct db_context *context, size_t *differences)
{
	struct kept_currency_rows currencies;

	TRY(sql_list_expense_currencies(context, &currencies));
	for (size_t i = 0; i < currencies.count; i++) {
		struct text            currency = currencies.items[i].currency;
		struct odd_amount_rows odd;

		TRY(sql_list_odd_amounts(context, currency, currency_least(currency), &odd));
		print_odd_amounts(context->workspace_id, currency, &odd);
		*differences += odd.count;
	}
	return ERROR_NONE;
}

static enum error check_leave_charges(struct db_context *context, size_t *differences)
{
	struct leave_charge_difference_rows totals;
	struct odd_leave_day_rows           odd;
	char                                date[DATE_SIZE];

	TRY(sql_list_leave_charge_differences(context, &totals));
	TRY(sql_list_odd_leave_days(context, &odd));
	for (size_t i = 0; i < totals.count && i < SHOWN_MAX; i++)
		printf("workspace %lld: leave %lld charges %lld and %lld minutes, its days have %lld and %lld\n",
		       (long long)context->workspace_id, (long long)totals.items[i].id, (long long)totals.items[i].charged,
		       (long long)totals.items[i].minutes, (long long)totals.items[i].day_amounts,
		       (long long)totals.items[i].day_minutes);
	for (size_t i = 0; i < odd.count && i < SHOWN_MAX; i++) {
		calendar_format_date(odd.items[i].day, date);
		printf("workspace %lld: leave %lld cannot charge %lld and %lld minutes on %s\n",
		       (long long)context->workspace_id, (long long)odd.items[i].id, (long long)odd.items[i].amount,
		       (long long)odd.items[i].minutes, date);
	}
	*differences += totals.count + odd.count;
	return ERROR_NONE;
}

static enum error check_leaves(struct db_context *context, size_t *differences)
{
	struct leave_difference_rows leaves;
	struct lost_leave_time_rows  lost;

	TRY(sql_list_leave_differences(context, &leaves));
	TRY(sql_list_lost_leave_time(context, &lost));
	for (size_t i = 0; i < leaves.count && i < SHOWN_MAX; i++)
		printf("workspace %lld: entry %lld is time of leave %lld, which is %s\n", (long long)context->workspace_id,
		       (long long)leaves.items[i].kept, (long long)leaves.items[i].id,
		       enumeration_name(&enumeration_object_status, leaves.items[i].counted));
	for (size_t i = 0; i < lost.count && i < SHOWN_MAX; i++)
		printf("workspace %lld user %lld: entry %lld is Paid leave, and of no leave\n",
		       (long long)context->workspace_id, (long long)lost.items[i].user_id, (long long)lost.items[i].id);
	*differences += leaves.count + lost.count;
	return ERROR_NONE;
}

static enum error check_sheets(struct db_context *context, size_t *differences)
{
	struct sheet_overlap_rows overlaps;

	TRY(sql_list_sheet_overlaps(context, &overlaps));
	for (size_t i = 0; i < overlaps.count && i < SHOWN_MAX; i++)
		printf("workspace %lld user %lld: timesheets %lld and %lld overlap\n", (long long)context->workspace_id,
		       (long long)overlaps.items[i].user_id, (long long)overlaps.items[i].other_id,
		       (long long)overlaps.items[i].id);
	*differences += overlaps.count;
	return ERROR_NONE;
}

static void print_line(int64_t workspace_id, int64_t sheet_id, const struct timesheet_line_row *line)
{
	char date[DATE_SIZE], amount[DECIMAL_SIZE] = "no amount";

	calendar_format_date(line->date, date);
	if (line->total_amount != NONE)
		decimal_format(line->total_amount, amount);
	printf("workspace %lld: timesheet %lld was approved with other than %lld minutes and %s on %s, contract %lld\n",
	       (long long)workspace_id, (long long)sheet_id, (long long)line->total_minutes, amount, date,
	       (long long)(line->contract_id == NONE ? 0 : line->contract_id));
}

static bool is_same_line(const struct timesheet_line_row *kept, const struct timesheet_line_row *now)
{
	return kept->date == now->date && kept->contract_id == now->contract_id &&
	       kept->total_minutes == now->total_minutes && kept->total_amount == now->total_amount;
}

/* Rates that were set since may hold on the day of the approval and on the one before it: what was earned on earlier
 * days is the same for all time, in every zone. */
static void check_lines(int64_t workspace_id, const struct timesheet_row *kept, const struct timesheet_row *now,
                        size_t *differences)
{
	const struct timesheet_line_rows *lines = &kept->daily_breakdown;
	int64_t                           settled = calendar_day_of(kept->updated_at) - 1;

	for (size_t i = 0; i < lines->count && i < now->daily_breakdown.count; i++) {
		struct timesheet_line_row line = now->daily_breakdown.items[i];

		if (line.date >= settled)
			line.total_amount = lines->items[i].total_amount;
		if (!is_same_line(&lines->items[i], &line) && ++*differences <= SHOWN_MAX)
			print_line(workspace_id, kept->id, &line);
	}
	if (lines->count != now->daily_breakdown.count && ++*differences <= SHOWN_MAX)
		printf("workspace %lld: timesheet %lld was approved with %zu lines, and has %zu\n", (long long)workspace_id,
		       (long long)kept->id, lines->count, now->daily_breakdown.count);
}

static enum error check_frozen_sheets(struct db_context *context, size_t *differences)
{
	struct timesheet_rows kept = {0};
	int64_t               last_id = 0;
	size_t                found = 0;

	do {
		struct arena_mark mark = arena_mark(context->arena);
		TRY(sql_list_frozen_sheets(context, last_id, SHEETS_AT_ONCE, &kept));
		struct timesheet_row *now = arena_alloc_array(context->arena, kept.count, sizeof(*now));
		if (!now && kept.count)
			return ERROR_NO_MEMORY;
		for (size_t i = 0; i < kept.count; i++)
			now[i] = kept.items[i];
		TRY(sheet_lines_fill(context, kept.items, kept.count));
		TRY(sheet_lines_now(context, now, kept.count));
		for (size_t i = 0; i < kept.count; i++)
			check_lines(context->workspace_id, &kept.items[i], &now[i], &found);
		last_id = kept.count ? kept.items[kept.count - 1].id : last_id;
		arena_rewind(context->arena, mark);
	} while (kept.count == SHEETS_AT_ONCE);
	*differences += found;
	return ERROR_NONE;
}

static enum error check_workspace(struct db_context *context, size_t *differences)
{
	struct arena_mark          mark = arena_mark(context->arena);
	struct day_difference_rows minutes;
	struct wrongly_dealt_rows  dealt;
	struct entry_overlap_rows  overlaps;

	TRY(sql_list_day_differences(context, &minutes));
	TRY(sql_list_wrongly_dealt(context, &dealt));
	TRY(sql_list_entry_overlaps(context, &overlaps));
	print_minutes(context->workspace_id, &minutes);
	print_wrongly_dealt(context->workspace_id, &dealt);
	print_overlaps(context->workspace_id, &overlaps);
	*differences += minutes.count + dealt.count + overlaps.count;
	TRY(check_activity(context, differences));
	TRY(check_histories(context, differences));
	TRY(check_amounts(context, differences));
	TRY(check_leaves(context, differences));
	TRY(check_leave_charges(context, differences));
	TRY(check_sheets(context, differences));
	TRY(check_frozen_sheets(context, differences));
	arena_rewind(context->arena, mark);
	return ERROR_NONE;
}

static enum error check_all(struct db_context *context, size_t *differences)
{
	struct listed_rows workspaces;

	TRY(cli_check_mailboxes(context, differences));
	TRY(sql_list_workspaces(context, &workspaces));
	for (size_t i = 0; i < workspaces.count; i++) {
		context->workspace_id = workspaces.items[i].id;
		TRY(check_workspace(context, differences));
	}
	return ERROR_NONE;
}

/* In one snapshot: what a server writes meanwhile is no difference. */
static enum error check_books(struct db *db, struct arena *arena, size_t *differences)
{
	struct db_context context = {.arena = arena, .caller_role = ROLE_OWNER, .sees_rates = true};
	enum error        error = db_connect(db, DB_READ, &context.connection);

	if (error)
		return error;
	error = db_begin(context.connection);
	if (!error)
		error = db_sort_in_files(context.connection);
	if (!error)
		error = check_all(&context, differences);
	db_rollback(context.connection);
	db_disconnect(context.connection);
	return error;
}

int cli_check(struct cli *cli)
{
	struct db  *db = cli_open_current(cli);
	struct text problems = NO_TEXT;
	size_t      differences = 0;

	if (!db)
		return EXIT_FAILURE;
	enum error error = db_verify(db, &cli->arena, &problems);
	if (!error && !problems.length)
		error = check_books(db, &cli->arena, &differences);
	db_close(db);
	if (error)
		return cli_fail("%s", *db_failure(NULL) ? db_failure(NULL) : error_info(error)->text);
	if (problems.length) {
		fwrite(problems.data, 1, problems.length, stdout);
		return cli_fail("the database is damaged: restore a backup");
	}
	printf(differences ? "checked: %zu differences\n" : "checked: no differences\n", differences);
	return differences ? EXIT_FAILURE : EXIT_SUCCESS;
}
