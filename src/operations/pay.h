/* What time was paid: as it was approved, or else by the rates of its day, as timesheets have it. */
#ifndef STINT_OPERATIONS_PAY_H
#define STINT_OPERATIONS_PAY_H

#include "operations/rates.h"
#include "rules/periods.h"

struct pay {
	struct rate_periods       rates;
	struct frozen_amount_rows approved; /* by day, member and contract */
};

/* Of the contracts, on the days; of everybody, where people.items is NULL. Whoever asks knows whether the caller may
 * see rates. */
enum error pay_find(struct db_context *db, struct day_range days, struct integer_list people,
                    struct integer_list contracts, struct pay *ret);

/* A member's time on a contract, on a day. */
struct paid_time {
	int64_t day, user_id, contract_id;
	int64_t minutes; /* all of them */
};

/* What the first `minutes` of it were paid: parts add up to the whole, which is rounded once. NONE: no rate is known.
 */
int64_t pay_of(const struct pay *pay, const struct paid_time *time, int64_t minutes);

/* What so many minutes were paid that lie behind others of it: what they add. */
int64_t pay_of_part(const struct pay *pay, const struct paid_time *time, int64_t before, int64_t minutes);

/* The rate of an hour by which it was paid. NULL: none is known, or it was approved under another, which nobody knows
 * any more. */
const struct rate_period *pay_rate(const struct pay *pay, const struct paid_time *time);

#endif
