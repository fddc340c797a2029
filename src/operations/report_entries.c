/* The entries behind the numbers of reports (an extension). They are chosen as reports choose, so that they add up to
 * the number that leads here. */
#include "operations/report_entries.h"

#include "base/buffer.h"
#include "base/calendar.h"
#include "base/seal.h"
#include "contract.h"
#include "operations/pay.h"
#include "operations/report_range.h"
#include "rules/grouping.h"
#include "rules/minutes.h"

#define ENTRIES_DAYS_MAX 366
#define CONTRACTS_BYTES  256 /* at first */

static struct text filter_text(struct arena *arena, const char *name, int64_t id, const char *none)
{
	return id == NONE ? text_format(arena, "&%s=true", none) : text_format(arena, "&%s=%lld", name, (long long)id);
}

/* By what of the entries the number is the sum of. */
static struct text measure_text(struct arena *arena, const struct report_cell *cell)
{
	char start[INSTANT_SIZE], end[INSTANT_SIZE];

	if (cell->tracked)
		return TEXT("&tracked_only=true");
	if (!span_seconds(cell->span))
		return TEXT("");
	calendar_format_instant(cell->span.start, start);
	calendar_format_instant(cell->span.end, end);
	return text_format(arena, "&start_time=%s&end_time=%s", start, end);
}

struct text report_entries_url(const struct db_context *db, const struct report_cell *cell)
{
	struct text work = TEXT(""), task = TEXT(""), text = TEXT(""), contracts = TEXT("");
	char        first[DATE_SIZE], last[DATE_SIZE], sealed[SEALED_ID_SIZE];

	calendar_format_date(cell->days.first, first);
	calendar_format_date(cell->days.last, last);
	if (cell->work)
		work = filter_text(db->arena, cell->work, cell->work_id, "without_project");
	if (cell->by_task)
		task = filter_text(db->arena, "tasks", cell->task_id, "without_task");
	if (cell->described_as) {
		seal_id("time_entry", cell->described_as, sealed);
		text = text_format(db->arena, "&described_as=%s", sealed);
	}
	if (cell->contracts.data)
		contracts = cell->contracts;
	return text_format(db->arena, "entries?workspace_id=%lld&start_date=%s&end_date=%s&users=%lld%s%s%s%s%s",
	                   (long long)db->workspace_id, first, last, (long long)cell->user_id, work.data, contracts.data,
	                   task.data, text.data, measure_text(db->arena, cell).data);
}

struct text report_entries_contracts(struct arena *arena, struct integer_list contracts)
{
	struct buffer buffer;

	buffer_init(&buffer, arena, CONTRACTS_BYTES, SIZE_MAX);
	for (size_t i = 0; i < contracts.count; i++)
		buffer_append_format(&buffer, i ? ",%lld" : "&contracts=%lld", (long long)contracts.items[i]);
	return text_copy(arena, buffer_text(&buffer));
}

/* --- what it is the sum of --------------------------------------------------------------------------------------- */

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

/* Amounts are there for those who see rates, where entries_pay finds them. */
static enum error entries_show_times(struct call *call, struct report_entry_rows *rows)
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
	return ERROR_NONE;
}

/* What both the list and its sum are asked for. */
#define CHOSEN(input, days)                                                                           \
	(days).first, (days).last, (input)->users, (input)->contracts, (input)->projects, (input)->tasks, \
		(input)->without_project, (input)->without_task

/* By the minutes that were dealt out to them. Their sum is the rollup's, as in reports, but that of a text, which is in
 * no rollup. */
static enum error entries_count(struct call *call, const struct get_report_entries_input *input, struct day_range days,
                                struct report_entries_row *ret)
{
	TRY(sql_list_report_entries(&call->db, CHOSEN(input, days), input->described_as, &call->page, &ret->entries));
	TRY(input->described_as == NONE ?
	        sql_sum_report_minutes(&call->db, CHOSEN(input, days), &ret->total_minutes) :
	        sql_sum_entry_minutes(&call->db, CHOSEN(input, days), input->described_as, &ret->total_minutes));
	TRY(entries_show_times(call, &ret->entries));
	return call->db.sees_rates ? entries_pay(&call->db, days, &ret->entries) : ERROR_NONE;
}

/* By their seconds, as far as they are asked for: those of a sum make whole minutes, and each has what it adds. */
static enum error entries_measure(struct call *call, const struct get_report_entries_input *input,
                                  struct day_range days, struct report_entries_row *ret)
{
	struct span asked = {input->start_time, input->end_time == NONE ? INT64_MAX : input->end_time};

	TRY(sql_list_measured_entries(&call->db, CHOSEN(input, days), input->described_as, input->tracked_only,
	                              input->start_time, input->end_time, &call->page, &ret->entries));
	TRY(sql_sum_measured_minutes(&call->db, CHOSEN(input, days), input->described_as, input->tracked_only,
	                             input->start_time, input->end_time, &ret->total_minutes));
	for (size_t i = 0; i < ret->entries.count; i++) {
		struct report_entry_row *row = &ret->entries.items[i];
		struct span              part = span_overlap((struct span){row->start_at, row->end_at}, asked);

		row->start_at = part.start;
		row->end_at = part.end;
		row->duration_minutes = minutes_dealt(row->seconds_passed - row->duration_seconds, row->duration_seconds);
	}
	return entries_show_times(call, &ret->entries);
}

enum error op_get_report_entries(struct call *call, const struct get_report_entries_input *input,
                                 struct get_report_entries_output *output)
{
	struct day_range days;
	bool             is_cut = input->start_time != NONE || input->end_time != NONE;

	TRY(report_range(call, input->start_date, input->end_date, ENTRIES_DAYS_MAX, &days));
	if (input->tracked_only && is_cut)
		return call_fault(call, "tracked_only", "The tracked_only field does not go with start_time and end_time.");
	TRY(input->tracked_only || is_cut ? entries_measure(call, input, days, &output->data) :
	                                    entries_count(call, input, days, &output->data));
	output->data.report_type = TEXT("entries");
	output->data.start_date = days.first;
	output->data.end_date = days.last;
	return ERROR_NONE;
}
