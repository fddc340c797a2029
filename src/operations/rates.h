/* Rates and their history: the only place that changes a rate, and the only one that tells which held on a day.
 *
 * A new rate holds from today on: the member's day, of a project the workspace's. Of two on one day the last one holds.
 * What was earned on the days before never changes. */
#ifndef STINT_OPERATIONS_RATES_H
#define STINT_OPERATIONS_RATES_H

#include "contract.h"
#include "rules/rates.h"

/* `rate` is NONE unless it is the contract's own (`rate_type`). */
enum error rate_set_of_contract(struct db_context *db, int64_t contract_id, int64_t user_id, int64_t rate,
                                int64_t rate_type);
enum error rate_set_of_member(struct db_context *db, int64_t user_id, int64_t rate);
enum error rate_set_of_project(struct db_context *db, int64_t project_id, bool is_billable, int64_t rate);

/* Sorted by contract and day; two that follow each other differ. */
struct rate_periods {
	struct rate_period *items;
	size_t              count;
};

/* The rates of contracts, also of those that have ended, from `first_day` on (DAY_MIN: from the beginning), to be
 * looked up with rate_on_day. The costs follow from the contracts and their changes since that day. Whoever asks knows
 * whether the caller may see rates. */
enum error rates_of_contracts(struct db_context *db, struct integer_list contract_ids, int64_t first_day,
                              struct rate_periods *ret);

#endif
