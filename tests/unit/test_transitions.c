/* Transitions (rules/transitions.h). */
#include "rules/transitions.h"

#include "contract.h"
#include "fixture.h"

static const struct {
	const char *rule;
	int64_t     from, action;
	unsigned    who;
	enum error  expected;
	int64_t     to;
} expenses[] = {
	{"whose it is changes it", OBJECT_STATUS_RECORDED, OBJECT_ACTION_UPDATE, BY_SUBJECT, ERROR_NONE,
     OBJECT_STATUS_RECORDED},
	{"a manager changes it", OBJECT_STATUS_RECORDED, OBJECT_ACTION_UPDATE, BY_MANAGER, ERROR_NONE,
     OBJECT_STATUS_RECORDED},
	{"a manager deletes it", OBJECT_STATUS_RECORDED, OBJECT_ACTION_DELETE, BY_MANAGER | BY_APPROVER, ERROR_NONE,
     OBJECT_STATUS_DELETED},
	{"others do not", OBJECT_STATUS_RECORDED, OBJECT_ACTION_DELETE, BY_APPROVER, ERROR_FORBIDDEN, NONE},
	{"nor does nobody", OBJECT_STATUS_RECORDED, OBJECT_ACTION_UPDATE, 0, ERROR_FORBIDDEN, NONE},
	{"what is deleted stays", OBJECT_STATUS_DELETED, OBJECT_ACTION_UPDATE, BY_MANAGER, ERROR_ILLEGAL_TRANSITION, NONE},
	{"it begins once", OBJECT_STATUS_RECORDED, OBJECT_ACTION_CREATE, BY_MANAGER, ERROR_ILLEGAL_TRANSITION, NONE},
};

static void test_timesheets(void **state)
{
	int64_t to = NONE;

	(void)state;
	assert_int_equal(
		transition_find(OBJECT_KIND_TIMESHEET, OBJECT_STATUS_REJECTED, OBJECT_ACTION_SUBMIT, BY_SUBJECT, &to),
		ERROR_NONE);
	assert_int_equal(to, OBJECT_STATUS_SUBMITTED);
	assert_int_equal(
		transition_find(OBJECT_KIND_TIMESHEET, OBJECT_STATUS_SUBMITTED, OBJECT_ACTION_APPROVE, BY_SUBJECT, &to),
		ERROR_FORBIDDEN);
	assert_int_equal(
		transition_find(OBJECT_KIND_TIMESHEET, OBJECT_STATUS_APPROVED, OBJECT_ACTION_UNSUBMIT, BY_SUBJECT, &to),
		ERROR_ILLEGAL_TRANSITION);
}

/* It submits what is pending, and approves what is submitted: what was rejected waits for a person. */
static void test_timesheets_by_the_server(void **state)
{
	static const int64_t states[] = {OBJECT_STATUS_PENDING, OBJECT_STATUS_SUBMITTED, OBJECT_STATUS_APPROVED,
	                                 OBJECT_STATUS_REJECTED};
	static const int64_t actions[] = {OBJECT_ACTION_SUBMIT, OBJECT_ACTION_UNSUBMIT, OBJECT_ACTION_APPROVE,
	                                  OBJECT_ACTION_REJECT, OBJECT_ACTION_REOPEN};
	int64_t              to;

	(void)state;
	for (size_t i = 0; i < COUNT(states); i++)
		for (size_t j = 0; j < COUNT(actions); j++) {
			bool may = (states[i] == OBJECT_STATUS_PENDING && actions[j] == OBJECT_ACTION_SUBMIT) ||
			           (states[i] == OBJECT_STATUS_SUBMITTED && actions[j] == OBJECT_ACTION_APPROVE);
			enum error error = transition_find(OBJECT_KIND_TIMESHEET, states[i], actions[j], BY_SERVER, &to);

			assert_int_equal(error == ERROR_NONE, may);
		}
}

static void test_time_requests(void **state)
{
	int64_t to = NONE;

	(void)state;
	assert_int_equal(transition_find(OBJECT_KIND_TIME_REQUEST, OBJECT_STATUS_PENDING, OBJECT_ACTION_APPROVE,
	                                 BY_APPROVER | BY_SUBJECT, &to),
	                 ERROR_NONE);
	assert_int_equal(to, OBJECT_STATUS_APPROVED);
	assert_int_equal(transition_find(OBJECT_KIND_TIME_REQUEST, OBJECT_STATUS_PENDING, OBJECT_ACTION_REJECT,
	                                 BY_MANAGER | BY_SUBJECT, &to),
	                 ERROR_FORBIDDEN);
	assert_int_equal(
		transition_find(OBJECT_KIND_TIME_REQUEST, OBJECT_STATUS_REJECTED, OBJECT_ACTION_APPROVE, BY_APPROVER, &to),
		ERROR_ILLEGAL_TRANSITION);
}

static void test_expenses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(expenses); i++) {
		int64_t to = NONE;

		if (transition_find(OBJECT_KIND_EXPENSE, expenses[i].from, expenses[i].action, expenses[i].who, &to) !=
		        expenses[i].expected ||
		    to != expenses[i].to)
			fail_msg("%s", expenses[i].rule);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timesheets),
		cmocka_unit_test(test_timesheets_by_the_server),
		cmocka_unit_test(test_time_requests),
		cmocka_unit_test(test_expenses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
