/* What a report is about: which days, and whose. All reports choose these here, so that the same question has the same
 * answer in each. */
#ifndef STINT_OPERATIONS_REPORT_RANGE_H
#define STINT_OPERATIONS_REPORT_RANGE_H

#include "base/zone.h"
#include "contract/operation.h"
#include "rules/periods.h"

#define REPORT_DAYS_MAX 31 /* where the contract bounds a range */

/* The days from `start_date` to `end_date`, both included; the one that was not given (NONE) is that of the
 * workspace's current week. A fault of end_date where they end before they start, or are more than `days_max`. */
enum error report_range(struct call *call, int64_t start_date, int64_t end_date, int64_t days_max,
                        struct day_range *ret);

/* By what people are chosen; lists that were not given have no items (NULL). */
struct report_filter {
	int64_t             user_id; /* or NONE */
	struct integer_list users, teams, titles;
};

/* Those who are all that was asked for, also people who left; an optional list of a statement: where nothing was asked
 * for, it has no items, which is everybody. What nobody has chooses nobody; it is no fault. */
enum error report_people(struct call *call, const struct report_filter *filter, struct integer_list *ret);

/* The contracts on some projects, also those that ended; in the same way all, and time without a contract, where no
 * projects were given. */
enum error report_contracts(struct call *call, struct integer_list projects, struct integer_list *ret);

/* The workspace's zone: instants in reports have its offset. */
enum error report_zone(struct call *call, const struct zone **ret);

/* "2024-01-15T10:00:00+01:00", in the arena; NO_TEXT of NONE. */
struct text report_instant(struct arena *arena, const struct zone *zone, int64_t instant);

#endif
