/* Rules between roles (rules/roles.h). */
#include "rules/roles.h"

#include "base/text.h"
#include "contract.h"
#include "fixture.h"

static const struct {
	const char          *rule;
	struct member_change change;
	enum error           expected;
} changes[] = {
	{"the owner's name may be changed by the owner", {ROLE_OWNER, NONE, 1, NONE, true, true}, ERROR_NONE},
	{"the owner is not changed by anyone else", {ROLE_OWNER, NONE, 1, NONE, false, true}, ERROR_OWNER_PROTECTED},
	{"not even the owner gives the owner's role away",
     {ROLE_OWNER, ROLE_REGULAR_USER, 1, NONE, true, true},
     ERROR_OWNER_PROTECTED},
	{"a role may be changed", {ROLE_REGULAR_USER, ROLE_TEAM_MANAGER, 0, NONE, false, false}, ERROR_NONE},
	{"who sees rates may show them to others", {ROLE_REGULAR_USER, NONE, 0, 1, false, true}, ERROR_NONE},
	{"who does not see rates may not show them to others",
     {ROLE_REGULAR_USER, NONE, 0, 1, false, false},
     ERROR_FORBIDDEN},
	{"who does not see rates may not show them to himself",
     {ROLE_EXECUTIVE_MANAGER, NONE, 0, 1, true, false},
     ERROR_FORBIDDEN},
	{"who does not see rates may not give those who do another role",
     {ROLE_REGULAR_USER, ROLE_EXECUTIVE_MANAGER, 1, NONE, false, false},
     ERROR_FORBIDDEN},
	{"but the role that they have", {ROLE_REGULAR_USER, ROLE_REGULAR_USER, 1, NONE, false, false}, ERROR_NONE},
	{"who sees rates may", {ROLE_REGULAR_USER, ROLE_EXECUTIVE_MANAGER, 1, NONE, false, true}, ERROR_NONE},
	{"saying again what is so already is no change", {ROLE_REGULAR_USER, NONE, 1, 1, false, false}, ERROR_NONE},
};

static void test_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++)
		if (roles_check_change(&changes[i].change) != changes[i].expected)
			fail_msg("%s", changes[i].rule);
}

static void test_everyone_but_a_viewer_tracks_time(void **state)
{
	(void)state;
	for (int role = ROLE_OWNER; role <= ROLE_PROJECT_VIEWER; role++)
		assert_int_equal(role_tracks_time(role), role != ROLE_PROJECT_VIEWER);
}

static void test_settings_name_roles_and_always_the_owner(void **state)
{
	int64_t roles = 1 << ROLE_TEAM_MANAGER | 1 << ROLE_PROJECT_MANAGER;

	(void)state;
	assert_true(role_is_among(ROLE_TEAM_MANAGER, roles));
	assert_true(role_is_among(ROLE_OWNER, roles) && role_is_among(ROLE_OWNER, 0));
	assert_false(role_is_among(ROLE_EXECUTIVE_MANAGER, roles) || role_is_among(ROLE_REGULAR_USER, roles));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_everyone_but_a_viewer_tracks_time),
		cmocka_unit_test(test_settings_name_roles_and_always_the_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
