/* A member's timeline while it is changed. Every change of time goes through here, so that five things always hold:
 * entries of a member do not overlap, none goes beyond a weekly limit, each lies within one local day, the minutes of
 * entries and days are dealt out of their seconds, and the days of closed timesheets stay as they are.
 *
 * Knows entries and days; not what operations do with them, nor who may. */
#ifndef STINT_OPERATIONS_TIMELINE_H
#define STINT_OPERATIONS_TIMELINE_H

#include "base/zone.h"
#include "db/context.h"
#include "operations/sheets.h"
#include "rules/activity_level.h"
#include "rules/spans.h"
#include "statements.h"

struct timeline {
	struct db_context    *db;
	struct time_owner_row owner;
	const struct zone    *zone;      /* the member's: days and clock times */
	const struct zone    *week_zone; /* the workspace's: weeks of limits (contract 6, row 14) */
	struct day_changes   *changes;
};

/* What was changed since the timeline was opened. */
struct day_changes {
	int64_t minutes;             /* that it has more */
	int64_t first_day, last_day; /* between them the minutes are still to be dealt out; first > last: nowhere */

	struct day_minutes_row   part; /* of a day, of which `total` is known; or its day is NONE */
	struct running_total_row total;

	struct sheet sheet; /* of the day that was changed last */
};

/* What an entry says besides its time. */
struct activity {
	struct work_row work;    /* contract_id NONE: no project */
	int64_t         task_id; /* or NONE */
	int64_t         method;  /* enum time_method */
	struct text     description;
};

/* The parts of a span that may be kept. */
struct fit {
	struct span *spans; /* in order; apart from each other */
	size_t       count;
	int64_t      seconds;
	int64_t      limited_at; /* the first instant that a weekly limit leaves out, or NONE */
	bool         overlapped; /* some of it was taken */

	const struct sheet *closed; /* the first closed one on which some of it would be, or NULL */
};

/* What was stored. */
struct added {
	struct new_time_entry_row *entries; /* one for each day of each part */
	size_t                     count;
	int64_t                    minutes; /* of all */
	struct fit                 fit;
};

/* Reads without a lock, to look at. ERROR_NOT_FOUND: never was a member. */
enum error timeline_view(struct db_context *db, int64_t user_id, struct timeline *ret);

/* Locks the timeline until the end of the transaction, and reads then: the first statement of whoever changes it, and
 * of whoever changes what is asked of those who do (a membership, a contract, a limit). */
enum error timeline_open(struct db_context *db, int64_t user_id, struct timeline *ret);

/* The parts of a span that lie on closed sheets, in order. */
struct closed_parts {
	struct closed_part {
		struct sheet sheet;
		struct span  span;
	} * items;
	size_t count;
};
enum error timeline_closed(const struct timeline *timeline, struct span span, struct closed_parts *ret);

/* Which parts of the span are free, on no closed sheet, and within the limits of the weeks it lies in. `replaced`: an
 * entry that was taken out for this one, or NULL; what its week had with it is within the limits. */
enum error timeline_fit(const struct timeline *timeline, struct span span, const struct activity *activity,
                        const struct new_time_entry_row *replaced, struct fit *ret);

/* Stores what fits. The first entry gets the id of the replaced one, and its day, where it has its times; and what was
 * seen of the replaced one stays with what stays of its time, in proportion. Nothing fits: count 0, no error. */
enum error timeline_add(const struct timeline *timeline, struct span span, const struct activity *activity,
                        const struct new_time_entry_row *replaced, struct added *ret);

/* One entry as it is, and its day with it; the last one gives it the end of another one, on the same day, and what was
 * seen of that. Its minutes are filled, and so are others' of the day: when all is changed, deal. */
enum error timeline_insert(const struct timeline *timeline, struct new_time_entry_row *entry);
enum error timeline_remove(const struct timeline *timeline, const struct new_time_entry_row *entry);
enum error timeline_resize(const struct timeline *timeline, const struct new_time_entry_row *entry,
                           const struct new_time_entry_row *as);

/* Deals out the minutes of the days that need it (rules/minutes.h). */
enum error timeline_deal(const struct timeline *timeline);

/* All entries that overlap the span, in order. */
enum error timeline_entries(const struct timeline *timeline, struct span span, struct new_time_entry_rows *ret);

/* Cuts a span at the ends of local days: the first part, or all of them. `ret_days` has room for
 * timeline_days_max(span). Returns how many. */
struct day_span {
	int64_t     day;
	struct span span;
};
struct day_span timeline_first_day(const struct timeline *timeline, struct span span);
size_t          timeline_days_max(struct span span);
size_t          timeline_days(const struct timeline *timeline, struct span span, struct day_span *ret_days);

struct span entry_span(const struct new_time_entry_row *entry);

/* The week of limits that the instant lies in. */
struct span timeline_week(const struct timeline *timeline, int64_t instant);

/* Whether any weekly limit holds for the activity. */
bool timeline_is_limited(const struct timeline *timeline, const struct activity *activity);

/* How much of a week's limits is used. */
struct week_use {
	struct span week;
	int64_t     contract_id;                /* whose time is counted apart, or NONE */
	int64_t     member_used, contract_used; /* seconds */
	int64_t     member_kept, contract_kept; /* as struct limit has them */
};

/* Counts an entry's part of the week, if it is work. */
void week_use(struct week_use *use, const struct new_time_entry_row *entry);

/* Seconds that the limits still leave for the activity; INT64_MAX without limits. */
int64_t week_left(const struct timeline *timeline, const struct week_use *use, const struct activity *activity);

#endif
