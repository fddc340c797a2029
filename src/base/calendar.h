/* The proleptic Gregorian calendar in UTC: days, seconds and their ISO 8601 text. Zones are in zone.h.
 *
 * A day is the number of days since 1970-01-01; an instant is whole UTC seconds since 1970-01-01T00:00:00Z. */
#ifndef STINT_BASE_CALENDAR_H
#define STINT_BASE_CALENDAR_H

#include "base/text.h"

#define MINUTES_PER_HOUR 60
#define MINUTES_PER_DAY  1440
#define SECONDS_PER_HOUR 3600
#define SECONDS_PER_DAY  86400
#define DAYS_PER_WEEK    7
#define DATE_SIZE        11 /* "2024-01-15" and '\0' */
#define INSTANT_SIZE     21 /* "2024-01-15T09:00:00Z" and '\0' */
#define ZONED_SIZE       26 /* "2024-01-15T09:00:00+02:00" and '\0' */

/* The years that the API can hold: 0001-9999. */
#define DAY_MIN (-719162)
#define DAY_MAX 2932896

static inline bool calendar_has_day(int64_t day)
{
	return day >= DAY_MIN && day <= DAY_MAX;
}

bool calendar_has_instant(int64_t second);

/* The day that the second lies in. */
int64_t calendar_day_of(int64_t second);

int64_t calendar_day(int year, unsigned month, unsigned day);
void    calendar_date(int64_t day, int *ret_year, unsigned *ret_month, unsigned *ret_day);

/* Exactly YYYY-MM-DD and a day that exists. */
bool calendar_parse_date(struct text text, int64_t *ret_day);

/* RFC 3339 as clients write it: "T" or a space, seconds and a fraction optional (the fraction is rounded), then "Z",
 * "+hh:mm" or "+hhmm", without which nobody knows the instant; letters in either case. A leap second, 60, counts as the
 * second after it. What UTC puts outside the years 0001-9999 is refused. */
bool calendar_parse_instant(struct text text, int64_t *ret_second);

/* The same, and the offset in minutes east of UTC; NONE where it was said by "Z". */
bool calendar_parse_zoned_instant(struct text text, int64_t *ret_second, int64_t *ret_offset);

/* Exactly HH:mm, 00:00-23:59; in minutes since midnight. */
bool calendar_parse_time(struct text text, int64_t *ret_minute);

/* Write the text with its '\0'; for what lies outside 0001-9999, that of the first or last day. */
void calendar_format_date(int64_t day, char ret[static DATE_SIZE]);
void calendar_format_instant(int64_t second, char ret[static INSTANT_SIZE]);
void calendar_format_zoned_instant(int64_t second, int64_t offset, char ret[static ZONED_SIZE]);

#endif
