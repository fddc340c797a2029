/* Rates in the database: what stands is in contracts, members and projects, what was is in past_rates. */
#include "operations/rates.h"

#include "base/zone.h"
#include "statements.h"

/* --- changing ---------------------------------------------------------------------------------------------------- */

/* Before another rate holds from today on. */
static enum error rate_keep(struct db_context *db, int64_t kind, int64_t owner_id, struct text timezone)
{
	const struct zone *zone = zone_find(timezone);
	int64_t            yesterday;

	if (!zone)
		return ERROR_INTERNAL; /* a stored zone that the machine's database has lost */
	yesterday = zone_day(zone, db->now) - 1;
	TRY(sql_keep_rate(db, kind, owner_id, yesterday));
	return sql_drop_later_rates(db, kind, owner_id, yesterday);
}

static enum error rate_keep_by_member(struct db_context *db, int64_t kind, int64_t owner_id, int64_t user_id)
{
	struct time_owner_row member;
	bool                  found;

	TRY(sql_find_time_owner(db, user_id, &member, &found));
	return found ? rate_keep(db, kind, owner_id, member.timezone) : ERROR_NOT_FOUND;
}

enum error rate_set_of_contract(struct db_context *db, int64_t contract_id, int64_t user_id, int64_t rate,
                                int64_t rate_type)
{
	TRY(rate_keep_by_member(db, RATE_TYPE_CUSTOM, contract_id, user_id));
	return sql_set_contract_rate(db, contract_id, rate, rate_type);
}

enum error rate_set_of_member(struct db_context *db, int64_t user_id, int64_t rate)
{
	TRY(rate_keep_by_member(db, RATE_TYPE_MEMBER, user_id, user_id));
	return sql_set_member_rate(db, user_id, rate);
}

enum error rate_set_of_project(struct db_context *db, int64_t project_id, bool is_billable, int64_t rate)
{
	struct workspace_settings_row settings;

	TRY(sql_get_workspace_settings(db, &settings));
	TRY(rate_keep(db, RATE_TYPE_PROJECT, project_id, settings.timezone));
	return sql_set_project_billing(db, project_id, is_billable, rate);
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

/* Goes back in time by one change. */
static void rate_undo(struct rates *rates, const struct past_rate_row *past)
{
	switch (past->kind) {
	case RATE_TYPE_CUSTOM:
		rates->own = past->rate;
		rates->type = past->rate_type;
		return;
	case RATE_TYPE_MEMBER:
		rates->member = past->rate;
		return;
	default:
		rates->project = past->rate;
	}
}

/* Puts a period before those at `ret->items`, or lets the first of them begin earlier. */
static void rate_prepend(struct rate_periods *ret, int64_t contract_id, int64_t first_day, const struct rates *rates)
{
	struct rate_period period = {contract_id, first_day, rates_hourly(rates), rates->type};

	if (ret->count && ret->items->contract_id == contract_id && ret->items->rate == period.rate &&
	    ret->items->type == period.type) {
		ret->items->first_day = first_day;
		return;
	}
	*--ret->items = period;
	ret->count++;
}

enum error rates_of_contracts(struct db_context *db, struct integer_list contract_ids, int64_t first_day,
                              struct rate_periods *ret)
{
	struct current_rates_rows current;
	struct past_rate_rows     past;
	struct rate_periods       periods = {0};

	TRY(sql_list_current_rates(db, contract_ids, &current));
	TRY(sql_list_past_rates(db, contract_ids, first_day, &past));
	periods.items = arena_alloc_array(db->arena, current.count + past.count + 1, sizeof(*periods.items));
	if (!periods.items)
		return ERROR_NO_MEMORY;
	periods.items += current.count + past.count; /* filled from its end, as time is walked back */
	for (size_t i = current.count, next = past.count; i-- > 0;) {
		const struct current_rates_row *row = &current.items[i];
		struct rates                    rates = {row->own, row->member, row->project, row->rate_type};

		while (next > 0 && past.items[next - 1].contract_id == row->contract_id) {
			int64_t last_day = past.items[next - 1].last_day;

			rate_prepend(&periods, row->contract_id, last_day + 1, &rates);
			while (next > 0 && past.items[next - 1].contract_id == row->contract_id &&
			       past.items[next - 1].last_day == last_day)
				rate_undo(&rates, &past.items[--next]);
		}
		rate_prepend(&periods, row->contract_id, NONE, &rates);
	}
	*ret = periods;
	return ERROR_NONE;
}
