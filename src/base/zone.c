/* Names of time zones. No rules and no lists here: the machine's database and GLib's reader of it decide. */
#include "base/zone.h"

#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
	return !word_begins && name.length <= NAME_MAX;
}

/* GLib alone would also take POSIX rules ("EST4EDT") and offsets, and complains aloud about a file that is no zone. */
static bool is_zone_file(const char *name)
{
	const char *folder = getenv("TZDIR");
	char path[PATH_MAX], magic[4];
	int length = snprintf(path, sizeof(path), "%s/%s", folder ? folder : "/usr/share/zoneinfo", name);
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
