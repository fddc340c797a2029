/* Projects (contract 3.3). */
#include "operations/projects.h"

#include "auth/principal.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/events.h"
#include "operations/trackers.h"
#include "rules/limits.h"
#include "statements.h"

/* Documented values of a project that says nothing else (contract 3.3). */
#define STATUS_ACTIVE 1

static enum error attach_details(struct db_context *db, struct project_row *projects, size_t count)
{
	TRY(sql_attach_to_project(db, projects, count));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < projects[i].contracts.count; j++)
			projects[i].contracts_count += projects[i].contracts.items[j].contracts;
	return ERROR_NONE;
}

static enum error get_project(struct db_context *db, int64_t id, struct project_row *ret)
{
	TRY(sql_get_project(db, id, ret));
	return attach_details(db, ret, 1);
}

enum error project_tell(struct db_context *db, int64_t kind, struct project_row *project)
{
	struct event       event = {kind, project->id, .user_id = NONE, .project_id = project->id};
	struct project_row rated = *project;

	project->rate = NONE;
	TRY(event_note(db, &event, project, &rated));
	if (db->sees_rates)
		*project = rated;
	return ERROR_NONE;
}

enum error project_tell_changed(struct db_context *db, int64_t id)
{
	struct db_context  view = event_view(db);
	struct project_row project;

	TRY(get_project(&view, id, &project));
	return project_tell(&view, EVENT_KIND_PROJECT_UPDATED, &project);
}

enum error op_get_projects(struct call *call, const struct get_projects_input *input,
                           struct get_projects_output *output)
{
	struct text folded = input->name.data ? text_fold(call->db.arena, input->name) : NO_TEXT;

	TRY(sql_list_projects(&call->db, input->after_id, folded, &call->page, &output->data));
	return attach_details(&call->db, output->data.items, output->data.count);
}

enum error op_get_project(struct call *call, const struct get_project_input *input, struct get_project_output *output)
{
	return get_project(&call->db, input->project_id, &output->data);
}

enum error op_create_project(struct call *call, const struct create_project_input *input,
                             struct create_project_output *output)
{
	struct project_row project = {
		.owner_id = call->principal->membership.owner_id,
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
		.created_at = call->db.now,
		.updated_at = call->db.now,
		.deleted_at = NONE,
	};

	TRY(ids_next(call->db.ids, SEQUENCE_PROJECTS, &project.id));
	TRY(sql_insert_project(&call->db, &project));
	output->data = project; /* as it was given: nothing is read again */
	return project_tell(&call->db, EVENT_KIND_PROJECT_CREATED, &output->data);
}

enum error op_update_project(struct call *call, const struct update_project_input *input,
                             struct update_project_output *output)
{
	struct db_context  view = event_view(&call->db);
	struct project_row project;
	int64_t            changed;

	TRY(sql_get_project(&call->db, input->project_id, &project));
	merge_update_project(&project, input);
	if (input->given.budget)
		project.budget_estimation = input->budget;
	/* Only one of the two dates may have been given: check it against the stored one. */
	if (project.deadline != NONE && project.start_date != NONE && project.deadline < project.start_date)
		return call_fault(call, "deadline", "The deadline must be a date after or equal to start_date.");
	project.name_folded = text_fold(call->db.arena, project.name);
	TRY(sql_update_project(&call->db, &project, &changed));
	if (!changed)
		return get_project(&call->db, input->project_id, &output->data);
	TRY(get_project(&view, input->project_id, &output->data));
	return project_tell(&call->db, EVENT_KIND_PROJECT_UPDATED, &output->data);
}

enum error op_delete_project(struct call *call, const struct delete_project_input *input)
{
	struct db_context  view = event_view(&call->db);
	struct project_row project;
	int64_t            changed;

	TRY(get_project(&view, input->project_id, &project));
	TRY(project_tell(&call->db, EVENT_KIND_PROJECT_DELETED, &project));
	TRY(sql_delete_project(&call->db, input->project_id, &changed));
	return changed ? tracker_end_on_project(&call->db, input->project_id) : ERROR_NOT_FOUND;
}

enum error project_check(struct call *call, int64_t project_id)
{
	struct project_row project;
	enum error         error = sql_get_project(&call->db, project_id, &project);

	return error == ERROR_NOT_FOUND ? call_missing(call, "The project was not found.") : error;
}
