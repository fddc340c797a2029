/* The entries behind the numbers of reports (an extension). They are chosen as reports choose, so that they add up to
 * the number that leads here. */
#include "operations/report_entries.h"

#include "base/calendar.h"
#include "contract.h"
#include "operations/rates.h"
#include "operations/report_range.h"
#include "rules/grouping.h"

#define ENTRIES_DAYS_MAX 366

static struct text filter_text(struct arena *arena, const char *name, int64_t id, const char *none)
{
	return id == NONE ? text_format(arena, "&%s=true", none) : text_format(arena, "&%s=%lld", name, (long long)id);
}

struct text report_entries_url(const struct db_context *db, const struct report_cell *cell)
{
	struct text work = TEXT(""), task = TEXT("");
	char        first[DATE_SIZE], last[DATE_SIZE];

	calendar_format_date(cell->days.first, first);
	calendar_format_date(cell->days.last, last);
	if (cell->work)
		work = filter_text(db->arena, cell->work, cell->work_id, "without_project");
	if (cell->by_task)
		task = filter_text(db->arena, "tasks", cell->task_id, "without_task");
	return text_format(db->arena, "entries?workspace_id=%lld&start_date=%s&end_date=%s&users=%lld%s%s",
	                   (long long)db->workspace_id, first, last, (long long)cell->user_id, work.data, task.data);
}

static enum error entries_fill_rates(struct db_context *db, int64_t first_day, struct report_entry_rows *rows)
{
	int64_t            *ids = arena_alloc_array(db->arena, rows->count + 1, sizeof(*ids));
	struct rate_periods periods;

	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < rows->count; i++)
		ids[i] = rows->items[i].contract_id;
	TRY(rates_of_contracts(db, (struct integer_list){ids, grouping_ids(ids, rows->count)}, first_day, &periods));
	for (size_t i = 0; i < rows->count; i++) {
		struct report_entry_row  *row = &rows->items[i];
		const struct rate_period *rate = rate_on_day(periods.items, periods.count, row->contract_id, row->date);

		if (!rate)
			continue;
		row->rate = rate->rate;
		row->rate_type = rate->type;
	}
	return ERROR_NONE;
}

static enum error entries_fill(struct call *call, int64_t first_day, struct report_entry_rows *rows)
{
	const struct zone *zone;

	TRY(report_zone(call, &zone));
	for (size_t i = 0; i < rows->count; i++) {
		struct report_entry_row *row = &rows->items[i];

		row->start_time = report_instant(call->db.arena, zone, row->start_at);
		row->end_time = report_instant(call->db.arena, zone, row->end_at);
		row->rate = row->rate_type = NONE;
		if (!call->db.sees_rates)
			row->currency = NO_TEXT;
	}
	return call->db.sees_rates ? entries_fill_rates(&call->db, first_day, rows) : ERROR_NONE;
}

enum error op_get_report_entries(struct call *call, const struct get_report_entries_input *input,
                                 struct get_report_entries_output *output)
{
	struct day_range days;

	TRY(report_range(call, input->start_date, input->end_date, ENTRIES_DAYS_MAX, &days));
	TRY(sql_list_report_entries(&call->db, days.first, days.last, input->users, input->contracts, input->projects,
	                            input->tasks, input->without_project, input->without_task, &call->page,
	                            &output->data.entries));
	TRY(sql_sum_report_minutes(&call->db, days.first, days.last, input->users, input->contracts, input->projects,
	                           input->tasks, input->without_project, input->without_task, &output->data.total_minutes));
	output->data.report_type = TEXT("entries");
	output->data.start_date = days.first;
	output->data.end_date = days.last;
	return entries_fill(call, days.first, &output->data.entries);
}
