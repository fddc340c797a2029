/* Replies, written by tables that the generator would make (http/reply.h). */
#include "http/reply.h"

#include "base/seal.h"
#include "contract/encode.h"
#include "fixture.h"

struct thing_row {
	int64_t id, at;
};

static const struct output_field thing_fields[] = {
	{"\"id\":", NULL, NULL, "thing", FIELD_SEALED_ID, offsetof(struct thing_row, id), 5, false, false, 0},
	{",\"at\":", NULL, NULL, NULL, FIELD_INSTANT_OFFSET, offsetof(struct thing_row, at), 6, true, false, 0},
};
static const struct output thing = {thing_fields, COUNT(thing_fields), sizeof(struct thing_row)};

struct saved_row {
	int64_t minutes, more;
};

static const struct output_field saved_fields[] = {
	{"\"minutes\":", NULL, NULL, NULL, FIELD_INTEGER, offsetof(struct saved_row, minutes), 10, false, false, 0},
	{",\"more\":", NULL, NULL, NULL, FIELD_INTEGER, offsetof(struct saved_row, more), 8, true, false, 0},
};
static const struct output saved = {saved_fields, COUNT(saved_fields), sizeof(struct saved_row)};

struct part_row {
	int64_t day, id;
};

static const struct output_field part_fields[] = {
	{"\"id\":", NULL, NULL, NULL, FIELD_INTEGER, offsetof(struct part_row, id), 5, false, false, 0},
};
static const struct output part = {part_fields, COUNT(part_fields), sizeof(struct part_row)};

struct days_row {
	struct row_list parts;
};

static const struct output_field days_fields[] = {
	{"\"days\":", NULL, &part, NULL, FIELD_MAP, offsetof(struct days_row, parts), 7, false, false,
     offsetof(struct part_row, day)},
};
static const struct output days = {days_fields, COUNT(days_fields), sizeof(struct days_row)};

struct amount_row {
	struct text currency;
	int64_t     amount;
};

static const struct output_field amount_fields[] = {
	{.type = FIELD_DECIMAL, .offset = offsetof(struct amount_row, amount)},
};
static const struct output amounts = {amount_fields, 1, sizeof(struct amount_row)};

struct paid_days_row {
	int64_t         total;
	struct row_list amounts, parts;
};

static const struct output_field paid_days_fields[] = {
	{"\"total\":", NULL, NULL, NULL, FIELD_INTEGER, offsetof(struct paid_days_row, total), 8, false, false, 0},
	{",\"paid\":", NULL, &amounts, NULL, FIELD_VALUE_MAP, offsetof(struct paid_days_row, amounts), 8, true, false,
     offsetof(struct amount_row, currency)},
	{"", NULL, &part, NULL, FIELD_MAP, offsetof(struct paid_days_row, parts), 0, false, true,
     offsetof(struct part_row, day)},
};
static const struct output paid_days = {paid_days_fields, COUNT(paid_days_fields), sizeof(struct paid_days_row)};

struct reply_output {
	struct thing_row data;
	struct saved_row beside;
};

static const struct operation plain = {
	.data = &thing,
	.data_kind = DATA_OBJECT,
	.output_size = sizeof(struct reply_output),
	.status = 200,
	.method = METHOD_POST,
};
static const struct operation saving = {
	.data = &thing,
	.data_kind = DATA_OBJECT,
	.output_size = sizeof(struct reply_output),
	.status = 200,
	.method = METHOD_POST,
	.beside = &saved,
	.beside_offset = offsetof(struct reply_output, beside),
};

static int set_key(void **state)
{
	static const unsigned char key[SEAL_KEY_BYTES] = {1};

	seal_set_key(key);
	return fixture_setup(state);
}

/* The reply up to its meta. */
static struct text reply_of(struct arena *arena, const struct operation *operation, struct reply_output *output)
{
	struct request request = {.operation = operation, .output = output, .id = "0123456789abcdef"};

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
	struct reply_output output = {.data = {.id = 42, .at = NONE}};
	char                sealed[SEALED_ID_SIZE];

	seal_id("thing", 42, sealed);
	assert_text_equal(reply_of(arena, &plain, &output),
	                  text_format(arena, "{\"success\":true,\"data\":{\"id\":\"%s\"}", sealed).data);
	output.data.id = NONE;
	assert_text_equal(reply_of(arena, &plain, &output), "{\"success\":true,\"data\":{\"id\":null}");
}

static void test_instant_with_offset(void **state)
{
	struct reply_output output = {.data = {.id = NONE, .at = 1705314600}};

	assert_text_equal(reply_of(*state, &plain, &output),
	                  "{\"success\":true,\"data\":{\"id\":null,\"at\":\"2024-01-15T10:30:00+00:00\"}");
}

static void test_members_beside_data(void **state)
{
	struct reply_output output = {.data = {.id = NONE, .at = NONE}, .beside = {.minutes = 480, .more = NONE}};

	assert_text_equal(reply_of(*state, &saving, &output), "{\"success\":true,\"data\":{\"id\":null},\"minutes\":480");
	output.beside.more = 1;
	assert_text_equal(reply_of(*state, &saving, &output),
	                  "{\"success\":true,\"data\":{\"id\":null},\"minutes\":480,\"more\":1");
}

static struct text encoded(struct arena *arena, const struct days_row *row)
{
	struct buffer buffer;

	buffer_init(&buffer, arena, 64, 1024);
	encode_object(&buffer, &days, (const char *)row);
	return buffer_text(&buffer);
}

/* Rows of one date stand together under it. */
static void test_map(void **state)
{
	struct part_row rows[] = {{19737, 1}, {19737, 2}, {19739, 3}};
	struct days_row row = {{rows, COUNT(rows)}};

	assert_text_equal(encoded(*state, &row),
	                  "{\"days\":{\"2024-01-15\":[{\"id\":1},{\"id\":2}],\"2024-01-17\":[{\"id\":3}]}}");
	row.parts.count = 0;
	assert_text_equal(encoded(*state, &row), "{\"days\":{}}");
}

/* What is spread stands beside the other members; a map without rows is empty, and one that is not there is left out.
 */
static void test_map_of_numbers_and_spread_map(void **state)
{
	struct arena        *arena = *state;
	struct part_row      rows[] = {{19737, 1}, {19739, 3}};
	struct amount_row    paid[] = {{TEXT("EUR"), 15000}, {TEXT("USD"), 20000}};
	struct paid_days_row row = {5, {paid, COUNT(paid)}, {rows, COUNT(rows)}};
	struct buffer        buffer;

	buffer_init(&buffer, arena, 64, 1024);
	encode_object(&buffer, &paid_days, (const char *)&row);
	row = (struct paid_days_row){5, {paid, 0}, {rows, 0}};
	encode_object(&buffer, &paid_days, (const char *)&row);
	row.amounts.items = NULL;
	encode_object(&buffer, &paid_days, (const char *)&row);
	assert_text_equal(buffer_text(&buffer), "{\"total\":5,\"paid\":{\"EUR\":1.5,\"USD\":2},\"2024-01-15\":[{\"id\":1}],"
	                                        "\"2024-01-17\":[{\"id\":3}]}{\"total\":5,\"paid\":{}}{\"total\":5}");
}

#define test_reply(function) cmocka_unit_test_setup_teardown(function, set_key, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_reply(test_sealed_id),
		test_reply(test_instant_with_offset),
		test_reply(test_members_beside_data),
		test_reply(test_map),
		test_reply(test_map_of_numbers_and_spread_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
