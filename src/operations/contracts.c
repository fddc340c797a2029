/* Contracts (contract 3.4). */
#include "operations/contracts.h"

#include "base/calendar.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/events.h"
#include "operations/rates.h"
#include "operations/trackers.h"
#include "rules/roles.h"
#include "statements.h"

enum error op_get_contracts(struct call *call, const struct get_contracts_input *input,
                            struct get_contracts_output *output)
{
	return sql_list_contracts(&call->db, input->after_id, input->project_id, input->user_id, input->status, &call->page,
	                          &output->data);
}

enum error op_get_contract(struct call *call, const struct get_contract_input *input,
                           struct get_contract_output *output)
{
	return sql_get_contract(&call->db, input->contract_id, &output->data);
}

enum error contract_tell(struct db_context *db, int64_t kind, int64_t id, struct contract_row *ret)
{
	struct db_context   view = event_view(db);
	struct contract_row rated;

	TRY(sql_get_contract(&view, id, &rated));
	*ret = rated;
	ret->rate = NONE;
	TRY(event_note(db, &(struct event){kind, id, rated.user_id, rated.project_id}, ret, &rated));
	if (db->sees_rates)
		*ret = rated;
	return ERROR_NONE;
}

/* Only a member who is still there, and stays, and tracks time can have an active contract. `field` names the input at
 * fault. */
static enum error check_can_work(struct call *call, int64_t user_id, const char *field)
{
	struct member_row member;
	enum error        error;

	TRY(db_take_turn(&call->db, user_id));
	error = sql_lock_member(&call->db, user_id);
	if (!error)
		error = sql_get_member(&call->db, user_id, &member);
	if (error == ERROR_NOT_FOUND || (!error && member.deleted_at != NONE))
		return call_missing(call, "The member was not found.");
	TRY(error);
	if (!role_tracks_time(member.current_role))
		return call_fault(call, field, "A Project viewer cannot be assigned to a project.");
	return ERROR_NONE;
}

/* The project that a new contract joins with a member, or an error that names the one that is missing. */
static enum error find_parties(struct call *call, const struct create_contract_input *input,
                               struct project_row *ret_project)
{
	enum error error = sql_get_project(&call->db, input->project_id, ret_project);

	if (error == ERROR_NOT_FOUND)
		return call_missing(call, "The project was not found.");
	return error ? error : check_can_work(call, input->user_id, "user_id");
}

enum error op_create_contract(struct call *call, const struct create_contract_input *input,
                              struct create_contract_output *output)
{
	struct project_row      project;
	struct new_contract_row contract = {
		.project_id = input->project_id,
		.user_id = input->user_id,
		.weekly_hours_limit = input->weekly_hours_limit,
		.rate = NONE,
		.rate_type = RATE_TYPE_PROJECT,
	};

	TRY(find_parties(call, input, &project));
	contract.screenshots = input->screenshots == NONE ? project.screenshots : input->screenshots;
	if (input->rate != NONE && call->db.sees_rates) {
		contract.rate = input->rate;
		contract.rate_type = RATE_TYPE_CUSTOM;
	}
	TRY(ids_next(call->db.ids, SEQUENCE_CONTRACTS, &contract.id));
	TRY(sql_insert_contract(&call->db, &contract));
	return contract_tell(&call->db, EVENT_KIND_CONTRACT_CREATED, contract.id, &output->data);
}

enum error op_update_contract(struct call *call, const struct update_contract_input *input,
                              struct update_contract_output *output)
{
	struct contract_row contract;
	int64_t             changed;
	int64_t             rate; /* as it is shown: its own, the project's, or none */

	TRY(sql_get_contract(&call->db, input->contract_id, &contract));
	TRY(db_take_turn(&call->db, contract.user_id));
	TRY(sql_lock_member(&call->db, contract.user_id)); /* as whoever else changes it has */
	TRY(sql_get_contract(&call->db, input->contract_id, &contract));
	rate = contract.rate;
	if (input->given.status && input->status != contract.status && input->status == CONTRACT_STATUS_ACTIVE)
		TRY(check_can_work(call, contract.user_id, "status"));
	if (input->given.weekly_hours_limit && input->weekly_hours_limit < contract.weekly_hours_limit)
		TRY(tracker_save(&call->db, contract.user_id));
	merge_update_contract(&contract, input);
	if (contract.status != CONTRACT_STATUS_ACTIVE)
		TRY(tracker_end(&call->db, contract.user_id, contract.id));
	TRY(sql_update_contract(&call->db, &contract, &changed));
	if (input->given.weekly_hours_limit)
		TRY(tracker_limit_changed(&call->db, contract.user_id));
	if (input->given.rate && input->rate != rate && call->db.sees_rates) {
		TRY(rate_set_of_contract(&call->db, input->contract_id, contract.user_id, input->rate,
		                         input->rate == NONE ? RATE_TYPE_PROJECT : RATE_TYPE_CUSTOM));
		changed = 1;
	}
	if (changed)
		return contract_tell(&call->db, EVENT_KIND_CONTRACT_UPDATED, input->contract_id, &output->data);
	return sql_get_contract(&call->db, input->contract_id, &output->data);
}

enum error op_delete_contract(struct call *call, const struct delete_contract_input *input)
{
	struct contract_row contract;
	int64_t             changed;

	TRY(sql_get_contract(&call->db, input->contract_id, &contract)); /* not one of an archived project */
	TRY(tracker_end(&call->db, contract.user_id, contract.id));
	TRY(contract_tell(&call->db, EVENT_KIND_CONTRACT_DELETED, input->contract_id, &contract));
	TRY(sql_delete_contract(&call->db, input->contract_id, &changed));
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}

/* The history tells by itself how often a rate was changed: nothing of it is for those who may not see rates. */
enum error op_get_contract_rates(struct call *call, const struct get_contract_rates_input *input,
                                 struct get_contract_rates_output *output)
{
	struct contract_row       contract;
	struct rate_periods       periods;
	struct contract_rate_rows rows = {0};
	size_t                    begin = (size_t)((call->page.page - 1) * call->page.per_page);

	TRY(sql_get_contract(&call->db, input->contract_id, &contract));
	if (!call->db.sees_rates)
		return ERROR_FORBIDDEN;
	TRY(rates_of_contracts(&call->db, (struct integer_list){&contract.id, 1}, DAY_MIN, &periods));
	rows.items = arena_alloc_array(call->db.arena, periods.count, sizeof(*rows.items));
	if (!rows.items)
		return ERROR_NO_MEMORY;
	for (size_t i = begin; i < periods.count && rows.count < (size_t)call->page.per_page; i++)
		rows.items[rows.count++] = (struct contract_rate_row){
			.from_date = periods.items[i].first_day,
			.rate = periods.items[i].rate,
			.rate_type = periods.items[i].type,
		};
	call->page.total = (int64_t)periods.count;
	output->data = rows;
	return ERROR_NONE;
}
