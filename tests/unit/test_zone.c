/* Unit tests of base/zone, on the machine's own database. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/calendar.h"
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
		{"Factory", false},
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
	char  line[512], name[256];
	int   count = 0;
	(void)state;
	if (!file)
		skip();
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Z %255s", name) != 1 && sscanf(line, "L %*s %255s", name) != 1)
			continue;
		if (zone_exists(text_of(name)) != (strcmp(name, "Factory") != 0))
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

/* Computed with Python's zoneinfo: when each day begins, and the offset then. */
static const struct {
	const char *zone, *day, *start;
	int64_t     offset;
} days[] = {
	{"Europe/Berlin", "2024-03-30", "2024-03-29T23:00:00Z", 3600},
	{"Europe/Berlin", "2024-03-31", "2024-03-30T23:00:00Z", 3600},
	{"Europe/Berlin", "2024-04-01", "2024-03-31T22:00:00Z", 7200},
	{"Europe/Berlin", "2024-10-27", "2024-10-26T22:00:00Z", 7200},
	{"Europe/Berlin", "2024-10-28", "2024-10-27T23:00:00Z", 3600},
	{"America/New_York", "2024-03-10", "2024-03-10T05:00:00Z", -18000},
	{"America/New_York", "2024-03-11", "2024-03-11T04:00:00Z", -14400},
	{"America/New_York", "2024-11-04", "2024-11-04T05:00:00Z", -18000},
	{"Asia/Kathmandu", "2024-01-15", "2024-01-14T18:15:00Z", 20700},
	{"Asia/Kathmandu", "1986-01-01", "1985-12-31T18:30:00Z", 20700},
	{"Australia/Lord_Howe", "2024-04-07", "2024-04-06T13:00:00Z", 39600},
	{"Australia/Lord_Howe", "2024-04-08", "2024-04-07T13:30:00Z", 37800},
	{"Australia/Lord_Howe", "2024-10-07", "2024-10-06T13:00:00Z", 39600},
	{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", -36000},
	{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 50400},
	{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 50400},
	{"Pacific/Kwajalein", "1993-08-20", "1993-08-20T12:00:00Z", -43200},
	{"Pacific/Kwajalein", "1993-08-21", "1993-08-21T12:00:00Z", 43200},
	{"Pacific/Kwajalein", "1993-08-22", "1993-08-21T12:00:00Z", 43200},
	{"Africa/Casablanca", "2024-03-10", "2024-03-09T23:00:00Z", 3600},
	{"Africa/Casablanca", "2024-03-11", "2024-03-11T00:00:00Z", 0},
	{"Africa/Casablanca", "2024-04-14", "2024-04-14T00:00:00Z", 0},
	{"Africa/Casablanca", "2024-04-15", "2024-04-14T23:00:00Z", 3600},
	{"America/Havana", "2024-03-10", "2024-03-10T05:00:00Z", -14400},
	{"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", -14400},
	{"America/Havana", "2024-11-04", "2024-11-04T05:00:00Z", -18000},
	{"Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z", 10800},
	{"Africa/Cairo", "2024-10-31", "2024-10-30T21:00:00Z", 10800},
	{"Africa/Cairo", "2024-11-01", "2024-10-31T22:00:00Z", 7200},
	{"Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z", 10800},
	{"Asia/Beirut", "2024-10-27", "2024-10-26T22:00:00Z", 7200},
	{"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z", -10800},
	{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", -7200},
	{"America/Asuncion", "2024-03-24", "2024-03-24T04:00:00Z", -14400},
	{"America/Asuncion", "2024-10-06", "2024-10-06T04:00:00Z", -10800},
	{"Asia/Pyongyang", "2018-05-05", "2018-05-04T15:00:00Z", 32400},
	{"America/Caracas", "2016-05-01", "2016-05-01T04:30:00Z", -16200},
	{"Europe/Dublin", "2024-03-31", "2024-03-31T00:00:00Z", 0},
	{"America/Godthab", "2024-03-31", "2024-03-31T01:00:00Z", -3600},
	{"Antarctica/Troll", "2024-03-31", "2024-03-31T00:00:00Z", 0},
	{"Europe/Berlin", "2044-03-28", "2044-03-27T22:00:00Z", 7200},
	{"America/New_York", "2099-11-02", "2099-11-02T05:00:00Z", -18000},
};

static const struct zone *zone_of(const char *name)
{
	const struct zone *zone = zone_find(text_of(name));

	assert_non_null(zone);
	return zone;
}

static int64_t day_of(const char *text)
{
	int64_t day;

	assert_true(calendar_parse_date(text_of(text), &day));
	return day;
}

static void days_begin_when_they_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(days); i++) {
		const struct zone *zone = zone_of(days[i].zone);
		int64_t            start = zone_day_start(zone, day_of(days[i].day));
		char               text[INSTANT_SIZE];

		calendar_format_instant(start, text);
		if (strcmp(text, days[i].start) != 0 || zone_offset(zone, start) != days[i].offset)
			fail_msg("%s %s begins at %s (offset %lld)", days[i].zone, days[i].day, text,
			         (long long)zone_offset(zone, start));
	}
}

/* Of each day around a change: it begins where the one before ends, and all its instants are in it. */
static void days_follow_each_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(days); i++) {
		const struct zone *zone = zone_of(days[i].zone);
		int64_t            middle = day_of(days[i].day);

		for (int64_t day = middle - 5; day < middle + 5; day++) {
			int64_t start = zone_day_start(zone, day), end = zone_day_start(zone, day + 1);

			assert_true(end >= start && end - start <= 26 * 3600);
			assert_true(zone_day(zone, start - 1) < day);
			for (int64_t instant = start; instant < end; instant += 599)
				assert_int_equal(zone_day(zone, instant), day);
		}
	}
}

/* Each clock time is found as often as it comes, in order; and one that never comes is not found. */
static void clock_times_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(days); i++) {
		const struct zone *zone = zone_of(days[i].zone);
		int64_t            day = day_of(days[i].day), start = zone_day_start(zone, day);
		int64_t            known[24 * 60][2];
		size_t             count[24 * 60] = {0};

		for (int64_t instant = start; instant < zone_day_start(zone, day + 1); instant += 60) {
			int64_t minute = (instant + zone_offset(zone, instant) - day * SECONDS_PER_DAY) / 60;

			if (minute >= 0 && minute < 24 * 60 && count[minute] < 2)
				known[minute][count[minute]++] = instant;
		}
		for (size_t minute = 0; minute < COUNT(count); minute++) {
			int64_t instants[2];

			assert_int_equal(zone_instants(zone, day, (int64_t)minute, instants), count[minute]);
			for (size_t j = 0; j < count[minute]; j++)
				assert_int_equal(instants[j], known[minute][j]);
		}
	}
}

static void weeks_begin_on_mondays(void **state)
{
	const struct zone *berlin = zone_of("Europe/Berlin");
	int64_t            monday = zone_day_start(berlin, day_of("2024-03-25")), next = monday + 167 * 3600;

	(void)state;
	assert_int_equal(zone_week_start(berlin, 1, monday), monday);
	assert_int_equal(zone_week_start(berlin, 1, next - 1), monday);
	assert_int_equal(zone_week_start(berlin, 1, next), next); /* an hour earlier than most weeks */
	assert_int_equal(zone_week_start(zone_of("UTC"), 1, -1), -3 * SECONDS_PER_DAY);
	assert_int_equal(zone_week_start(zone_of("UTC"), 1, 0), -3 * SECONDS_PER_DAY);
	assert_int_equal(zone_week_start(zone_of("UTC"), 4, 0), 0); /* day 0 was a Thursday */
	assert_int_equal(zone_week_start(zone_of("UTC"), 5, 0), -6 * SECONDS_PER_DAY);
	assert_int_equal(zone_week_start(zone_of("UTC"), 7, 0), -4 * SECONDS_PER_DAY);
}

static void zones_are_found_once(void **state)
{
	(void)state;
	assert_ptr_equal(zone_of("Europe/Berlin"), zone_of("Europe/Berlin"));
	assert_ptr_equal(zone_find(NO_TEXT), zone_of("UTC"));
	assert_null(zone_find(TEXT("Europe/Atlantis")));
	assert_null(zone_find(TEXT("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hard_names_are_told_apart),
		cmocka_unit_test(zones_are_found_once),
		cmocka_unit_test(days_begin_when_they_do),
		cmocka_unit_test(days_follow_each_other),
		cmocka_unit_test(clock_times_are_found),
		cmocka_unit_test(weeks_begin_on_mondays),
		cmocka_unit_test(names_are_texts_not_strings),
		test_with_arena(endless_names_are_refused),
		cmocka_unit_test(every_name_of_the_database_exists),
		cmocka_unit_test(the_database_is_where_tzdir_says),
	};
	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
