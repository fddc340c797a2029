/* Reports of tracked time (contract 3.13): the finest grain comes from the rollup of days and is added up here. Which
 * days and whose is operations/report_range.h; other reports have files of their own. */
#include <stdlib.h>

#include "contract.h"
#include "operations/rates.h"
#include "operations/report_range.h"
#include "rules/grouping.h"

#define TRACKED_HOURS_DAYS_MAX 366

/* --- what stands beside the ids ----------------------------------------------------------------------------------- */

/* Of all that a report shows: by ids, each once. */
struct report_names {
	struct report_name_rows     people;
	struct report_contract_rows contracts;
	struct rate_periods         rates; /* for those who may see them, else none */
};

static int report_compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static const struct report_name_row *find_person(const struct report_names *names, int64_t user_id)
{
	return bsearch(&user_id, names->people.items, names->people.count, sizeof(*names->people.items),
	               report_compare_ids);
}

/* NULL: time without a project. */
static const struct report_contract_row *find_contract(const struct report_names *names, int64_t contract_id)
{
	return bsearch(&contract_id, names->contracts.items, names->contracts.count, sizeof(*names->contracts.items),
	               report_compare_ids);
}

static enum error report_read_names(struct db_context *db, const struct tracked_minutes_rows *parts, int64_t first_day,
                                    struct report_names *ret)
{
	int64_t            *users = arena_alloc_array(db->arena, parts->count + 1, sizeof(*users));
	int64_t            *contracts = arena_alloc_array(db->arena, parts->count + 1, sizeof(*contracts));
	struct report_names names = {0};
	struct integer_list ids;

	if (!users || !contracts)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < parts->count; i++) {
		users[i] = parts->items[i].user_id;
		contracts[i] = parts->items[i].contract_id;
	}
	TRY(sql_list_report_names(db, (struct integer_list){users, grouping_ids(users, parts->count)}, &names.people));
	ids = (struct integer_list){contracts, grouping_ids(contracts, parts->count)};
	TRY(sql_list_report_contracts(db, ids, &names.contracts));
	if (db->sees_rates)
		TRY(rates_of_contracts(db, ids, first_day, &names.rates));
	*ret = names;
	return ERROR_NONE;
}

/* --- tracked hours ------------------------------------------------------------------------------------------------ */

/* Of one contract, so in one currency. */
static void line_fill(const struct report_names *names, const struct tracked_minutes_row *part,
                      struct tracked_hours_line_row *line, struct currency_amount_row *amount)
{
	const struct report_contract_row *contract = find_contract(names, part->contract_id);

	*line = (struct tracked_hours_line_row){
		.date = part->day,
		.user_id = part->user_id,
		.user_name = find_person(names, part->user_id)->name,
		.project_id = contract ? contract->project_id : NONE,
		.project_name = contract ? contract->project_name : NO_TEXT,
		.contract_id = contract ? contract->id : NONE,
		.total_minutes = part->total_minutes,
		.total_amount = {amount, 0},
	};
	if (amount && contract)
		grouping_add_amount(
			&line->total_amount, contract->currency,
			rate_amount_on_day(names->rates.items, names->rates.count, contract->id, part->day, part->total_minutes));
}

/* Amounts have no items for those who may not see rates, and are left out of the reply. */
static enum error tracked_hours_fill(struct db_context *db, const struct tracked_minutes_rows *parts, int64_t first_day,
                                     struct tracked_hours_line_rows *ret, struct report_total_row *ret_total)
{
	struct tracked_hours_line_rows lines = {.count = parts->count};
	struct report_total_row        total = {0};
	struct currency_amount_row    *amounts = NULL;
	struct report_names            names;

	TRY(report_read_names(db, parts, first_day, &names));
	lines.items = arena_alloc_array(db->arena, parts->count + 1, sizeof(*lines.items));
	if (!lines.items)
		return ERROR_NO_MEMORY;
	if (db->sees_rates) {
		amounts = arena_alloc_array(db->arena, parts->count + 1, sizeof(*amounts));
		total.total_amount.items = arena_alloc_array(db->arena, names.contracts.count + 1, sizeof(*amounts));
		if (!amounts || !total.total_amount.items)
			return ERROR_NO_MEMORY;
	}
	for (size_t i = 0; i < parts->count; i++) {
		struct tracked_hours_line_row *line = &lines.items[i];

		line_fill(&names, &parts->items[i], line, amounts ? &amounts[i] : NULL);
		total.total_minutes += line->total_minutes;
		if (line->total_amount.count)
			grouping_add_amount(&total.total_amount, amounts[i].currency, amounts[i].amount);
	}
	*ret = lines;
	*ret_total = total;
	return ERROR_NONE;
}

static enum error tracked_minutes(struct db_context *db, const struct report_people *people, struct day_range days,
                                  struct integer_list projects, struct tracked_minutes_rows *ret)
{
	bool by_project = projects.items != NULL;

	return people->everybody ?
	           sql_list_tracked_minutes(db, days.first, days.last, by_project, projects, ret) :
	           sql_list_tracked_minutes_of(db, people->user_ids, days.first, days.last, by_project, projects, ret);
}

enum error op_get_tracked_hours_report(struct call *call, const struct get_tracked_hours_report_input *input,
                                       struct get_tracked_hours_report_output *output)
{
	const struct report_filter  filter = {input->user_id, input->users, input->teams, input->titles};
	struct report_people        people;
	struct day_range            days;
	struct tracked_minutes_rows parts;
	struct report_total_row    *total = arena_new(call->db.arena, struct report_total_row);

	if (!total)
		return ERROR_NO_MEMORY;
	TRY(report_range(call, input->start_date, input->end_date,
	                 input->user_id == NONE ? TRACKED_HOURS_DAYS_MAX : REPORT_DAYS_MAX, &days));
	TRY(report_choose(call, &filter, &people));
	TRY(tracked_minutes(&call->db, &people, days, input->projects, &parts));
	output->data.report_type = TEXT("tracked_hours");
	output->data.start_date = days.first;
	output->data.end_date = days.last;
	output->data.total = total;
	return tracked_hours_fill(&call->db, &parts, days.first, &output->data.days, total);
}
