/* What time earns: whose rate counts, on which day, and what that comes to. Rates and amounts are in 1/10000 of the
 * contract's currency; no binary fraction touches them. */
#ifndef STINT_RULES_RATES_H
#define STINT_RULES_RATES_H

#include <stddef.h>
#include <stdint.h>

/* Those that a contract's time can earn, on one day. */
struct rates {
	int64_t own, member, project; /* an hour, or NONE; `project` is NONE as well where nobody is billed */
	int64_t type;                 /* enum rate_type: whose counts */
};

/* What an hour earns. NONE: not known, or not billed. */
int64_t rates_hourly(const struct rates *rates);

/* A contract's rate from a day until the next period of the same contract begins. */
struct rate_period {
	int64_t contract_id;
	int64_t first_day; /* NONE, which is less than any day: from the beginning, or from where was asked */
	int64_t rate;      /* as rates_hourly has it */
	int64_t type;      /* whose it is: enum rate_type */
};

/* The one that holds on the day. `periods` are sorted by contract and day. NULL: that contract is not among them. */
const struct rate_period *rate_on_day(const struct rate_period *periods, size_t count, int64_t contract_id,
                                      int64_t day);

/* What so many minutes (0 or more) earn by the hourly rate, rounded once, half up. NONE by the rate NONE.
 *
 * To be asked for the minutes of a contract on a day; sums are sums of those, so that parts add up to totals. It fits
 * for more than a year of minutes at the highest rate. */
int64_t rate_amount(int64_t minutes, int64_t rate);

/* The same by the rate that holds on the day. NONE where none does, or the contract is not among the periods. */
int64_t rate_amount_on_day(const struct rate_period *periods, size_t count, int64_t contract_id, int64_t day,
                           int64_t minutes);

#endif
