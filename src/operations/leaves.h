/* What the files of leaves share (contract 3.9): amounts on the wire, balances, and the time of approved leaves. */
#ifndef STINT_OPERATIONS_LEAVES_H
#define STINT_OPERATIONS_LEAVES_H

#include "contract.h"
#include "operations/timeline.h"

/* The calendar year of a day, and the first day of a month, of which 13 is the next January. */
int64_t leave_year(int64_t day);
int64_t leave_month_start(int64_t year, int64_t month);

/* A duration as it is said (decimal days or hours) as an amount (rules/leaves.h), and back: 7.3333 hours are 440
 * minutes. A fault on `field` where it is no whole number of quarters or minutes. */
enum error leave_amount_read(struct call *call, const char *field, int64_t duration, int64_t time_unit, int64_t *ret);
int64_t    leave_amount_shown(int64_t amount, int64_t time_unit);

/* ERROR_BALANCE_TOO_LOW when a leave that is among what is charged takes more than there is: on its own days, or of
 * what later ones were promised. What was too little without it is not its fault. */
enum error leave_check_balance(struct call *call, const struct leave_row *leave);

/* Time of the method Paid leave for each day of the leave, on the free part of the member's day; and takes it away.
 * `ret_missing`: minutes for which the days have no free time. */
enum error leave_time_add(struct call *call, const struct timeline *timeline, const struct leave_row *leave,
                          int64_t *ret_missing);
enum error leave_time_remove(struct call *call, const struct timeline *timeline, int64_t leave_id);

/* What was added in place of an entry, of which the first has its id: all of it is time of the same leave, if that was.
 */
enum error leave_time_follow(struct db_context *db, const struct added *added);

#endif
