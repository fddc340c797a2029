/* Weekly limits (contract 6, rows 13 and 14): hours in an ISO week of the workspace's zone. */
#ifndef STINT_RULES_LIMITS_H
#define STINT_RULES_LIMITS_H

#include <stdint.h>

/* Hours that are no limit: all that a week has. */
#define NO_WEEKLY_LIMIT 168

struct limit {
	int64_t hours; /* a week */
	int64_t used;  /* seconds of them */
	int64_t kept;  /* seconds granted before: what a limit that was lowered since does not take back */
};

/* Seconds left, 0 or more; INT64_MAX without limits. The member's limit counts all their work, the contract's (NULL:
 * none) only its own; the one that leaves less counts. */
int64_t limit_left(const struct limit *member, const struct limit *contract);

#endif
