/* Break policies: how long breaks may be, and whether they are paid (contract 4). */
#include "db/ids.h"
#include "operations/shifts.h"
#include "statements.h"

static enum error get_break_policy(struct call *call, int64_t id, struct break_policy_row *ret)
{
	TRY(sql_get_break_policy(&call->db, id, ret));
	return sql_attach_to_break_policy(&call->db, ret, 1);
}

enum error op_get_break_policies(struct call *call, const struct get_break_policies_input *input,
                                 struct get_break_policies_output *output)
{
	TRY(sql_list_break_policies(&call->db, input->user_id, &call->page, &output->data));
	return sql_attach_to_break_policy(&call->db, output->data.items, output->data.count);
}

enum error op_create_break_policy(struct call *call, const struct create_break_policy_input *input,
                                  struct create_break_policy_output *output)
{
	struct break_policy_row policy = {
		.name = input->name,
		.name_folded = text_fold(call->db.arena, input->name),
		.minutes_per_day = input->minutes_per_day,
		.is_paid = input->is_paid,
	};

	TRY(ids_next(call->db.ids, SEQUENCE_BREAK_POLICIES, &policy.id));
	TRY(sql_insert_break_policy(&call->db, &policy));
	TRY(attendance_give(call, ATTENDANCE_KIND_BREAK_POLICY, policy.id, input->user_ids));
	TRY(attendance_give_future(&call->db, ATTENDANCE_KIND_BREAK_POLICY, policy.id, input->future_members));
	return get_break_policy(call, policy.id, &output->data);
}

enum error op_update_break_policy(struct call *call, const struct update_break_policy_input *input,
                                  struct update_break_policy_output *output)
{
	struct break_policy_row policy;

	TRY(sql_get_break_policy(&call->db, input->policy_id, &policy));
	merge_update_break_policy(&policy, input);
	policy.name_folded = text_fold(call->db.arena, policy.name);
	TRY(sql_update_break_policy(&call->db, &policy));
	if (input->given.user_ids)
		TRY(attendance_give(call, ATTENDANCE_KIND_BREAK_POLICY, policy.id, input->user_ids));
	TRY(attendance_give_future(&call->db, ATTENDANCE_KIND_BREAK_POLICY, policy.id, policy.future_members));
	return get_break_policy(call, policy.id, &output->data);
}

enum error op_delete_break_policy(struct call *call, const struct delete_break_policy_input *input)
{
	int64_t changed;

	TRY(sql_delete_break_policy(&call->db, input->policy_id, &changed));
	if (!changed)
		return ERROR_NOT_FOUND;
	return attendance_give_future(&call->db, ATTENDANCE_KIND_BREAK_POLICY, input->policy_id, false);
}
