/* Leaves (contract 3.9): what a leave charges, day by day, and what is left of an allowance.
 *
 * An amount is counted in the unit of its policy: quarters of a day where the policy is in days, minutes where it is in
 * hours. Nothing is ever converted or rounded, and a change of the working hours changes no balance. */
#ifndef STINT_RULES_LEAVES_H
#define STINT_RULES_LEAVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUARTERS_PER_DAY  4
#define LEAVE_AMOUNT_SIZE 48 /* "-1152921504606846975.75 days" and '\0' */

/* A holiday: `quarters` of the day remain to be worked, 0 where all of it is free, 2 on a half working day. */
struct free_day {
	int64_t day, quarters;
};

/* When a workspace works. */
struct working_time {
	int64_t                weekdays;  /* bits 1 << weekday; Monday is 1, Sunday 7 */
	const struct free_day *free_days; /* by day, each once */
	size_t                 count;
};

/* 1 is Monday, 7 is Sunday. */
int64_t leave_weekday(int64_t day);

/* How much of a day is worked, in quarters. */
int64_t leave_quarters(const struct working_time *working_time, int64_t day);

/* Of the first day of a leave: what is asked for. */
enum leave_period { FULL_DAY, FIRST_HALF, SECOND_HALF };

struct leave_span {
	int64_t start, end; /* days, both included */
	int64_t minutes;    /* of a whole working day, or what is asked for on each day, where `by_hours` */
	bool    by_hours;
	int64_t period; /* enum leave_period; only in days */
};

struct leave_charge {
	int64_t day;
	int64_t amount;  /* of the allowance, in the policy's unit */
	int64_t minutes; /* of working time */
};

/* The days that a leave charges, in order, at most end - start + 1. What is not worked is not charged, and so half of
 * a half working day is a quarter. The half is that of the first day also where that is free: it moves to no other. */
size_t leave_charges(const struct leave_span *span, const struct working_time *working_time, struct leave_charge *ret);

/* What of a year's allowance has been earned in its first `months`: the parts never add up to more, nor to less after
 * twelve. */
int64_t leave_earned(int64_t allowance, int64_t months);

/* An account of one member, policy and calendar year; all are amounts. */
struct leave_account {
	int64_t allowance;   /* earned by now */
	int64_t carried;     /* over from the year before */
	int64_t in_time;     /* approved and pending on days on which what was carried had not expired */
	bool    has_expired; /* what was carried has, but for what was used in time */
	int64_t approved, pending;
};

/* Below 0 where the policy allows it, or an allowance was lowered. */
int64_t leave_balance(const struct leave_account *account);

/* What a year's end leaves to the next, 0 to `most`. */
int64_t leave_carried(int64_t balance, int64_t most);

/* "2.5 days"; "7.5 hours", or "7 hours 20 minutes" where two decimals cannot say it. */
void leave_format(int64_t amount, bool by_hours, char ret[static LEAVE_AMOUNT_SIZE]);

#endif
