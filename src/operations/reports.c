/* Reports of tracked time (contract 3.13): the finest grain comes from the rollup of days and is added up here. Which
 * days and whose is operations/report_range.h; other reports have files of their own. */
#include <stdlib.h>

#include "contract.h"
#include "operations/pay.h"
#include "operations/report_entries.h"
#include "operations/report_range.h"
#include "rules/grouping.h"

#define TRACKED_HOURS_DAYS_MAX 366

/* --- what stands beside the ids ----------------------------------------------------------------------------------- */

/* Of all that a report shows: by ids, each once. */
struct report_names {
	struct report_name_rows     people;
	struct report_contract_rows contracts;
};

static int report_compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* In rows that begin with their id, in its order. NULL: there is none, as of time without a project. */
static const void *report_find(const int64_t *id, const void *rows, size_t count, size_t size)
{
	return count ? bsearch(id, rows, count, size, report_compare_ids) : NULL;
}

static enum error report_read_names(struct db_context *db, const struct tracked_minutes_rows *parts,
                                    struct report_names *ret)
{
	int64_t            *users = arena_alloc_array(db->arena, parts->count + 1, sizeof(*users));
	int64_t            *contracts = arena_alloc_array(db->arena, parts->count + 1, sizeof(*contracts));
	struct report_names names;

	if (!users || !contracts)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < parts->count; i++) {
		users[i] = parts->items[i].user_id;
		contracts[i] = parts->items[i].contract_id;
	}
	TRY(sql_list_report_names(db, (struct integer_list){users, grouping_ids(users, parts->count)}, &names.people));
	TRY(sql_list_report_contracts(db, (struct integer_list){contracts, grouping_ids(contracts, parts->count)},
	                              &names.contracts));
	*ret = names;
	return ERROR_NONE;
}

/* --- tracked hours ------------------------------------------------------------------------------------------------ */

struct tracked_selection {
	struct day_range    days;
	struct integer_list people, contracts; /* optional */
	struct text_list    currencies;        /* of amounts; optional */
};

static bool currency_is_chosen(const struct tracked_selection *selection, struct text currency)
{
	for (size_t i = 0; i < selection->currencies.count; i++)
		if (text_equal(selection->currencies.items[i], currency))
			return true;
	return selection->currencies.count == 0;
}

static enum error amounts_fill(struct db_context *db, const struct tracked_selection *selection,
                               const struct report_contract_rows *contracts, struct tracked_minutes_rows *parts)
{
	struct integer_list ids;
	struct pay          pay;

	TRY(grouping_column(db->arena, contracts, id, &ids));
	TRY(pay_find(db, selection->days, selection->people, ids, &pay));
	for (size_t i = 0; i < parts->count; i++) {
		struct tracked_minutes_row *part = &parts->items[i];
		const struct paid_time      time = {part->day, part->user_id, part->contract_id, part->total_minutes};

		part->amount = pay_of(&pay, &time, time.minutes);
	}
	return ERROR_NONE;
}

/* Of one contract, so in one currency. */
static enum error line_fill(struct db_context *db, const struct tracked_selection *selection,
                            const struct report_names *names, const struct tracked_minutes_row *part,
                            struct tracked_hours_line_row *line, struct currency_amount_row *amount)
{
	const struct report_cell cell = {
		.days = {part->day, part->day},
		.user_id = part->user_id,
		.work = "contracts",
		.work_id = part->contract_id ? part->contract_id : NONE,
	};
	const struct report_name_row *person =
		report_find(&part->user_id, names->people.items, names->people.count, sizeof(*person));
	const struct report_contract_row *contract =
		report_find(&part->contract_id, names->contracts.items, names->contracts.count, sizeof(*contract));

	*line = (struct tracked_hours_line_row){
		.date = part->day,
		.user_id = part->user_id,
		.user_name = person->name,
		.project_id = contract ? contract->project_id : NONE,
		.project_name = contract ? contract->project_name : NO_TEXT,
		.contract_id = contract ? contract->id : NONE,
		.total_minutes = part->total_minutes,
		.total_amount = {amount, 0},
		.entries_url = report_entries_url(db, &cell),
	};
	if (amount && contract && currency_is_chosen(selection, contract->currency))
		return grouping_add_amount(&line->total_amount, contract->currency, part->amount);
	return ERROR_NONE;
}

/* Amounts have no items for those who may not see rates, and are left out of the reply. */
static enum error tracked_hours_fill(struct db_context *db, const struct tracked_selection *selection,
                                     struct tracked_minutes_rows *parts, struct tracked_hours_line_rows *ret,
                                     struct report_total_row *ret_total)
{
	struct tracked_hours_line_rows lines = {.count = parts->count};
	struct report_total_row        total = {0};
	struct currency_amount_row    *amounts = NULL;
	struct report_names            names;

	TRY(report_read_names(db, parts, &names));
	lines.items = arena_alloc_array(db->arena, parts->count + 1, sizeof(*lines.items));
	if (!lines.items)
		return ERROR_NO_MEMORY;
	if (db->sees_rates) {
		amounts = arena_alloc_array(db->arena, parts->count + 1, sizeof(*amounts));
		total.total_amount.items = arena_alloc_array(db->arena, names.contracts.count + 1, sizeof(*amounts));
		if (!amounts || !total.total_amount.items)
			return ERROR_NO_MEMORY;
		TRY(amounts_fill(db, selection, &names.contracts, parts));
	}
	for (size_t i = 0; i < parts->count; i++) {
		struct tracked_hours_line_row *line = &lines.items[i];

		TRY(line_fill(db, selection, &names, &parts->items[i], line, amounts ? &amounts[i] : NULL));
		total.total_minutes += line->total_minutes;
		if (line->total_amount.count)
			TRY(grouping_add_amount(&total.total_amount, amounts[i].currency, amounts[i].amount));
	}
	*ret = lines;
	*ret_total = total;
	return ERROR_NONE;
}

enum error op_get_tracked_hours_report(struct call *call, const struct get_tracked_hours_report_input *input,
                                       struct get_tracked_hours_report_output *output)
{
	const struct report_filter  filter = {input->user_id, input->users, input->teams, input->titles};
	struct tracked_selection    selection;
	struct tracked_minutes_rows parts;
	struct report_total_row    *total = arena_new(call->db.arena, struct report_total_row);

	if (!total)
		return ERROR_NO_MEMORY;
	TRY(report_range(call, input->start_date, input->end_date,
	                 input->user_id == NONE ? TRACKED_HOURS_DAYS_MAX : REPORT_DAYS_MAX, &selection.days));
	selection.currencies = input->currencies;
	TRY(report_people(call, &filter, &selection.people));
	TRY(report_contracts(call, input->projects, &selection.contracts));
	TRY(sql_list_tracked_minutes(&call->db, selection.days.first, selection.days.last, selection.people,
	                             selection.contracts, &parts));
	output->data.report_type = TEXT("tracked_hours");
	output->data.start_date = selection.days.first;
	output->data.end_date = selection.days.last;
	output->data.total = total;
	return tracked_hours_fill(&call->db, &selection, &parts, &output->data.days, total);
}

/* --- tasks -------------------------------------------------------------------------------------------------------- */

/* Parts without a day are those of all days. */
static enum error task_lines_fill(struct db_context *db, struct day_range days, const struct task_minutes_row *parts,
                                  size_t count, struct task_report_line_row *lines)
{
	int64_t                 *ids = arena_alloc_array(db->arena, count + 1, sizeof(*ids));
	struct task_title_rows   tasks;
	struct project_name_rows projects;

	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		ids[i] = parts[i].task_id;
	TRY(sql_list_task_titles(db, (struct integer_list){ids, grouping_ids(ids, count)}, &tasks));
	for (size_t i = 0; i < count; i++)
		ids[i] = parts[i].project_id;
	TRY(sql_list_project_names(db, (struct integer_list){ids, grouping_ids(ids, count)}, &projects));
	for (size_t i = 0; i < count; i++) {
		const struct task_minutes_row *part = &parts[i];
		const struct task_title_row   *task = report_find(&part->task_id, tasks.items, tasks.count, sizeof(*task));
		const struct project_name_row *project =
			report_find(&part->project_id, projects.items, projects.count, sizeof(*project));
		const struct report_cell cell = {
			.days = part->day == NONE ? days : (struct day_range){part->day, part->day},
			.user_id = part->user_id,
			.work = "projects",
			.work_id = part->project_id,
			.by_task = true,
			.task_id = part->task_id,
		};

		lines[i] = (struct task_report_line_row){
			.date = part->day,
			.task_id = part->task_id,
			.task_title = task ? task->title : NO_TEXT,
			.project_id = part->project_id,
			.project_name = project ? project->name : NO_TEXT,
			.total_minutes = part->total_minutes,
			.entries_url = report_entries_url(db, &cell),
		};
	}
	return ERROR_NONE;
}

/* The lines of a user, where those of the users before end. */
static struct task_report_line_rows task_lines_of(int64_t user_id, const struct task_minutes_row *parts, size_t count,
                                                  struct task_report_line_row *lines, size_t *at)
{
	struct task_report_line_rows of_user = {&lines[*at], 0};

	for (; *at < count && parts[*at].user_id == user_id; ++*at)
		of_user.count++;
	return of_user;
}

/* Of all users of the page, by their parts: once by day, and once over all days. */
static enum error task_report_fill(struct db_context *db, struct day_range days, struct task_minutes_rows *rows,
                                   struct task_report_user_rows *users)
{
	size_t                       count = grouping_sum(rows->items, rows->count), sums, at_day = 0, at_sum = 0;
	struct task_minutes_row     *parts = arena_alloc_array(db->arena, count + 1, sizeof(*parts));
	struct task_report_line_row *by_day = arena_alloc_array(db->arena, count + 1, sizeof(*by_day));
	struct task_report_line_row *in_all = arena_alloc_array(db->arena, count + 1, sizeof(*in_all));

	if (!parts || !by_day || !in_all)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		parts[i] = rows->items[i];
		parts[i].day = NONE;
	}
	sums = grouping_sum(parts, count);
	TRY(task_lines_fill(db, days, rows->items, count, by_day));
	TRY(task_lines_fill(db, days, parts, sums, in_all));
	for (size_t i = 0; i < users->count; i++) {
		struct task_report_user_row *user = &users->items[i];

		user->daily_breakdown = task_lines_of(user->user_id, rows->items, count, by_day, &at_day);
		user->tasks_breakdown = task_lines_of(user->user_id, parts, sums, in_all, &at_sum);
		for (size_t k = 0; k < user->tasks_breakdown.count; k++)
			user->total_minutes += user->tasks_breakdown.items[k].total_minutes;
	}
	return ERROR_NONE;
}

enum error op_get_task_report(struct call *call, const struct get_task_report_input *input,
                              struct get_task_report_output *output)
{
	struct integer_list           people, contracts, tasks = input->task_id;
	struct day_range              days;
	struct task_report_user_rows *users = &output->data.users;
	struct task_minutes_rows      rows;

	TRY(report_range(call, input->start_date, input->end_date, REPORT_DAYS_MAX, &days));
	TRY(report_contracts(call, input->project_id, &contracts));
	TRY(sql_list_task_report_users(&call->db, days.first, days.last, input->users, contracts, tasks,
	                               input->include_no_task, &call->page, users));
	TRY(grouping_column(call->db.arena, users, user_id, &people));
	TRY(sql_list_task_minutes(&call->db, days.first, days.last, people, contracts, tasks, input->include_no_task,
	                          &rows));
	output->data.report_type = TEXT("task_report");
	output->data.start_date = days.first;
	output->data.end_date = days.last;
	return task_report_fill(&call->db, days, &rows, users);
}
