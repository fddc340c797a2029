/* stint check: whether the database is whole and the books agree. Changes nothing of them, even while a server runs on
 * it, and keeps nothing in memory: there may be as many differences as entries. */
#include <stdio.h>

#include "base/calendar.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "cli/cli.h"
#include "contract.h"
#include "operations/sheet_lines.h"
#include "statements.h"

#define SHEETS_AT_ONCE 100
#define SHOWN_MAX      100 /* lines of a kind in a workspace; there is a limit to what a person reads */

/* What was found, in one workspace. */
struct findings {
	int64_t     workspace_id;
	struct text currency; /* of the amounts that are looked at */
	size_t      count, of_kind;
};

/* Counts one more; whether it is shown. */
static bool found_another(struct findings *found)
{
	found->count++;
	return found->of_kind++ < SHOWN_MAX;
}

static struct findings *another_kind(struct findings *found)
{
	found->of_kind = 0;
	return found;
}

/* --- time -------------------------------------------------------------------------------------------------------- */

static enum error tell_minutes(void *data, const struct day_difference_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf(
			"workspace %lld user %lld day %lld contract %lld method %lld task %lld: %lld minutes and %lld seconds are "
			"kept, the entries have %lld and %lld\n",
			(long long)found->workspace_id, (long long)row->user_id, (long long)row->day, (long long)row->contract_id,
			(long long)row->method, (long long)row->task_id, (long long)row->kept, (long long)row->kept_seconds,
			(long long)row->counted, (long long)row->counted_seconds);
	return ERROR_NONE;
}

static enum error tell_wrongly_dealt(void *data, const struct wrongly_dealt_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf("workspace %lld user %lld: entry %lld has %lld minutes, %lld are its part of the day\n",
		       (long long)found->workspace_id, (long long)row->user_id, (long long)row->id, (long long)row->kept,
		       (long long)row->counted);
	return ERROR_NONE;
}

static enum error tell_entry_overlap(void *data, const struct entry_overlap_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf("workspace %lld user %lld: entries %lld and %lld overlap\n", (long long)found->workspace_id,
		       (long long)row->user_id, (long long)row->other_id, (long long)row->id);
	return ERROR_NONE;
}

static void tell_other_activity(struct findings *found, const char *of, const struct other_activity_row *row)
{
	if (found_another(found))
		printf("workspace %lld user %lld: other activity is kept of %s %lld, with %lld seconds for %lld\n",
		       (long long)found->workspace_id, (long long)row->user_id, of, (long long)row->id,
		       (long long)row->kept_seconds, (long long)row->counted_seconds);
}

static enum error tell_activity_of_day(void *found, const struct other_activity_row *row)
{
	tell_other_activity(found, "day", row);
	return ERROR_NONE;
}

static enum error tell_activity_of_entry(void *found, const struct other_activity_row *row)
{
	tell_other_activity(found, "entry", row);
	return ERROR_NONE;
}

/* --- states ------------------------------------------------------------------------------------------------------ */

static enum error tell_state(void *data, const struct state_difference_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf("workspace %lld: the %s %lld is %s, its history ends in %s\n", (long long)found->workspace_id,
		       enumeration_name(&enumeration_object_kind, row->kind), (long long)row->object_id,
		       enumeration_name(&enumeration_object_status, row->kept),
		       enumeration_name(&enumeration_object_status, row->told));
	return ERROR_NONE;
}

static enum error tell_gap(void *data, const struct history_gap_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf(
			"workspace %lld: number %lld in the history of the %s %lld does not follow from what was done before it\n",
			(long long)found->workspace_id, (long long)row->number,
			enumeration_name(&enumeration_object_kind, row->kind), (long long)row->object_id);
	return ERROR_NONE;
}

/* --- expenses ---------------------------------------------------------------------------------------------------- */

static enum error tell_odd_amount(void *data, const struct odd_amount_row *row)
{
	struct findings *found = data;
	char             amount[DECIMAL_SIZE];

	decimal_format(row->amount, amount);
	if (found_another(found))
		printf("workspace %lld: the expense %lld is about %s %s, which cannot be paid\n",
		       (long long)found->workspace_id, (long long)row->id, amount, found->currency.data);
	return ERROR_NONE;
}

static enum error check_amounts(struct db_context *context, struct findings *found)
{
	struct kept_currency_rows currencies;

	TRY(sql_list_expense_currencies(context, &currencies));
	for (size_t i = 0; i < currencies.count; i++) {
		found->currency = currencies.items[i].currency;
		TRY(sql_list_odd_amounts(context, found->currency, currency_least(found->currency), tell_odd_amount,
		                         another_kind(found)));
	}
	return ERROR_NONE;
}

/* --- leaves ------------------------------------------------------------------------------------------------------ */

static enum error tell_leave_charge(void *data, const struct leave_charge_difference_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf("workspace %lld: leave %lld charges %lld and %lld minutes, its days have %lld and %lld\n",
		       (long long)found->workspace_id, (long long)row->id, (long long)row->charged, (long long)row->minutes,
		       (long long)row->day_amounts, (long long)row->day_minutes);
	return ERROR_NONE;
}

static enum error tell_odd_leave_day(void *data, const struct odd_leave_day_row *row)
{
	struct findings *found = data;
	char             date[DATE_SIZE];

	calendar_format_date(row->day, date);
	if (found_another(found))
		printf("workspace %lld: leave %lld cannot charge %lld and %lld minutes on %s\n", (long long)found->workspace_id,
		       (long long)row->id, (long long)row->amount, (long long)row->minutes, date);
	return ERROR_NONE;
}

static enum error tell_leave_entry(void *data, const struct leave_difference_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf("workspace %lld: entry %lld is time of leave %lld, which is %s\n", (long long)found->workspace_id,
		       (long long)row->kept, (long long)row->id, enumeration_name(&enumeration_object_status, row->counted));
	return ERROR_NONE;
}

static enum error tell_lost_leave_time(void *data, const struct lost_leave_time_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf("workspace %lld user %lld: entry %lld is Paid leave, and of no leave\n", (long long)found->workspace_id,
		       (long long)row->user_id, (long long)row->id);
	return ERROR_NONE;
}

/* --- timesheets -------------------------------------------------------------------------------------------------- */

static enum error tell_sheet_overlap(void *data, const struct sheet_overlap_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf("workspace %lld user %lld: timesheets %lld and %lld overlap\n", (long long)found->workspace_id,
		       (long long)row->user_id, (long long)row->other_id, (long long)row->id);
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
static void check_lines(struct findings *found, const struct timesheet_row *kept, const struct timesheet_row *now)
{
	const struct timesheet_line_rows *lines = &kept->daily_breakdown;
	int64_t                           settled = calendar_day_of(kept->updated_at) - 1;

	for (size_t i = 0; i < lines->count && i < now->daily_breakdown.count; i++) {
		struct timesheet_line_row line = now->daily_breakdown.items[i];

		if (line.date >= settled)
			line.total_amount = lines->items[i].total_amount;
		if (!is_same_line(&lines->items[i], &line) && found_another(found))
			print_line(found->workspace_id, kept->id, &line);
	}
	if (lines->count != now->daily_breakdown.count && found_another(found))
		printf("workspace %lld: timesheet %lld was approved with %zu lines, and has %zu\n",
		       (long long)found->workspace_id, (long long)kept->id, lines->count, now->daily_breakdown.count);
}

static enum error check_frozen_sheets(struct db_context *context, struct findings *found)
{
	struct timesheet_rows kept = {0};
	int64_t               last_id = 0;

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
			check_lines(found, &kept.items[i], &now[i]);
		last_id = kept.count ? kept.items[kept.count - 1].id : last_id;
		arena_rewind(context->arena, mark);
	} while (kept.count == SHEETS_AT_ONCE);
	return ERROR_NONE;
}

static enum error tell_stranger(void *data, const struct stranger_row *row)
{
	struct findings *found = data;

	if (found_another(found))
		printf("workspace %lld: account %lld is workspace %lld's alone\n", (long long)found->workspace_id,
		       (long long)row->id, (long long)row->only_workspace_id);
	return ERROR_NONE;
}

static enum error check_workspace(struct db_context *context, struct findings *found)
{
	TRY(sql_list_strangers(context, tell_stranger, another_kind(found)));
	TRY(sql_list_day_differences(context, tell_minutes, another_kind(found)));
	TRY(sql_list_wrongly_dealt(context, tell_wrongly_dealt, another_kind(found)));
	TRY(sql_list_entry_overlaps(context, tell_entry_overlap, another_kind(found)));
	TRY(sql_list_day_activity_differences(context, tell_activity_of_day, another_kind(found)));
	TRY(sql_list_activity_differences(context, tell_activity_of_entry, another_kind(found)));
	TRY(sql_list_state_differences(context, tell_state, another_kind(found)));
	TRY(sql_list_history_gaps(context, tell_gap, another_kind(found)));
	TRY(check_amounts(context, found));
	TRY(sql_list_leave_differences(context, tell_leave_entry, another_kind(found)));
	TRY(sql_list_lost_leave_time(context, tell_lost_leave_time, another_kind(found)));
	TRY(sql_list_leave_charge_differences(context, tell_leave_charge, another_kind(found)));
	TRY(sql_list_odd_leave_days(context, tell_odd_leave_day, another_kind(found)));
	TRY(sql_list_sheet_overlaps(context, tell_sheet_overlap, another_kind(found)));
	return check_frozen_sheets(context, another_kind(found));
}

static enum error check_all(struct db_context *context, size_t *differences)
{
	struct listed_rows workspaces;
	struct findings    found = {0};

	TRY(cli_check_mailboxes(context, &found.count));
	TRY(sql_list_workspaces(context, &workspaces));
	for (size_t i = 0; i < workspaces.count; i++) {
		struct arena_mark mark = arena_mark(context->arena);

		found.workspace_id = context->workspace_id = workspaces.items[i].id;
		TRY(check_workspace(context, &found));
		arena_rewind(context->arena, mark);
	}
	*differences = found.count;
	return ERROR_NONE;
}

/* In one snapshot: what a server writes meanwhile is no difference. */
static enum error check_books(struct db *db, struct arena *arena, size_t *differences)
{
	struct db_context context = {.arena = arena, .caller_role = ROLE_OWNER, .sees_rates = true};
	enum error        error = db_connect(db, DB_READ, &context.connection);

	if (error)
		return error;
	error = db_count_anew(context.connection);
	if (!error)
		error = db_begin_long(context.connection);
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
	cli_close_database(cli, db);
	if (error)
		return cli_fail("%s", *db_failure(NULL) ? db_failure(NULL) : error_info(error)->text);
	if (problems.length) {
		fwrite(problems.data, 1, problems.length, stdout);
		return cli_fail("the database is damaged: restore a backup");
	}
	printf(differences ? "checked: %zu differences\n" : "checked: no differences\n", differences);
	return differences ? EXIT_FAILURE : EXIT_SUCCESS;
}
