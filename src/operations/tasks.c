/* Tasks (contract 3.5). */
#include "operations/tasks.h"

#include "contract.h"
#include "db/ids.h"
#include "operations/events.h"
#include "operations/projects.h"
#include "rules/tasks.h"
#include "statements.h"

#define TOP_LEVEL 0 /* the parent that no task has */

/* --- reading ----------------------------------------------------------------------------------------------------- */

static enum error get_task(struct db_context *db, int64_t project_id, int64_t id, struct task_row *ret)
{
	TRY(sql_get_task(db, project_id, id, ret));
	return sql_attach_to_task(db, ret, 1);
}

static enum error task_tell(struct db_context *db, int64_t kind, const struct task_row *task)
{
	struct event event = {kind, task->id, .user_id = NONE, .project_id = task->project_id};

	return event_note(db, &event, task, NULL);
}

/* The project that is asked for, by itself or by a contract. */
static enum error choose_project(struct call *call, const struct get_tasks_input *input, int64_t *ret_id)
{
	struct contract_row contract;
	struct project_row  project;

	*ret_id = input->project_id;
	if (input->contract_id != NONE) {
		TRY(sql_get_contract(&call->db, input->contract_id, &contract));
		if (input->project_id != NONE && input->project_id != contract.project_id)
			return call_fault(call, "contract_id", "The contract is one of another project.");
		*ret_id = contract.project_id;
	}
	if (*ret_id == NONE)
		return call_fault(call, "project_id", "The project_id field is required unless contract_id is given.");
	return sql_get_project(&call->db, *ret_id, &project);
}

static enum error parse_parent(struct call *call, struct text parent, int64_t *ret)
{
	int64_t id = NONE;

	if (text_equal_ignoring_case(parent, TEXT("none")) || text_equal_ignoring_case(parent, TEXT("null")))
		id = TOP_LEVEL;
	else if (parent.length && (!text_to_integer(parent, &id) || id < 1))
		return call_fault(call, "parent_id", "The parent_id must be an id, or none.");
	*ret = id;
	return ERROR_NONE;
}

enum error op_get_tasks(struct call *call, const struct get_tasks_input *input, struct get_tasks_output *output)
{
	int64_t project_id, parent_id = NONE;

	TRY(parse_parent(call, input->parent_id, &parent_id));
	TRY(choose_project(call, input, &project_id));
	TRY(sql_list_tasks(&call->db, input->order_by, input->after_id, project_id, input->status, input->priority,
	                   parent_id, &call->page, &output->data));
	return sql_attach_to_task(&call->db, output->data.items, output->data.count);
}

enum error op_get_task(struct call *call, const struct get_task_input *input, struct get_task_output *output)
{
	return get_task(&call->db, input->project_id, input->task_id, &output->data);
}

/* --- changing ---------------------------------------------------------------------------------------------------- */

/* A parent that is there and, as it is locked, stays there. */
static enum error lock_parent(struct call *call, int64_t project_id, int64_t id, int64_t *ret_its_parent)
{
	struct task_link_row link;
	bool                 found;

	TRY(sql_lock_task(&call->db, project_id, id, &link, &found));
	if (!found)
		return call_missing(call, "The parent task was not found in the project.");
	*ret_its_parent = link.parent_id;
	return ERROR_NONE;
}

/* The chain of parents must not lead back to the task. All of it is locked: otherwise two moves at once could close a
 * circle of which neither sees the other half. */
static enum error lock_parents(struct call *call, const struct task_row *task)
{
	int64_t at = task->parent_id;

	for (int level = 0; at != NONE && level < TASK_LEVELS_MAX; level++) {
		if (at == task->id)
			return call_fault(call, "parent_id", "A task cannot be below itself.");
		TRY(lock_parent(call, task->project_id, at, &at));
	}
	return ERROR_NONE;
}

/* Trees never grow larger than can be moved and deleted at once. */
static enum error check_tree(struct call *call, int64_t parent_id, const struct task_tree_row *added)
{
	struct task_level_row top;
	struct task_tree_row  tree;

	TRY(sql_find_task_above(&call->db, parent_id, TASK_LEVELS_MAX, &top));
	if (top.level + added->levels > TASK_LEVELS_MAX)
		return call_fault(call, "parent_id", "Tasks have at most %d levels.", TASK_LEVELS_MAX);
	TRY(sql_measure_task_tree(&call->db, top.id, TASK_TREE_MAX, &tree));
	if (tree.tasks + added->tasks > TASK_TREE_MAX)
		return call_fault(call, "parent_id", "A task has at most %d others below it.", TASK_TREE_MAX - 1);
	return ERROR_NONE;
}

static enum error check_move(struct call *call, const struct task_row *task)
{
	struct task_tree_row  moved;
	struct task_level_row from, to;

	if (task->parent_id == NONE)
		return ERROR_NONE;
	TRY(lock_parents(call, task));
	TRY(sql_measure_task_tree(&call->db, task->id, TASK_TREE_MAX, &moved));
	TRY(sql_find_task_above(&call->db, task->id, TASK_LEVELS_MAX, &from));
	TRY(sql_find_task_above(&call->db, task->parent_id, TASK_LEVELS_MAX, &to));
	if (from.id == to.id)
		moved.tasks = 0; /* within one tree */
	return check_tree(call, task->parent_id, &moved);
}

/* Why a task cannot be given to somebody: they are not there, as `missing` says, or do not fit, which is a fault of
 * `field`. */
static enum error refuse_assignee(struct call *call, int64_t id, const char *field, const char *missing)
{
	struct member_row member;
	enum error        error = sql_get_member(&call->db, id, &member);

	if (error == ERROR_NOT_FOUND || (!error && member.deleted_at != NONE))
		return call_missing(call, missing);
	TRY(error);
	return call_fault(call, field, "A Project viewer cannot be assigned to a task.");
}

static enum error check_assignees(struct call *call, struct integer_list ids)
{
	struct member_id_rows members;

	if (ids.count == 0)
		return ERROR_NONE;
	TRY(sql_list_assignable_members(&call->db, ids, &members));
	for (size_t i = 0; i < ids.count; i++) {
		bool found = false;

		for (size_t j = 0; j < members.count; j++)
			found |= members.items[j].id == ids.items[i];
		if (!found)
			return refuse_assignee(
				call, ids.items[i], "assignees",
				text_format(call->db.arena, "Member %lld was not found.", (long long)ids.items[i]).data);
	}
	return ERROR_NONE;
}

enum error op_create_task(struct call *call, const struct create_task_input *input, struct create_task_output *output)
{
	struct task_row task = {
		.project_id = input->project_id,
		.parent_id = input->parent_id,
		.creator_id = call->db.caller_id,
		.title = input->title,
		.description = input->description,
		.status = input->status,
		.priority = input->priority,
		.start_date = input->start_date,
		.end_date = input->end_date,
		.completed_at = task_completed_at(input->status, NONE, call->db.now),
	};

	int64_t grandparent, changed;

	TRY(project_check(call, input->project_id));
	if (input->parent_id != NONE) {
		TRY(lock_parent(call, input->project_id, input->parent_id, &grandparent));
		TRY(check_tree(call, input->parent_id, &(struct task_tree_row){.tasks = 1, .levels = 1}));
	}
	TRY(check_assignees(call, input->assignees));
	TRY(ids_next(call->db.ids, SEQUENCE_TASKS, &task.id));
	TRY(sql_insert_task(&call->db, &task));
	if (input->assignees.count)
		TRY(sql_insert_task_assignees(&call->db, task.id, input->assignees, &changed));
	TRY(get_task(&call->db, task.project_id, task.id, &output->data));
	return task_tell(&call->db, EVENT_KIND_TASK_CREATED, &output->data);
}

static enum error check_status(struct call *call, int64_t status)
{
	struct task_status_row own;
	bool                   found = task_status_is_base(status);

	if (!found)
		TRY(sql_find_task_status(&call->db, status, &own, &found));
	return found ? ERROR_NONE : call_fault(call, "status", "The workspace has no such status.");
}

enum error op_update_task(struct call *call, const struct update_task_input *input, struct update_task_output *output)
{
	struct task_row task;
	int64_t         parent_id, changed;

	TRY(sql_get_task(&call->db, input->project_id, input->task_id, &task));
	parent_id = task.parent_id;
	merge_update_task(&task, input);
	if (input->given.status)
		TRY(check_status(call, task.status));
	if (task.parent_id != parent_id)
		TRY(check_move(call, &task));
	/* Only one of the two dates may have been given: check it against the stored one. */
	if (task.end_date != NONE && task.start_date != NONE && task.end_date < task.start_date)
		return call_fault(call, "end_date", "The end_date must be a date after or equal to start_date.");
	task.completed_at = task_completed_at(task.status, task.completed_at, call->db.now);
	TRY(sql_update_task(&call->db, &task, &changed));
	TRY(get_task(&call->db, input->project_id, input->task_id, &output->data));
	return changed ? task_tell(&call->db, EVENT_KIND_TASK_UPDATED, &output->data) : ERROR_NONE;
}

/* Those below go with it, as tasks go with their project: followers hear of the one that was deleted. */
enum error op_delete_task(struct call *call, const struct delete_task_input *input)
{
	struct task_row      task;
	struct task_tree_row tree;

	TRY(get_task(&call->db, input->project_id, input->task_id, &task));
	TRY(sql_measure_task_tree(&call->db, input->task_id, TASK_TREE_MAX + 1, &tree));
	/* Only trees from before the limit can be so large. */
	if (tree.tasks > TASK_TREE_MAX)
		return ERROR_TREE_TOO_LARGE;
	TRY(task_tell(&call->db, EVENT_KIND_TASK_DELETED, &task));
	return sql_delete_task_tree(&call->db, input->task_id);
}

enum error task_tell_changed(struct db_context *db, int64_t project_id, int64_t id)
{
	struct task_row task;

	TRY(get_task(db, project_id, id, &task));
	return task_tell(db, EVENT_KIND_TASK_UPDATED, &task);
}

/* --- assignees --------------------------------------------------------------------------------------------------- */

enum error op_get_task_assignees(struct call *call, const struct get_task_assignees_input *input,
                                 struct get_task_assignees_output *output)
{
	struct task_row task;

	TRY(sql_get_task(&call->db, input->project_id, input->task_id, &task));
	return sql_list_task_assignees(&call->db, input->after_id, input->task_id, &call->page, &output->data);
}

enum error op_assign_task(struct call *call, const struct assign_task_input *input, struct assign_task_output *output)
{
	struct integer_list   ids = {&input->user_id, 1};
	struct task_row       task;
	struct member_id_rows members;
	int64_t               changed;

	TRY(sql_get_task(&call->db, input->project_id, input->task_id, &task));
	TRY(sql_list_assignable_members(&call->db, ids, &members));
	if (members.count == 0)
		return refuse_assignee(call, input->user_id, "user_id", "The member was not found.");
	TRY(sql_insert_task_assignees(&call->db, input->task_id, ids, &changed));
	if (changed)
		TRY(task_tell_changed(&call->db, input->project_id, input->task_id));
	output->data = (struct assignment_row){
		.id = input->task_id,
		.task_id = text_of_integer(call->db.arena, input->task_id),
		.user_id = text_of_integer(call->db.arena, input->user_id),
	};
	return output->data.task_id.data && output->data.user_id.data ? ERROR_NONE : ERROR_NO_MEMORY;
}

enum error op_unassign_task(struct call *call, const struct unassign_task_input *input)
{
	struct task_row task;
	int64_t         changed;

	TRY(sql_get_task(&call->db, input->project_id, input->task_id, &task));
	TRY(sql_delete_task_assignee(&call->db, input->task_id, input->user_id, &changed));
	return changed ? task_tell_changed(&call->db, input->project_id, input->task_id) : ERROR_NOT_FOUND;
}
