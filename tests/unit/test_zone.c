/* Unit tests of base/zone, on the machine's own database. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/zone.h"

static void hard_names_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		bool        exists;
	} rows[] = {
		{"UTC", true},
		{"Etc/UTC", true},
		{"Europe/Berlin", true},
		{"America/Argentina/Buenos_Aires", true},
		{"America/North_Dakota/New_Salem", true},
		{"America/Port-au-Prince", true},
		{"Africa/Dar_es_Salaam", true},
		{"Australia/Lord_Howe", true},
		{"Antarctica/DumontDUrville", true},
		{"Asia/Ust-Nera", true},
		{"Etc/GMT+12", true},
		{"Etc/GMT-14", true},
		{"GMT0", true},
		{"EST", true},
		{"EST5EDT", true}, /* has the form of a POSIX rule, but is a name in the database */
		{"W-SU", true},
		{"GB-Eire", true},
		{"Asia/Calcutta", true}, /* an old name of Asia/Kolkata */

		{"", false},
		{"Europe", false}, /* a folder */
		{"Europe/", false},
		{"/Europe/Berlin", false},
		{"Europe//Berlin", false},
		{"Europe/Berlin/", false},
		{"Europe/Berlin ", false},
		{" Europe/Berlin", false},
		{"Europe/Berlin\n", false},
		{"europe/berlin", false},
		{"Europe/berlin", false},
		{"EUROPE/BERLIN", false},
		{"utc", false},
		{"Europe/Atlantis", false},
		{"Mars/Olympus_Mons", false},
		{".", false},
		{"..", false},
		{"../zoneinfo/UTC", false},
		{"Europe/../UTC", false},
		{"Europe/./Berlin", false},
		{"/usr/share/zoneinfo/UTC", false},
		{"/etc/localtime", false},
		{":UTC", false},
		{":Europe/Berlin", false},
		{"posixrules", false},
		{"localtime", false},
		{"posix/Europe/Berlin", false},
		{"right/Europe/Berlin", false},
		{"zone.tab", false},
		{"zone1970.tab", false},
		{"iso3166.tab", false},
		{"tzdata.zi", false},
		{"leapseconds", false},
		{"Z", false},
		{"+01:00", false},
		{"+0100", false},
		{"UTC+1", false},
		{"EST4EDT", false},
		{"CET-1CEST,M3.5.0,M10.5.0/3", false},
		{"<+03>-3", false},
		{"Etc/GMT+15", false},
		{"CEST", false},
		{"Europe\\Berlin", false},
		{"Europe/Z\u00fcrich", false},
		{"%s%n", false},
	};
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (zone_exists(text_of(rows[i].name)) != rows[i].exists)
			fail_msg("\"%s\" should %sexist", rows[i].name, rows[i].exists ? "" : "not ");
}

static void names_are_texts_not_strings(void **state)
{
	(void)state;
	assert_false(zone_exists(NO_TEXT));
	assert_false(zone_exists((struct text){"UTC\0", 4}));
	assert_false(zone_exists((struct text){"UTC\0/../x", 9}));
	assert_true(zone_exists((struct text){"UTCandmore", 3}));
}

static void endless_names_are_refused(void **state)
{
	static const size_t lengths[] = {254, 255, 256, 257, 4095, 4096, 100000};
	for (size_t i = 0; i < COUNT(lengths); i++) {
		char *name = arena_alloc(*state, lengths[i]);
		memset(name, 'A', lengths[i]);
		assert_false(zone_exists((struct text){name, lengths[i]}));
	}
}

/* tzdata.zi is the database's own text: zones are lines "Z name …", links "L target name". */
static void every_name_of_the_database_exists(void **state)
{
	FILE *file = fopen("/usr/share/zoneinfo/tzdata.zi", "r");
	char line[512], name[256];
	int count = 0;
	(void)state;
	if (!file)
		skip();
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Z %255s", name) != 1 && sscanf(line, "L %*s %255s", name) != 1)
			continue;
		if (!zone_exists(text_of(name)))
			fail_msg("\"%s\" should exist", name);
		count++;
	}
	fclose(file);
	assert_true(count > 400);
}

static void the_database_is_where_tzdir_says(void **state)
{
	(void)state;
	setenv("TZDIR", "/nonexistent", 1);
	assert_false(zone_exists(TEXT("Europe/Berlin")));
	unsetenv("TZDIR");
	assert_true(zone_exists(TEXT("Europe/Berlin")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hard_names_are_told_apart),
		cmocka_unit_test(names_are_texts_not_strings),
		test_with_arena(endless_names_are_refused),
		cmocka_unit_test(every_name_of_the_database_exists),
		cmocka_unit_test(the_database_is_where_tzdir_says),
	};
	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
