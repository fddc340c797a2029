/* Days and seconds of the Gregorian calendar and their text. No zones, and no clock: nothing here knows "now".
 *
 * Years are counted from March inside, so that the leap day is the last day of a year and the lengths of the months
 * follow one line: month m (March is 0) begins on day (153 m + 2) / 5. */
#include "base/calendar.h"

#include <stdio.h>

#define DAYS_PER_CYCLE 146097 /* 400 years */
#define DAY_OF_YEAR_0  719468 /* days from 0000-03-01 to 1970-01-01 */

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

bool calendar_has_instant(int64_t second)
{
	return calendar_has_day(calendar_day_of(second));
}

int64_t calendar_day_of(int64_t second)
{
	return floor_divide(second, SECONDS_PER_DAY);
}

int64_t calendar_day(int year, unsigned month, unsigned day)
{
	int64_t  march_year = (int64_t)year - (month <= 2);
	int64_t  cycle = floor_divide(march_year, 400);
	unsigned y = (unsigned)(march_year - cycle * 400);
	unsigned m = month <= 2 ? month + 9 : month - 3;
	return cycle * DAYS_PER_CYCLE + y * 365 + y / 4 - y / 100 + (153 * m + 2) / 5 + day - 1 - DAY_OF_YEAR_0;
}

void calendar_date(int64_t day, int *ret_year, unsigned *ret_month, unsigned *ret_day)
{
	int64_t  cycle = floor_divide(day + DAY_OF_YEAR_0, DAYS_PER_CYCLE);
	unsigned d = (unsigned)(day + DAY_OF_YEAR_0 - cycle * DAYS_PER_CYCLE);
	/* Without the leap days before it (one in 4 years, but not in 100, but in 400) a day tells its year. */
	unsigned y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	unsigned day_of_year = d - (y * 365 + y / 4 - y / 100);
	unsigned m = (5 * day_of_year + 2) / 153;
	*ret_day = day_of_year - (153 * m + 2) / 5 + 1;
	*ret_month = m < 10 ? m + 3 : m - 9;
	*ret_year = (int)(cycle * 400 + y) + (m >= 10);
}

/* What is left of a text while it is read. */
struct reader {
	const char *at, *end;
};

/* Exactly `count` digits. */
static bool calendar_read_number(struct reader *reader, size_t count, unsigned *ret)
{
	if ((size_t)(reader->end - reader->at) < count)
		return false;
	unsigned value = 0;
	for (const char *end = reader->at + count; reader->at < end; reader->at++) {
		if (*reader->at < '0' || *reader->at > '9')
			return false;
		value = value * 10 + (unsigned)(*reader->at - '0');
	}
	*ret = value;
	return true;
}

static bool read_one_of(struct reader *reader, const char *characters)
{
	if (reader->at == reader->end || !*reader->at || !strchr(characters, *reader->at))
		return false;
	reader->at++;
	return true;
}

static bool read_date(struct reader *reader, int64_t *ret_day)
{
	unsigned year, month, day;
	if (!calendar_read_number(reader, 4, &year) || !read_one_of(reader, "-") ||
	    !calendar_read_number(reader, 2, &month) || !read_one_of(reader, "-") || !calendar_read_number(reader, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12)
		return false;
	int64_t first = calendar_day((int)year, month, 1);
	int64_t next = month < 12 ? calendar_day((int)year, month + 1, 1) : first + 31;
	if (day < 1 || day > next - first)
		return false;
	*ret_day = first + day - 1;
	return true;
}

/* hh:mm, in minutes; of an offset also hhmm. */
static bool read_minutes(struct reader *reader, bool colon, unsigned *ret)
{
	unsigned hour, minute;
	if (!calendar_read_number(reader, 2, &hour) || (!read_one_of(reader, ":") && colon) ||
	    !calendar_read_number(reader, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*ret = hour * 60 + minute;
	return true;
}

/* ":ss" and ".fff", either or both of which may be missing; the fraction is rounded, so that what ends a thousandth
 * before the next begins ends where that begins. A leap second counts as the second after it, as it does for the
 * operating system. */
static bool read_seconds(struct reader *reader, unsigned *ret)
{
	unsigned second = 0, digit;
	if (read_one_of(reader, ":")) {
		if (!calendar_read_number(reader, 2, &second) || second > 60)
			return false;
		if (read_one_of(reader, ".")) {
			if (!calendar_read_number(reader, 1, &digit))
				return false;
			second += digit >= 5 && second < 60;
			while (calendar_read_number(reader, 1, &digit))
				;
		}
	}
	*ret = second;
	return true;
}

/* "+hh:mm", "-hhmm": minutes east of UTC; "Z": NONE. */
static bool read_offset(struct reader *reader, int64_t *ret)
{
	unsigned minutes;
	bool     west = reader->at < reader->end && *reader->at == '-';

	*ret = NONE;
	if (read_one_of(reader, "Zz"))
		return true;
	if (!read_one_of(reader, "+-") || !read_minutes(reader, false, &minutes))
		return false;
	*ret = west ? -(int64_t)minutes : (int64_t)minutes;
	return true;
}

bool calendar_parse_date(struct text text, int64_t *ret_day)
{
	struct reader reader = {text.data, text.data + text.length};
	int64_t       day;
	if (!read_date(&reader, &day) || reader.at != reader.end)
		return false;
	*ret_day = day;
	return true;
}

bool calendar_parse_zoned_instant(struct text text, int64_t *ret_second, int64_t *ret_offset)
{
	struct reader reader = {text.data, text.data + text.length};
	int64_t       day, offset;
	unsigned      minutes, seconds;
	if (!read_date(&reader, &day) || !read_one_of(&reader, "Tt ") || !read_minutes(&reader, true, &minutes) ||
	    !read_seconds(&reader, &seconds) || !read_offset(&reader, &offset) || reader.at != reader.end)
		return false;
	int64_t second = day * SECONDS_PER_DAY + minutes * 60 + seconds - (offset == NONE ? 0 : offset * 60);
	if (!calendar_has_instant(second))
		return false;
	*ret_second = second;
	*ret_offset = offset;
	return true;
}

bool calendar_parse_instant(struct text text, int64_t *ret_second)
{
	int64_t offset;

	return calendar_parse_zoned_instant(text, ret_second, &offset);
}

bool calendar_parse_time(struct text text, int64_t *ret_minute)
{
	struct reader reader = {text.data, text.data + text.length};
	unsigned      minutes;
	if (!read_minutes(&reader, true, &minutes) || reader.at != reader.end)
		return false;
	*ret_minute = minutes;
	return true;
}

static char *write_two(char *at, unsigned value)
{
	*at++ = (char)('0' + value / 10);
	*at++ = (char)('0' + value % 10);
	return at;
}

/* Writes the ten characters of a date; returns the place after them. */
static void spell_day(int64_t day, char at[static DATE_SIZE])
{
	int      year;
	unsigned month, day_of_month;
	calendar_date(day, &year, &month, &day_of_month);
	at = write_two(at, (unsigned)year / 100);
	at = write_two(at, (unsigned)year % 100);
	*at++ = '-';
	at = write_two(at, month);
	*at++ = '-';
	*write_two(at, day_of_month) = '\0';
}

/* The rows of a page share most of their days: the last few are kept, spelled. */
static char *write_date(char *at, int64_t day)
{
	static _Thread_local struct {
		int64_t day;
		char    text[DATE_SIZE];
	} kept[16]; /* zeroed memory would be the first day of the epoch: the text tells whether there is one */

	day = day < DAY_MIN ? DAY_MIN : day > DAY_MAX ? DAY_MAX : day;
	unsigned slot = (uint64_t)day % (sizeof(kept) / sizeof(*kept));
	if (kept[slot].day != day || !kept[slot].text[0]) {
		spell_day(day, kept[slot].text);
		kept[slot].day = day;
	}
	memcpy(at, kept[slot].text, DATE_SIZE - 1);
	return at + DATE_SIZE - 1;
}

void calendar_format_date(int64_t day, char ret[static DATE_SIZE])
{
	*write_date(ret, day) = '\0';
}

void calendar_format_instant(int64_t second, char ret[static INSTANT_SIZE])
{
	int64_t  day = floor_divide(second, SECONDS_PER_DAY);
	unsigned second_of_day = (unsigned)(second - day * SECONDS_PER_DAY);
	char    *at = write_date(ret, day);
	*at++ = 'T';
	at = write_two(at, second_of_day / 3600);
	*at++ = ':';
	at = write_two(at, second_of_day / 60 % 60);
	*at++ = ':';
	at = write_two(at, second_of_day % 60);
	*at++ = 'Z';
	*at = '\0';
}

void calendar_format_zoned_instant(int64_t second, int64_t offset, char ret[static ZONED_SIZE])
{
	calendar_format_instant(offset == NONE ? second : second + offset * 60, ret);
	if (offset == NONE)
		return;
	int64_t minutes = offset < 0 ? -offset : offset;
	/* in the place of the Z */
	snprintf(ret + INSTANT_SIZE - 2, ZONED_SIZE - INSTANT_SIZE + 2, "%c%02d:%02d", offset < 0 ? '-' : '+',
	         (int)(minutes / 60), (int)(minutes % 60));
}
