/* From a request to an operation's input, by tables that the generator would make (http/bind.h). */
#include "http/bind.h"

#include "base/seal.h"
#include "fixture.h"

#define MEMORY ((size_t)8 * 1024 * 1024) /* as in cli/options.def */

struct slot_input {
	struct text id;
	int64_t     start, end, level;
	struct {
		bool id, start, end, level;
	} given;
	struct fault *faults;
};

struct slot_list {
	struct slot_input *items;
	size_t             count;
};

struct form {
	int64_t             thing_id;
	struct integer_list numbers;
	int64_t             colors;
	struct slot_list    slots;
	struct {
		bool thing_id, numbers, colors, slots;
	} given;
};

#define NAME(string)        .name = {string, sizeof(string) - 1}
#define PLACE(type, member) .offset = offsetof(type, member), .given_offset = offsetof(type, given.member)
#define BOUNDS(least, most) .minimum = (least), .maximum = (most), .multiple_of = 1
#define DEFAULT(value)      .default_value = (value), .not_before = -1

static const struct field slot_fields[] = {
	{
		NAME("id"),
		.type = FIELD_TEXT,
		.places = IN_BODY,
		.required = true,
		PLACE(struct slot_input, id),
		BOUNDS(NONE, 8),
		DEFAULT(NONE),
	},
	{
		NAME("start"),
		.type = FIELD_INTEGER,
		.places = IN_BODY,
		.required = true,
		PLACE(struct slot_input, start),
		BOUNDS(NONE, NONE),
		DEFAULT(NONE),
	},
	{
		NAME("end"),
		.aliases = {"until"},
		.type = FIELD_INTEGER,
		.places = IN_BODY,
		.nullable = true,
		PLACE(struct slot_input, end),
		BOUNDS(NONE, NONE),
		.default_value = NONE,
		.not_before = 1,
	},
	{
		NAME("level"),
		.type = FIELD_INTEGER,
		.places = IN_BODY,
		PLACE(struct slot_input, level),
		BOUNDS(0, 100),
		DEFAULT(7),
	},
};

static const struct input slot_element = {
	slot_fields, COUNT(slot_fields), sizeof(struct slot_input), true, offsetof(struct slot_input, faults),
};

static const struct enumeration_value color_values[] = {
	{TEXT("red"), 1, false}, {TEXT("green"), 5, false}, {TEXT("lime"), 5, true}, {TEXT("blue"), 62, false}};
static const struct enumeration color = {"Color", color_values, COUNT(color_values)};

static const struct field form_fields[] = {
	{
		NAME("thing_id"),
		.type = FIELD_SEALED_ID,
		.sealed = "thing",
		.places = IN_QUERY | IN_BODY,
		PLACE(struct form, thing_id),
		BOUNDS(NONE, NONE),
		DEFAULT(NONE),
	},
	{
		NAME("numbers"),
		.aliases = {"digits", "figures"},
		.type = FIELD_INTEGER_LIST,
		.places = IN_BODY,
		PLACE(struct form, numbers),
		BOUNDS(2, 4),
		DEFAULT(NONE),
	},
	{
		NAME("colors"),
		.type = FIELD_ENUM_SET,
		.enumeration = &color,
		.places = IN_QUERY | IN_BODY,
		PLACE(struct form, colors),
		BOUNDS(1, NONE),
		DEFAULT(NONE),
	},
	{
		NAME("slots"),
		.aliases = {"parts"},
		.type = FIELD_INPUT_LIST,
		.element = &slot_element,
		.places = IN_BODY,
		PLACE(struct form, slots),
		BOUNDS(1, 1000),
		DEFAULT(NONE),
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
	arena_init(&request.arena, MEMORY);
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
	request.body = (struct buffer){.data = (char *)body, .length = strlen(body)};
	request.call.faults = request.call.last_fault = NULL;
	request.call.fault_count = 0;
	assert_int_equal(bind_input(&request), ERROR_NONE);
	return request.input;
}

/* The first fault, as "field: text"; "" where there is none. */
static const char *told(const struct fault *fault)
{
	return fault ? text_format(&request.arena, "%s: %s", fault->field.data, fault->text.data).data : "";
}

struct refusal {
	const char *body, *fault;
};

static void assert_refused(const struct refusal *refusals, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bind_body(refusals[i].body);
		assert_string_equal(told(request.call.faults), refusals[i].fault);
	}
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

/* --- lists of integers ------------------------------------------------------------------------------------------- */

static void test_integers_are_gathered(void **state)
{
	(void)state;
	const struct form *form = bind_body("{\"digits\": [5, \"-1\", 1000]}");
	assert_int_equal(form->numbers.count, 3);
	assert_int_equal(form->numbers.items[1], -1);
	assert_int_equal(form->numbers.items[2], 1000);
	assert_true(form->given.numbers);
	request.content_type = TEXT("application/x-www-form-urlencoded");
	form = bind_body("numbers=1&figures%5B%5D=2,3&digits[]=4");
	assert_int_equal(form->numbers.count, 4);
	assert_int_equal(form->numbers.items[3], 4);
	assert_false(bind_body("numbers=")->given.numbers);
	assert_null(request.call.faults);
}

/* Bounds are of the list, not of its numbers. */
static void test_integers_that_are_refused(void **state)
{
	static const struct refusal refusals[] = {
		{"{\"numbers\": [1]}", "numbers: The numbers must have at least 2 items."},
		{"{\"numbers\": [1, 2, 3, 4, 5]}", "numbers: The numbers must not have more than 4 items."},
		{"{\"numbers\": [1, 2.5]}", "numbers: The numbers must be an integer."},
		{"{\"numbers\": 5}", "numbers: The numbers must be a list."},
		{"{\"numbers\": null}", ""},
	};

	(void)state;
	assert_refused(refusals, COUNT(refusals));
	request.query = (struct parameter[]){{TEXT("numbers"), TEXT("1,2")}};
	request.query_count = 1;
	assert_false(bind_body("{}")->given.numbers); /* its place is the body */
}

/* --- sets -------------------------------------------------------------------------------------------------------- */

#define BIT(code) (INT64_C(1) << (code))

static void test_sets_are_gathered(void **state)
{
	(void)state;
	assert_int_equal(bind_body("{\"colors\": [\"Blue\", \"lime\", \"green\"]}")->colors, BIT(62) | BIT(5));
	assert_int_equal(bind_body("{\"colors\": \"red, blue\"}")->colors, BIT(1) | BIT(62));
	assert_int_equal(bind_body("{}")->colors, NONE);
	assert_false(bind_body("{}")->given.colors);
	request.query = (struct parameter[]){{TEXT("colors[0]"), TEXT("red")}, {TEXT("colors[1]"), TEXT("green")}};
	request.query_count = 2;
	assert_int_equal(bind_body("{}")->colors, BIT(1) | BIT(5));
	request.query_count = 0;
	request.content_type = TEXT("application/x-www-form-urlencoded");
	assert_int_equal(bind_body("colors[]=blue&colors%5B%5D=&colors=red,green")->colors, BIT(62) | BIT(1) | BIT(5));
	assert_false(bind_body("colors=")->given.colors);
	assert_null(request.call.faults);
}

static void test_sets_that_are_refused(void **state)
{
	static const struct refusal refusals[] = {
		{"{\"colors\": []}", "colors: The colors must have at least 1 item."},
		{"{\"colors\": [\"red\", \"pink\"]}",
	     "colors: The selected colors is invalid; it must be one of: red, green, blue."},
		{"{\"colors\": [1]}", "colors: The selected colors is invalid; it must be one of: red, green, blue."},
		{"{\"colors\": \"red,,blue\"}", "colors: The selected colors is invalid; it must be one of: red, green, blue."},
		{"{\"colors\": {}}", "colors: The colors must be a list."},
		{"{\"colors\": null}", "colors: The colors must not be null."},
	};

	(void)state;
	assert_refused(refusals, COUNT(refusals));
}

/* --- lists of objects -------------------------------------------------------------------------------------------- */

static void test_elements_are_bound_like_a_body(void **state)
{
	(void)state;
	const struct form *form = bind_body("{\"parts\": [{\"id\": \" a \", \"start\": 5, \"until\": 5, \"level\": 100},"
	                                    " {\"id\": \"b\", \"start\": \"6\", \"end\": null, \"other\": 1}]}");
	assert_true(form->given.slots);
	assert_int_equal(form->slots.count, 2);
	const struct slot_input *one = &form->slots.items[0], *two = &form->slots.items[1];
	assert_null(one->faults);
	assert_text_equal(one->id, "a");
	assert_int_equal(one->end, 5);
	assert_int_equal(one->level, 100);
	assert_true(one->given.level && one->given.end);
	assert_null(two->faults);
	assert_int_equal(two->start, 6);
	assert_int_equal(two->end, NONE);
	assert_true(two->given.end);
	assert_int_equal(two->level, 7);
	assert_false(two->given.level);
	assert_null(request.call.faults);
}

static void test_faults_of_elements_are_their_own(void **state)
{
	static const struct refusal refusals[] = {
		{"{}", "id: The id field is required."},
		{"{\"id\": \"a\"}", "start: The start field is required."},
		{"{\"id\": \"too long!\", \"start\": 1}", "id: The id must not be greater than 8 characters."},
		{"{\"id\": \"a\", \"start\": 2, \"end\": 1}", "end: The end must be a date after or equal to start."},
		{"{\"id\": \"a\", \"start\": 1, \"level\": 101}", "level: The level must not be greater than 100."},
		{"{\"id\": {}, \"start\": 1}", "id: The id must be a string."},
		{"[]", "slots: An item of the slots must be an object."},
		{"null", "slots: An item of the slots must be an object."},
		{"{\"id\": \"a\", \"start\": 1}", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const char *around = "{\"slots\": [{\"id\": \"x\", \"start\": 1}, %s, {\"id\": \"y\", \"start\": 1}]}";
		struct text body = text_format(&request.arena, around, refusals[i].body);
		const struct slot_input *items = bind_body(body.data)->slots.items;
		assert_string_equal(told(items[1].faults), refusals[i].fault);
		assert_null(items[0].faults);
		assert_null(items[2].faults);
		assert_null(request.call.faults);
	}
}

static void test_element_that_is_no_object_holds_defaults(void **state)
{
	(void)state;
	const struct slot_input *item = bind_body("{\"slots\": [5]}")->slots.items;
	assert_null(item->id.data);
	assert_int_equal(item->start, NONE);
	assert_int_equal(item->level, 7);
}

static void test_list_itself_is_refused(void **state)
{
	static const struct refusal refusals[] = {
		{"{\"slots\": []}", "slots: The slots must have at least 1 items."},
		{"{\"slots\": {\"0\": {}}}", "slots: The slots must be a list."},
		{"{\"slots\": 5}", "slots: The slots must be a list."},
		{"{\"slots\": null}", "slots: The slots must not be null."},
		{"{}", ""},
	};

	(void)state;
	assert_refused(refusals, COUNT(refusals));
	request.content_type = TEXT("application/x-www-form-urlencoded");
	assert_null(bind_body("slots=1")->slots.items);
	assert_string_equal(told(request.call.faults), "slots: The slots must be a list.");
}

static void test_strict_handling_reaches_into_elements(void **state)
{
	const char *body = "{\"slots\": [{\"id\": \"a\", \"start\": 1, \"until\": 1}, {\"id\": \"a\", \"start\": 1, "
					   "\"colour\": 1}]}";

	(void)state;
	request.prefer = TEXT("handling=strict");
	const struct slot_input *items = bind_body(body)->slots.items;
	assert_null(items[0].faults);
	assert_string_equal(told(items[1].faults), "colour: The colour field is unknown.");
	assert_null(request.call.faults);
}

/* A fault says as much of a long name as it holds, and never half a character. */
static void test_long_names_stay_text(void **state)
{
	(void)state;
	request.prefer = TEXT("handling=strict");
	for (size_t length = 490; length < 520; length++) {
		struct text ascii = text_format(&request.arena, "%0*d", (int)length, 0);
		bind_body(text_format(&request.arena, "{\"%s\u00e9\u20ac\U0001f600%s\": 1}", ascii.data, ascii.data).data);
		assert_true(text_is_utf8(request.call.faults->text));
		assert_true(request.call.faults->text.length > 480);
	}
}

/* `count` elements, each with the members that are given. */
static const char *list_of(size_t count, const char *members)
{
	struct buffer body;

	buffer_init(&body, &request.arena, 1024 * 1024, MEMORY);
	buffer_append_literal(&body, "{\"slots\":[");
	for (size_t i = 0; i < count; i++)
		buffer_append_format(&body, "%s{%s}", i ? "," : "", members);
	buffer_append_literal(&body, "]}");
	buffer_append_char(&body, '\0');
	assert_false(body.overflown);
	return body.data;
}

/* All that can be wrong with a thousand elements fits into the memory of a request. */
static void test_a_thousand_elements(void **state)
{
	const char *wrong = "\"id\":\"abcdefghi\",\"start\":\"x\",\"end\":0.5,\"level\":101,"
						"\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0";
	size_t      faults = 0;

	(void)state;
	request.prefer = TEXT("handling=strict");
	const struct form *form = bind_body(list_of(1000, wrong));
	assert_int_equal(form->slots.count, 1000);
	for (const struct fault *each = form->slots.items[999].faults; each; each = each->next)
		faults++;
	assert_int_equal(faults, 10);
	bind_body(list_of(1001, "\"id\":\"a\",\"start\":1"));
	assert_string_equal(told(request.call.faults), "slots: The slots must not have more than 1000 items.");
}

#define test_binding(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_binding(test_sealed_id_is_opened),
		test_binding(test_sealed_id_that_cannot_be_opened_names_nothing),
		test_binding(test_sealed_id_that_is_not_there_is_none),
		test_binding(test_integers_are_gathered),
		test_binding(test_integers_that_are_refused),
		test_binding(test_sets_are_gathered),
		test_binding(test_sets_that_are_refused),
		test_binding(test_elements_are_bound_like_a_body),
		test_binding(test_faults_of_elements_are_their_own),
		test_binding(test_element_that_is_no_object_holds_defaults),
		test_binding(test_list_itself_is_refused),
		test_binding(test_strict_handling_reaches_into_elements),
		test_binding(test_long_names_stay_text),
		test_binding(test_a_thousand_elements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
