/* Projects (contract 3.3). */
#include "operations/projects.h"

#include "contract.h"
#include "db/ids.h"
#include "operations/trackers.h"
#include "rules/limits.h"
#include "statements.h"

/* Documented values of a project that says nothing else (contract 3.3). */
#define STATUS_ACTIVE 1

#define DENSE_FACTOR      8
#define FEW_CONTRACTS_MAX 256

/* A dense page is found by its range. On a sparse one, of a search, the range could be the whole workspace. Counts are
 * of one contract each, or of a project's. */
static enum error find_details(struct call *call, const struct project_row *projects, size_t count,
                               struct tag_rows *ret_tags, struct contract_count_rows *ret_counts)
{
	int64_t  first = projects[0].id, last = projects[count - 1].id;
	int64_t *ids;

	if (last - first < (int64_t)count * DENSE_FACTOR) {
		TRY(sql_list_project_tags_between(&call->db, first, last, ret_tags));
		TRY(sql_list_project_contracts_between(&call->db, first, last, FEW_CONTRACTS_MAX, ret_counts));
		if (ret_counts->count < FEW_CONTRACTS_MAX)
			return ERROR_NONE;
	}
	ids = arena_alloc_array(call->db.arena, count, sizeof(*ids));
	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		ids[i] = projects[i].id;
	TRY(sql_list_project_tags(&call->db, (struct integer_list){ids, count}, ret_tags));
	return sql_count_project_contracts(&call->db, (struct integer_list){ids, count}, ret_counts);
}

/* Tags and contract counts of a page, each by one query. All lists come sorted by project. */
static enum error attach_details(struct call *call, struct project_row *projects, size_t count)
{
	struct tag_rows            tags;
	struct contract_count_rows counts;

	if (count == 0)
		return ERROR_NONE;
	TRY(find_details(call, projects, count, &tags, &counts));
	for (size_t i = 0, tag = 0, contract = 0; i < count; i++) {
		/* A filtered page leaves projects of its range out. */
		while (tag < tags.count && tags.items[tag].project_id < projects[i].id)
			tag++;
		projects[i].tags.items = tags.items + tag;
		while (tag < tags.count && tags.items[tag].project_id == projects[i].id) {
			tag++;
			projects[i].tags.count++;
		}
		while (contract < counts.count && counts.items[contract].project_id < projects[i].id)
			contract++;
		for (; contract < counts.count && counts.items[contract].project_id == projects[i].id; contract++)
			projects[i].contracts_count += counts.items[contract].contracts;
	}
	return ERROR_NONE;
}

static enum error get_project(struct call *call, int64_t id, struct project_row *ret)
{
	TRY(sql_get_project(&call->db, id, ret));
	return attach_details(call, ret, 1);
}

enum error op_get_projects(struct call *call, const struct get_projects_input *input,
                           struct get_projects_output *output)
{
	struct text folded = input->name.data ? text_fold(call->db.arena, input->name) : NO_TEXT;

	TRY(sql_list_projects(&call->db, input->after_id, folded, &call->page, &output->data));
	return attach_details(call, output->data.items, output->data.count);
}

enum error op_get_project(struct call *call, const struct get_project_input *input, struct get_project_output *output)
{
	return get_project(call, input->project_id, &output->data);
}

enum error op_create_project(struct call *call, const struct create_project_input *input,
                             struct create_project_output *output)
{
	struct project_row project = {
		.name = input->name,
		.name_folded = text_fold(call->db.arena, input->name),
		.start_date = input->start_date,
		.deadline = input->deadline,
		.estimation = input->estimation,
		.budget_estimation = input->budget,
		.notes = input->notes,
		.icon = input->icon,
		.is_billable = true,
		.rate = 0,
		.weekly_hours_limit = NO_WEEKLY_LIMIT,
		.screenshots = SCREENSHOTS_BLURRED,
		.status = STATUS_ACTIVE,
	};

	TRY(ids_next(call->db.ids, SEQUENCE_PROJECTS, &project.id));
	TRY(sql_insert_project(&call->db, &project));
	return sql_get_project(&call->db, project.id, &output->data); /* no tags and contracts yet */
}

enum error op_update_project(struct call *call, const struct update_project_input *input,
                             struct update_project_output *output)
{
	struct project_row project;

	TRY(sql_get_project(&call->db, input->project_id, &project));
	merge_update_project(&project, input);
	if (input->given.budget)
		project.budget_estimation = input->budget;
	/* Only one of the two dates may have been given: check it against the stored one. */
	if (project.deadline != NONE && project.start_date != NONE && project.deadline < project.start_date)
		return call_fault(call, "deadline", "The deadline must be a date after or equal to start_date.");
	project.name_folded = text_fold(call->db.arena, project.name);
	TRY(sql_update_project(&call->db, &project));
	return get_project(call, input->project_id, &output->data);
}

enum error op_delete_project(struct call *call, const struct delete_project_input *input)
{
	int64_t changed;

	TRY(sql_delete_project(&call->db, input->project_id, &changed));
	return changed ? tracker_end_on_project(&call->db, input->project_id) : ERROR_NOT_FOUND;
}

enum error project_check(struct call *call, int64_t project_id)
{
	struct project_row project;
	enum error         error = sql_get_project(&call->db, project_id, &project);

	return error == ERROR_NOT_FOUND ? call_missing(call, "The project was not found.") : error;
}
