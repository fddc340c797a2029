/* Replies, written by tables that the generator would make (http/reply.h). */
#include "http/reply.h"

#include "base/seal.h"
#include "fixture.h"

struct thing_row {
	int64_t id;
};

static const struct output_field thing_fields[] = {
	{"\"id\":", NULL, NULL, "thing", FIELD_SEALED_ID, offsetof(struct thing_row, id), 5, false},
};
static const struct output thing = {thing_fields, COUNT(thing_fields), sizeof(struct thing_row)};

struct reply_output {
	struct thing_row data;
};

static const struct operation operation = {
	.data = &thing, .data_kind = DATA_OBJECT, .output_size = sizeof(struct reply_output), .status = 200,
	.method = METHOD_POST,
};

static int set_key(void **state)
{
	static const unsigned char key[SEAL_KEY_BYTES] = {1};

	seal_set_key(key);
	return fixture_setup(state);
}

/* The reply up to its meta. */
static struct text reply_of(struct arena *arena, struct reply_output *output)
{
	struct request request = {.operation = &operation, .output = output, .id = "0123456789abcdef"};

	request.arena = *arena;
	assert_int_equal(reply_success(&request), ERROR_NONE);
	*arena = request.arena;
	struct text body = request.reply.body;
	const char *meta = memmem(body.data, body.length, ",\"meta\"", 7);
	assert_non_null(meta);
	return (struct text){body.data, (size_t)(meta - body.data)};
}

static void test_sealed_id(void **state)
{
	struct arena       *arena = *state;
	struct reply_output output = {.data = {.id = 42}};
	char                sealed[SEALED_ID_SIZE];

	seal_id("thing", 42, sealed);
	assert_text_equal(reply_of(arena, &output),
	                  text_format(arena, "{\"success\":true,\"data\":{\"id\":\"%s\"}", sealed).data);
	output.data.id = NONE;
	assert_text_equal(reply_of(arena, &output), "{\"success\":true,\"data\":{\"id\":null}");
}

#define test_reply(function) cmocka_unit_test_setup_teardown(function, set_key, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_reply(test_sealed_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
