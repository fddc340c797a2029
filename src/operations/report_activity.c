/* The report of activity levels (contract 3.13), from the rollup of days. The formula is rules/activity_level.h's. */
#include "contract.h"
#include "operations/report_entries.h"
#include "operations/report_range.h"
#include "rules/activity_level.h"
#include "rules/grouping.h"

static void add_figures(struct activity_figures_row *sums, const struct activity_figures_row *day)
{
	sums->total_minutes += day->total_minutes;
	sums->inactive_minutes += day->inactive_minutes;
	sums->activity_seconds += day->activity_seconds;
	sums->inactive_seconds += day->inactive_seconds;
	sums->keys += day->keys;
	sums->clicks += day->clicks;
	sums->scrolls += day->scrolls;
	sums->level_seconds += day->level_seconds;
	sums->level_points += day->level_points;
}

static void fill_level(struct activity_figures_row *figures, int64_t full)
{
	const struct activity_sums sums = ACTIVITY_SUMS_OF(figures);

	figures->activity_level = activity_level(&sums, full);
}

/* `days` from `at` on: those of the user, and of the users behind them. `cell`: what all of the report have in common.
 */
static void fill_user(struct db_context *db, struct report_cell cell, struct activity_user_row *user,
                      const struct activity_figures_rows *days, int64_t full, size_t *at)
{
	struct activity_figures_row sums = {0};

	cell.user_id = user->user_id;
	user->entries_url = report_entries_url(db, &cell);
	user->daily_breakdown.items = &days->items[*at];
	for (; *at < days->count && days->items[*at].user_id == user->user_id; ++*at) {
		struct activity_figures_row *day = &days->items[*at];

		cell.days = (struct day_range){day->date, day->date};
		day->entries_url = report_entries_url(db, &cell);
		fill_level(day, full);
		add_figures(&sums, day);
		user->daily_breakdown.count++;
	}
	fill_level(&sums, full);
	user->activity_level = sums.activity_level;
	user->total_minutes = sums.total_minutes;
	user->inactive_minutes = sums.inactive_minutes;
	user->keys = sums.keys;
	user->clicks = sums.clicks;
	user->scrolls = sums.scrolls;
}

enum error op_get_activity_level_report(struct call *call, const struct get_activity_level_report_input *input,
                                        struct get_activity_level_report_output *output)
{
	struct integer_list           contracts = input->contract_id, ids;
	struct activity_user_rows    *users = &output->data.users;
	struct activity_figures_row  *total = arena_new(call->db.arena, struct activity_figures_row);
	struct activity_figures_rows  days;
	struct workspace_settings_row settings;
	struct day_range              range;
	struct report_cell            cell = {.tracked = true};
	size_t                        at = 0;

	if (!total)
		return ERROR_NO_MEMORY;
	TRY(report_range(call, input->start_date, input->end_date, REPORT_DAYS_MAX, &range));
	TRY(sql_get_workspace_settings(&call->db, &settings));
	TRY(sql_list_activity_users(&call->db, range.first, range.last, contracts, input->user_ids, &call->page, users));
	TRY(grouping_column(call->db.arena, users, user_id, &ids));
	TRY(sql_list_activity_days(&call->db, range.first, range.last, contracts, ids, &days));
	TRY(sql_sum_activity(&call->db, range.first, range.last, contracts, input->user_ids, total));
	cell.days = range;
	cell.contracts = report_entries_contracts(call->db.arena, contracts);
	for (size_t i = 0; i < users->count; i++)
		fill_user(&call->db, cell, &users->items[i], &days, settings.activity_sensitivity, &at);
	fill_level(total, settings.activity_sensitivity);
	output->data.report_type = TEXT("activity_level");
	output->data.start_date = range.first;
	output->data.end_date = range.last;
	output->data.total = total;
	return ERROR_NONE;
}
