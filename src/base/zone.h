/* Time zones: names of the IANA database and what local time they keep. The rules are the system's database, read by
 * a library; there are none of our own.
 *
 * Instants are UTC seconds and days are those of calendar.h. */
#ifndef STINT_BASE_ZONE_H
#define STINT_BASE_ZONE_H

#include "base/text.h"

/* A name in the machine's IANA database, such as "Europe/Berlin" or "UTC"; not a path, an offset or a POSIX rule. */
bool zone_exists(struct text name);

struct zone;

/* A zone of the database; NO_TEXT is UTC. NULL when there is none of that name, or no memory. Each is read once and
 * lives as long as the process. Thread-safe. */
const struct zone *zone_find(struct text name);

/* Seconds east of UTC at the instant. */
int64_t zone_offset(const struct zone *zone, int64_t instant);

/* The local day of an instant. */
int64_t zone_day(const struct zone *zone, int64_t instant);

/* When the local day begins: its first instant, which is not midnight where the clocks skip that. A day that the zone
 * left out (Pacific/Apia 2011-12-30) has no length and begins with the next. */
int64_t zone_day_start(const struct zone *zone, int64_t day);

/* The instants of a clock time, `minute` after midnight, on a local day: one, or two where it comes twice, in order.
 * None where the clocks skip it: ret[0] is then where they would be without the skip. Returns how many. */
size_t zone_instants(const struct zone *zone, int64_t day, int64_t minute, int64_t ret[static 2]);

/* When the week of the instant's local day began: the start of its last `weekday`, of which 1 is Monday and 7 Sunday.
 */
int64_t zone_week_start(const struct zone *zone, int64_t weekday, int64_t instant);

#endif
