/* Workspaces (contract 3.1). */
#include "auth/principal.h"
#include "base/calendar.h"
#include "contract.h"
#include "statements.h"

/* The two documented spellings of an instant (contract 2.6). */
static void spell_instants(struct arena *arena, struct workspace_row *workspace)
{
	char instant[INSTANT_SIZE];

	calendar_format_instant(workspace->created, instant);
	workspace->created_at = text_format(arena, "%.19s.000000Z", instant);
	calendar_format_instant(workspace->activated, instant);
	workspace->activated_at = text_format(arena, "%.10s %.8s", instant, instant + 11);
}

enum error op_get_workspaces(struct call *call, const struct get_workspaces_input *input,
                             struct get_workspaces_output *output)
{
	struct user_workspace_rows mine;
	struct db_context          context = call->db;
	struct workspace_row      *workspaces;

	TRY(sql_list_caller_workspaces(&call->db, input->after_id, call->principal->only_workspace_id, &call->page, &mine));
	workspaces = arena_alloc_array(call->db.arena, mine.count, sizeof(*workspaces));
	if (!workspaces)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < mine.count; i++) {
		context.workspace_id = mine.items[i].workspace_id;
		TRY(sql_get_workspace(&context, &workspaces[i]));
		spell_instants(call->db.arena, &workspaces[i]);
	}
	output->data = (struct workspace_rows){workspaces, mine.count};
	return ERROR_NONE;
}
