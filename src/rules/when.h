/* What time may be recorded, of whom, and how far back and ahead: one place for entries, trackers, slots, and whatever
 * else will record time. Those who call say it in their own words. */
#ifndef STINT_RULES_WHEN_H
#define STINT_RULES_WHEN_H

#include "rules/spans.h"

#include <stdbool.h>

/* 1971-01-01: what is before that comes from a clock that was never set. No instant of a day from then on is negative,
 * in any zone. */
#define FIRST_DAY 365

/* The first reason against it. */
enum when_fault {
	WHEN_FINE,
	WHEN_LEFT,
	WHEN_BLOCKED,
	WHEN_ROLE,       /* that tracks no time */
	WHEN_IMPOSSIBLE, /* before FIRST_DAY */
	WHEN_AHEAD,
	WHEN_LONG_AGO,
};

/* Whether a member may get time, or more than they have. What they have stays, and may be moved and shortened. */
enum when_fault when_of_member(int64_t deleted_at, bool is_blocked, int64_t role);

/* How far time may reach that those enter by hand who answer for everybody's. `tomorrow`: the end of the member's
 * today. Any day back: a company that begins with Stint enters the months before, and a contract is often written down
 * later than the work began (docs/decisions/0026). */
struct span when_by_hand(int64_t tomorrow);

/* How far time may reach that a device sends: a clock may be a little ahead. Where members send it of themselves,
 * nobody has approved it: it reaches so many `days` back (NONE: any), and not before the membership and the contract
 * (NONE: none) began. */
struct span when_by_device(int64_t now, int64_t days, int64_t member_began, int64_t contract_began);

/* Whether the time may be recorded that reaches so far. */
enum when_fault when_of_span(struct span time, struct span reach);

/* Whether a clock that says so can be right. */
bool when_is_possible(int64_t instant);

/* When a tracker began that says `start`, and has run for `ran` seconds by a clock that nobody sets (NONE: not known).
 * Where the clock was set back since, that is later than it was. Where it was set ahead, or the machine was stopped as
 * a whole, nobody can tell which of them is right: what it says holds. */
int64_t when_began(int64_t start, int64_t now, int64_t ran);

/* Whether the clock that says `now` was set back since it said `then`. By no more than a minute it may be that of
 * another machine, or a request has waited. */
bool when_was_set_back(int64_t now, int64_t then);

#endif
