/* Policies, allowances and holidays: what leaves are asked for against. */
#include "base/calendar.h"
#include "base/decimal.h"
#include "db/ids.h"
#include "operations/leaves.h"
#include "rules/leaves.h"

#define POLICIES_MAX 50 /* of a workspace: balances have a line for each of them, of each member of a page */

/* --- amounts ----------------------------------------------------------------------------------------------------- */

int64_t leave_year(int64_t day)
{
	int      year;
	unsigned month, day_of_month;

	calendar_date(day, &year, &month, &day_of_month);
	return year;
}

int64_t leave_month_start(int64_t year, int64_t month)
{
	return month > 12 ? calendar_day((int)year + 1, (unsigned)month - 12, 1) :
	                    calendar_day((int)year, (unsigned)month, 1);
}

static int64_t parts_of_one(int64_t time_unit)
{
	return time_unit == LEAVE_TIME_UNIT_DAYS ? QUARTERS_PER_DAY : MINUTES_PER_HOUR;
}

enum error leave_amount_read(struct call *call, const char *field, int64_t duration, int64_t time_unit, int64_t *ret)
{
	int64_t amount = (duration * parts_of_one(time_unit) + DECIMAL_ONE / 2) / DECIMAL_ONE;

	if (leave_amount_shown(amount, time_unit) != duration)
		return call_fault(call, field, "The %s must be a whole number of %s.", field,
		                  time_unit == LEAVE_TIME_UNIT_DAYS ? "quarters of a day" : "minutes");
	*ret = amount;
	return ERROR_NONE;
}

int64_t leave_amount_shown(int64_t amount, int64_t time_unit)
{
	int64_t parts = parts_of_one(time_unit);

	return (amount * DECIMAL_ONE + parts / 2) / parts;
}

/* --- policies ---------------------------------------------------------------------------------------------------- */

static void policy_show(struct leave_policy_row *policy)
{
	policy->duration = leave_amount_shown(policy->amount, policy->time_unit);
	policy->carry_over = leave_amount_shown(policy->carried_most, policy->time_unit);
	policy->working_hours_per_day = leave_amount_shown(policy->day_minutes, LEAVE_TIME_UNIT_HOURS);
}

enum error op_get_leave_policies(struct call *call, const struct get_leave_policies_input *input,
                                 struct get_leave_policies_output *output)
{
	(void)input;
	TRY(sql_list_leave_policies(&call->db, &call->page, &output->data));
	for (size_t i = 0; i < output->data.count; i++)
		policy_show(&output->data.items[i]);
	return ERROR_NONE;
}

static enum error check_room(struct db_context *db)
{
	struct leave_policy_rows policies;

	TRY(sql_list_all_leave_policies(db, &policies));
	return policies.count < POLICIES_MAX ? ERROR_NONE : ERROR_TOO_MANY;
}

enum error op_create_leave_policy(struct call *call, const struct create_leave_policy_input *input,
                                  struct create_leave_policy_output *output)
{
	struct workspace_settings_row settings;
	struct leave_policy_row      *policy = &output->data;

	*policy = (struct leave_policy_row){
		.name = input->name,
		.name_folded = text_fold(call->db.arena, input->name),
		.time_unit = input->time_unit,
		.is_paid = input->is_paid,
		.allow_negative_balance = input->allow_negative_balance,
		.reason_required = input->reason_required,
		.notice_required = input->notice_required,
		.accrual = input->accrual,
		.carry_over_months = input->carry_over_months,
	};
	TRY(check_room(&call->db));
	TRY(sql_get_workspace_settings(&call->db, &settings));
	policy->day_minutes = settings.working_minutes_per_day;
	TRY(leave_amount_read(call, "duration", input->duration, input->time_unit, &policy->amount));
	TRY(leave_amount_read(call, "carry_over", input->carry_over, input->time_unit, &policy->carried_most));
	if (input->given.working_hours_per_day)
		TRY(leave_amount_read(call, "working_hours_per_day", input->working_hours_per_day, LEAVE_TIME_UNIT_HOURS,
		                      &policy->day_minutes));
	TRY(ids_next(call->db.ids, SEQUENCE_LEAVE_POLICIES, &policy->id));
	TRY(sql_insert_leave_policy(&call->db, policy));
	policy_show(policy);
	return ERROR_NONE;
}

enum error op_update_leave_policy(struct call *call, const struct update_leave_policy_input *input,
                                  struct update_leave_policy_output *output)
{
	struct leave_policy_row *policy = &output->data;

	TRY(sql_get_leave_policy(&call->db, input->policy_id, policy));
	merge_update_leave_policy(policy, input);
	policy->name_folded = text_fold(call->db.arena, policy->name);
	if (input->given.duration)
		TRY(leave_amount_read(call, "duration", input->duration, policy->time_unit, &policy->amount));
	if (input->given.carry_over)
		TRY(leave_amount_read(call, "carry_over", input->carry_over, policy->time_unit, &policy->carried_most));
	if (input->given.working_hours_per_day)
		TRY(leave_amount_read(call, "working_hours_per_day", input->working_hours_per_day, LEAVE_TIME_UNIT_HOURS,
		                      &policy->day_minutes));
	TRY(sql_update_leave_policy(&call->db, policy));
	policy_show(policy);
	return ERROR_NONE;
}

enum error op_delete_leave_policy(struct call *call, const struct delete_leave_policy_input *input)
{
	int64_t changed;

	TRY(sql_delete_leave_policy(&call->db, input->policy_id, &changed));
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}

/* --- allowances -------------------------------------------------------------------------------------------------- */

enum error op_get_leave_allowances(struct call *call, const struct get_leave_allowances_input *input,
                                   struct get_leave_allowances_output *output)
{
	TRY(sql_list_leave_allowances(&call->db, input->user_id, input->year, &call->page, &output->data));
	for (size_t i = 0; i < output->data.count; i++)
		output->data.items[i].duration =
			leave_amount_shown(output->data.items[i].amount, output->data.items[i].time_unit);
	return ERROR_NONE;
}

enum error op_set_leave_allowance(struct call *call, const struct set_leave_allowance_input *input)
{
	struct leave_policy_row policy;
	struct member_row       member;
	int64_t                 amount;
	enum error              error = sql_get_leave_policy(&call->db, input->policy_id, &policy);

	if (error == ERROR_NOT_FOUND)
		return call_missing(call, "The policy was not found.");
	if (!error)
		error = sql_get_member(&call->db, input->user_id, &member);
	if (error == ERROR_NOT_FOUND || (!error && member.deleted_at != NONE))
		return call_missing(call, "The member was not found.");
	if (error)
		return error;
	TRY(leave_amount_read(call, "duration", input->duration, policy.time_unit, &amount));
	return sql_put_leave_allowance(&call->db, input->user_id, input->policy_id, input->year, amount);
}

/* --- holidays ---------------------------------------------------------------------------------------------------- */

enum error op_get_holidays(struct call *call, const struct get_holidays_input *input,
                           struct get_holidays_output *output)
{
	TRY(sql_list_holidays(&call->db, input->date_from, input->date_to, &call->page, &output->data));
	for (size_t i = 0; i < output->data.count; i++)
		output->data.items[i].half_day = output->data.items[i].quarters > 0;
	return ERROR_NONE;
}

enum error op_set_holiday(struct call *call, const struct set_holiday_input *input)
{
	return sql_put_holiday(&call->db, input->date, input->name, input->half_day ? QUARTERS_PER_DAY / 2 : 0);
}

enum error op_delete_holiday(struct call *call, const struct delete_holiday_input *input)
{
	return sql_delete_holiday(&call->db, input->date);
}
