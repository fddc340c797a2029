/* The entries behind the numbers of reports (an extension). They are chosen as reports choose, so that they add up to
 * the number that leads here. */
#include "operations/report_entries.h"

#include "base/calendar.h"
#include "contract.h"
#include "operations/pay.h"
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

/* Of entries without a contract nothing lies in `of_day`. */
static void entry_pay(const struct pay *pay, struct report_entry_row *row)
{
	const struct entry_of_day_row *place = row->of_day.items;

	if (!row->of_day.count)
		return;
	const struct paid_time    time = {row->date, row->user_id, row->contract_id, place->total_minutes};
	const struct rate_period *rate = pay_rate(pay, &time);

	row->total_amount = pay_of_part(pay, &time, place->minutes_before, row->duration_minutes);
	if (rate) {
		row->rate = rate->rate;
		row->rate_type = rate->type;
	}
}

static enum error entries_pay(struct db_context *db, struct day_range days, struct report_entry_rows *rows)
{
	int64_t   *contracts = arena_alloc_array(db->arena, rows->count + 1, sizeof(*contracts));
	int64_t   *people = arena_alloc_array(db->arena, rows->count + 1, sizeof(*people));
	struct pay pay;

	if (!contracts || !people)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < rows->count; i++) {
		contracts[i] = rows->items[i].contract_id;
		people[i] = rows->items[i].user_id;
	}
	TRY(pay_find(db, days, (struct integer_list){people, grouping_ids(people, rows->count)},
	             (struct integer_list){contracts, grouping_ids(contracts, rows->count)}, &pay));
	TRY(sql_attach_to_report_entry(db, rows->items, rows->count));
	for (size_t i = 0; i < rows->count; i++)
		entry_pay(&pay, &rows->items[i]);
	return ERROR_NONE;
}

static enum error entries_fill(struct call *call, struct day_range days, struct report_entry_rows *rows)
{
	const struct zone *zone;

	TRY(report_zone(call, &zone));
	for (size_t i = 0; i < rows->count; i++) {
		struct report_entry_row *row = &rows->items[i];

		row->start_time = report_instant(call->db.arena, zone, row->start_at);
		row->end_time = report_instant(call->db.arena, zone, row->end_at);
		row->rate = row->rate_type = row->total_amount = NONE;
		if (!call->db.sees_rates)
			row->currency = NO_TEXT;
	}
	return call->db.sees_rates ? entries_pay(&call->db, days, rows) : ERROR_NONE;
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
	return entries_fill(call, days, &output->data.entries);
}
