/* Project viewers (contract 3.6). */
#include "base/mailbox.h"
#include "contract.h"
#include "operations/membership.h"
#include "operations/projects.h"
#include "rules/roles.h"
#include "statements.h"

enum error op_get_project_viewers(struct call *call, const struct get_project_viewers_input *input,
                                  struct get_project_viewers_output *output)
{
	TRY(sql_list_project_viewers(&call->db, input->after_id, mailbox_of(call->db.arena, input->email), &call->page,
	                             &output->data));
	return sql_attach_to_project_viewer(&call->db, output->data.items, output->data.count);
}

enum error op_get_project_viewer(struct call *call, const struct get_project_viewer_input *input,
                                 struct get_project_viewer_output *output)
{
	TRY(sql_get_project_viewer(&call->db, input->viewer_id, &output->data));
	return sql_attach_to_project_viewer(&call->db, &output->data, 1);
}

enum error op_create_project_viewer(struct call *call, const struct create_project_viewer_input *input,
                                    struct create_project_viewer_output *output)
{
	struct invitee invitee = {input->email, input->firstname, input->lastname, ROLE_PROJECT_VIEWER};
	int64_t        user_id;

	TRY(membership_invite(call, &invitee, &user_id, &output->beside.invitation_link));
	TRY(sql_get_project_viewer(&call->db, user_id, &output->data));
	return sql_attach_to_project_viewer(&call->db, &output->data, 1);
}

static enum error find_viewer(struct call *call, int64_t id, bool deleted)
{
	struct project_viewer_row viewer;

	TRY(sql_get_project_viewer(&call->db, id, &viewer));
	if (deleted && viewer.deleted_at == NONE)
		return ERROR_NOT_DELETED;
	return !deleted && viewer.deleted_at != NONE ? ERROR_NOT_FOUND : ERROR_NONE;
}

enum error op_delete_project_viewer(struct call *call, const struct delete_project_viewer_input *input)
{
	TRY(find_viewer(call, input->viewer_id, false));
	return membership_end(call, input->viewer_id);
}

enum error op_restore_project_viewer(struct call *call, const struct restore_project_viewer_input *input)
{
	TRY(find_viewer(call, input->viewer_id, true));
	return membership_restore(call, input->viewer_id);
}

enum error op_assign_project_to_viewer(struct call *call, const struct assign_project_to_viewer_input *input)
{
	struct member_row viewer;

	TRY(find_viewer(call, input->viewer_id, false));
	TRY(project_check(call, input->project_id));
	TRY(sql_get_member(&call->db, input->viewer_id, &viewer));
	TRY(roles_check_reach(viewer.rate_status, call->db.sees_rates));
	return sql_grant_project(&call->db, input->project_id, input->viewer_id);
}

enum error op_unassign_project_from_viewer(struct call *call, const struct unassign_project_from_viewer_input *input)
{
	int64_t changed;

	TRY(find_viewer(call, input->viewer_id, false));
	TRY(project_check(call, input->project_id));
	TRY(sql_revoke_project(&call->db, input->project_id, input->viewer_id, &changed));
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}
