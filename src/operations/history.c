/* The history of objects that go through states: an extension. */
#include "contract.h"
#include "statements.h"

/* Whether the caller sees an object, deleted or not: 1 or 0. A generated statement, one a kind. */
typedef enum error count_seen(struct db_context *db, int64_t id, int64_t *ret);

struct object {
	int64_t     id; /* NONE: not asked for */
	int64_t     kind;
	count_seen *count;
};

static enum error find_object(struct call *call, const struct get_history_input *input, struct object *ret)
{
	const struct object objects[] = {
		{input->timesheet_id, OBJECT_KIND_TIMESHEET, sql_count_seen_timesheets},
		{input->time_request_id, OBJECT_KIND_TIME_REQUEST, sql_count_seen_time_requests},
		{input->leave_id, OBJECT_KIND_LEAVE, sql_count_seen_leaves},
		{input->expense_id, OBJECT_KIND_EXPENSE, sql_count_seen_expenses},
	};
	size_t  named = 0;
	int64_t seen;

	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (objects[i].id != NONE) {
			*ret = objects[i];
			named++;
		}
	if (named != 1)
		return call_fault(call, "expense_id", "Name one object.");
	TRY(ret->count(&call->db, ret->id, &seen));
	return seen ? ERROR_NONE : ERROR_NOT_FOUND;
}

enum error op_get_history(struct call *call, const struct get_history_input *input, struct get_history_output *output)
{
	struct object object = {.id = NONE};

	TRY(find_object(call, input, &object));
	TRY(sql_list_transitions(&call->db, object.kind, object.id, &call->page, &output->data));
	return sql_attach_to_transition(&call->db, object.kind, object.id, output->data.items, output->data.count);
}
