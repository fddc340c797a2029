/* From a request to an operation's input, by tables that the generator would make (http/bind.h). */
#include "http/bind.h"

#include "base/seal.h"
#include "fixture.h"

struct form {
	int64_t thing_id;
	struct {
		bool thing_id;
	} given;
};

#define PLACE(type, member) .offset = offsetof(type, member), .given_offset = offsetof(type, given.member)
#define NO_BOUNDS .minimum = NONE, .maximum = NONE, .default_value = NONE, .not_before = -1

static const struct field form_fields[] = {
	{
		.name = {"thing_id", 8}, .type = FIELD_SEALED_ID, .sealed = "thing", .places = IN_QUERY | IN_BODY,
		PLACE(struct form, thing_id), NO_BOUNDS,
	},
};

static const struct operation operation = {
	.input = {form_fields, COUNT(form_fields), sizeof(struct form), true, 0},
};

static struct request request;

static int setup(void **state)
{
	static const unsigned char key[SEAL_KEY_BYTES] = {1};

	seal_set_key(key);
	request = (struct request){.operation = &operation, .method = METHOD_POST};
	arena_init(&request.arena, FIXTURE_LIMIT);
	request.call.db.arena = &request.arena;
	*state = &request;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_destroy(&request.arena);
	return 0;
}

static const struct form *bind_body(const char *body)
{
	buffer_init(&request.body, &request.arena, 256, FIXTURE_LIMIT);
	buffer_append_text(&request.body, text_of(body));
	assert_int_equal(bind_input(&request), ERROR_NONE);
	return request.input;
}

/* --- sealed ids -------------------------------------------------------------------------------------------------- */

static const struct form *bind_thing(const char *kind, int64_t id)
{
	char sealed[SEALED_ID_SIZE];

	seal_id(kind, id, sealed);
	return bind_body(text_format(&request.arena, "{\"thing_id\": \" %s\"}", sealed).data);
}

static void test_sealed_id_is_opened(void **state)
{
	(void)state;
	const struct form *form = bind_thing("thing", 42);
	assert_int_equal(form->thing_id, 42);
	assert_true(form->given.thing_id);
}

/* No fault: whether such an id is known is for the operation to say. */
static void test_sealed_id_that_cannot_be_opened_names_nothing(void **state)
{
	static const char *const bodies[] = {"{\"thing_id\": \"x\"}", "{\"thing_id\": 42}", "{\"thing_id\": [1]}"};

	(void)state;
	assert_int_equal(bind_thing("other", 42)->thing_id, ID_OF_NOTHING);
	for (size_t i = 0; i < COUNT(bodies); i++) {
		const struct form *form = bind_body(bodies[i]);
		assert_int_equal(form->thing_id, ID_OF_NOTHING);
		assert_true(form->given.thing_id);
		assert_null(request.call.faults);
	}
}

static void test_sealed_id_that_is_not_there_is_none(void **state)
{
	(void)state;
	const struct form *form = bind_body("{}");
	assert_int_equal(form->thing_id, NONE);
	assert_false(form->given.thing_id);
}

#define test_binding(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_binding(test_sealed_id_is_opened),
		test_binding(test_sealed_id_that_cannot_be_opened_names_nothing),
		test_binding(test_sealed_id_that_is_not_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
