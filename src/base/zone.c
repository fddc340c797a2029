/* Time zones. There are no rules and no lists here: the machine's database decides, as GLib reads it. */
#include "base/zone.h"

#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/calendar.h"

/* Words that each begin with a capital letter, joined by '/'. Every IANA name is so; paths, offsets and the other files
 * of the folder ("posixrules", "right/UTC", "zone.tab") are not. */
static bool is_name(struct text name)
{
	bool word_begins = true;
	for (size_t i = 0; i < name.length; i++) {
		char c = name.data[i];
		bool fits = g_ascii_isupper(c);
		if (!word_begins)
			fits = g_ascii_isalnum(c) || c == '_' || c == '+' || c == '-' || c == '/';
		if (!fits)
			return false;
		word_begins = c == '/';
	}
	return !word_begins && name.length <= NAME_MAX && !text_equal(name, TEXT("Factory")); /* "not set", as a zone */
}

/* GLib alone would also take POSIX rules ("EST4EDT") and offsets, and complains aloud about a file that is no zone. */
static bool is_zone_file(const char *name)
{
	const char *folder = getenv("TZDIR");
	char        path[PATH_MAX], magic[4];
	int         length = snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
	if (length < 0 || (size_t)length >= sizeof(path))
		return false;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	bool is_zone = read(file, magic, sizeof(magic)) == sizeof(magic) && memcmp(magic, "TZif", sizeof(magic)) == 0;
	close(file);
	return is_zone;
}

bool zone_exists(struct text name)
{
	char terminated[NAME_MAX + 1];
	if (!is_name(name))
		return false;
	memcpy(terminated, name.data, name.length);
	terminated[name.length] = '\0';
	if (!is_zone_file(terminated))
		return false;
	GTimeZone *zone = g_time_zone_new_identifier(terminated);
	if (!zone)
		return false;
	g_time_zone_unref(zone);
	return true;
}

/* --- zones in memory --------------------------------------------------------------------------------------------- */

struct zone {
	struct zone *next;
	GTimeZone   *rules; /* NULL: UTC */
	char         name[];
};

static const struct zone      utc;
static _Atomic(struct zone *) known; /* grows at the front, never shrinks: the names are few */
static pthread_mutex_t        growing = PTHREAD_MUTEX_INITIALIZER;

static const struct zone *find_known(struct text name)
{
	for (const struct zone *zone = atomic_load(&known); zone; zone = zone->next)
		if (strlen(zone->name) == name.length && memcmp(zone->name, name.data, name.length) == 0)
			return zone;
	return NULL;
}

/* Under the lock. */
static const struct zone *read_zone(struct text name)
{
	const struct zone *found = find_known(name);
	struct zone       *zone;

	if (found || !zone_exists(name))
		return found;
	zone = malloc(sizeof(*zone) + name.length + 1);
	if (!zone)
		return NULL;
	memcpy(zone->name, name.data, name.length);
	zone->name[name.length] = '\0';
	zone->rules = g_time_zone_new_identifier(zone->name);
	zone->next = atomic_load(&known);
	if (!zone->rules) {
		free(zone);
		return NULL;
	}
	atomic_store(&known, zone);
	return zone;
}

const struct zone *zone_find(struct text name)
{
	if (!name.data || text_equal(name, TEXT("UTC")))
		return &utc;
	const struct zone *zone = find_known(name);
	if (zone)
		return zone;
	pthread_mutex_lock(&growing);
	zone = read_zone(name);
	pthread_mutex_unlock(&growing);
	return zone;
}

/* --- local time -------------------------------------------------------------------------------------------------- */

int64_t zone_offset(const struct zone *zone, int64_t instant)
{
	if (!zone->rules)
		return 0;
	return g_time_zone_get_offset(zone->rules, g_time_zone_find_interval(zone->rules, G_TIME_TYPE_UNIVERSAL, instant));
}

int64_t zone_day(const struct zone *zone, int64_t instant)
{
	return calendar_day_of(instant + zone_offset(zone, instant));
}

/* The instants at which local clocks show `local` (seconds as if they were UTC). Only the offsets in force around it
 * can lead there. */
static size_t find_local(const struct zone *zone, int64_t local, int64_t ret[static 2])
{
	int64_t before = local - zone_offset(zone, local - SECONDS_PER_DAY);
	int64_t after = local - zone_offset(zone, local + SECONDS_PER_DAY);
	int64_t first = before < after ? before : after, last = before < after ? after : before;
	size_t  count = 0;

	ret[0] = before;
	if (first + zone_offset(zone, first) == local)
		ret[count++] = first;
	if (last != first && last + zone_offset(zone, last) == local)
		ret[count++] = last;
	return count;
}

size_t zone_instants(const struct zone *zone, int64_t day, int64_t minute, int64_t ret[static 2])
{
	return find_local(zone, day * SECONDS_PER_DAY + minute * 60, ret);
}

int64_t zone_day_start(const struct zone *zone, int64_t day)
{
	int64_t start[2];

	if (!zone->rules)
		return day * SECONDS_PER_DAY;
	if (find_local(zone, day * SECONDS_PER_DAY, start) && zone_day(zone, start[0] - 1) < day)
		return start[0];
	/* Midnight is skipped, or not the beginning: the day grows with the instants, so halve what lies between. */
	int64_t earlier = (day - 2) * SECONDS_PER_DAY, later = (day + 2) * SECONDS_PER_DAY;
	while (later - earlier > 1) {
		int64_t middle = earlier + (later - earlier) / 2;
		if (zone_day(zone, middle) < day)
			earlier = middle;
		else
			later = middle;
	}
	return later;
}

int64_t zone_week_start(const struct zone *zone, int64_t weekday, int64_t instant)
{
	int64_t day = zone_day(zone, instant);
	int64_t since = (day + 4 - weekday) % 7; /* day 0 was a Thursday, 4 */

	return zone_day_start(zone, day - (since < 0 ? since + 7 : since));
}
