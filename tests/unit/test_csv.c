/* Replies as tables (contract/columns.h, contract/csv.h), by tables that the generator would make. */
#include "contract/csv.h"

#include "fixture.h"

struct place_row {
	struct text city;
};

struct hour_row {
	int64_t     minutes;
	struct text notes;
};

struct day_row {
	int64_t         day, total;
	struct row_list hours;
};

struct amount_row {
	struct text currency;
	int64_t     amount;
};

struct person_row {
	struct text             name;
	const struct place_row *place;
	int64_t                 total;
	struct row_list         amounts, days;
};

static const struct output_field place_fields[] = {
	{"\"city\":", NULL, NULL, NULL, FIELD_TEXT, offsetof(struct place_row, city), 7, false, false, 0},
};
static const struct output place = {place_fields, COUNT(place_fields), sizeof(struct place_row)};

static const struct output_field hour_fields[] = {
	{"\"minutes\":", NULL, NULL, NULL, FIELD_INTEGER, offsetof(struct hour_row, minutes), 10, false, false, 0},
	{",\"notes\":", NULL, NULL, NULL, FIELD_TEXT, offsetof(struct hour_row, notes), 9, false, false, 0},
};
static const struct output hour = {hour_fields, COUNT(hour_fields), sizeof(struct hour_row)};

static const struct output_field day_fields[] = {
	{"\"total\":", NULL, NULL, NULL, FIELD_INTEGER, offsetof(struct day_row, total), 8, false, false, 0},
	{",\"hours\":", NULL, &hour, NULL, FIELD_LIST, offsetof(struct day_row, hours), 9, false, false, 0},
};
static const struct output day = {day_fields, COUNT(day_fields), sizeof(struct day_row)};

static const struct output_field amount_fields[] = {
	{.type = FIELD_DECIMAL, .offset = offsetof(struct amount_row, amount)},
};
static const struct output amount = {amount_fields, 1, sizeof(struct amount_row)};

static const struct output_field person_fields[] = {
	{"\"name\":", NULL, NULL, NULL, FIELD_TEXT, offsetof(struct person_row, name), 7, false, false, 0},
	{",\"place\":", NULL, &place, NULL, FIELD_OBJECT, offsetof(struct person_row, place), 9, false, false, 0},
	{",\"total\":", NULL, NULL, NULL, FIELD_INTEGER, offsetof(struct person_row, total), 9, false, false, 0},
	{",\"paid\":", NULL, &amount, NULL, FIELD_VALUE_MAP, offsetof(struct person_row, amounts), 8, true, false,
     offsetof(struct amount_row, currency)},
	{",\"days\":", NULL, &day, NULL, FIELD_MAP, offsetof(struct person_row, days), 8, false, false,
     offsetof(struct day_row, day)},
};
static const struct output person = {person_fields, COUNT(person_fields), sizeof(struct person_row)};

static const struct output_field *const no_path[] = {NULL};
static const struct output_field *const to_hours[] = {&person_fields[4], &day_fields[1], NULL};

static const char *header_of(struct arena *arena, const struct output_field *const *path, bool only_below)
{
	struct columns columns;
	struct buffer  buffer;

	assert_int_equal(columns_of(arena, &person, path, only_below, &columns), ERROR_NONE);
	buffer_init(&buffer, arena, 256, 4096);
	csv_header(&buffer, &columns);
	buffer_append_char(&buffer, '\0');
	return buffer.data;
}

static void what_a_row_says_itself_is_not_repeated_from_above(void **state)
{
	assert_string_equal(header_of(*state, no_path, false), "name,place_city,total,paid\r\n");
	assert_string_equal(header_of(*state, to_hours, false), "name,place_city,paid,date,total,minutes,notes\r\n");
	assert_string_equal(header_of(*state, to_hours, true), "date,total,minutes,notes\r\n");
}

static const char *line_of(struct arena *arena, const struct person_row *person_row, const struct day_row *day_row,
                           const struct hour_row *hour_row)
{
	struct columns columns;
	struct buffer  buffer;

	assert_int_equal(columns_of(arena, &person, to_hours, false, &columns), ERROR_NONE);
	buffer_init(&buffer, arena, 256, 4096);
	csv_row(&buffer, &columns, (const char *const[]){(char *)person_row, (char *)day_row, (char *)hour_row});
	buffer_append_char(&buffer, '\0');
	return buffer.data;
}

static void cells_are_those_of_the_rows_above_and_of_the_row(void **state)
{
	struct amount_row       paid[] = {{TEXT("EUR"), 25000}, {TEXT("USD"), -2040000}};
	const struct place_row  home = {TEXT("Bern, CH")};
	const struct person_row someone = {.name = TEXT("-Ada"), .place = &home, .amounts = {paid, 2}},
							nobody = {.name = NO_TEXT};
	const struct day_row a_day = {.day = 19737, .total = NONE};

	assert_string_equal(line_of(*state, &someone, &a_day, &(struct hour_row){-5, TEXT("so \"to\" say")}),
	                    "'-Ada,\"Bern, CH\",EUR 2.5; USD -204,2024-01-15,,-5,\"so \"\"to\"\" say\"\r\n");
	assert_string_equal(line_of(*state, &nobody, &a_day, &(struct hour_row){7, TEXT("\"")}),
	                    ",,,2024-01-15,,7,\"\"\"\"\r\n");
	assert_string_equal(line_of(*state, &nobody, &a_day, &(struct hour_row){7, TEXT("")}), ",,,2024-01-15,,7,\r\n");
	assert_string_equal(line_of(*state, &nobody, &a_day, &(struct hour_row){7, TEXT("\ra")}),
	                    ",,,2024-01-15,,7,\"'\ra\"\r\n");
}

/* For programs: nothing is altered, and an empty text is not null. */
static void exact_cells_are_what_there_is(void **state)
{
	static const struct output_field CELLS[] = {
		{.key = "\"currency\":", .key_length = 11, .type = FIELD_TEXT, .offset = offsetof(struct amount_row, currency)},
		{.key = ",\"amount\":",
	     .key_length = 10,
	     .type = FIELD_DECIMAL,
	     .offset = offsetof(struct amount_row, amount)}};
	static const struct output              OUTPUT = {CELLS, 2, sizeof(struct amount_row)};
	static const struct output_field *const NO_LISTS[] = {NULL};
	const struct amount_row row = {TEXT("=1+1"), 25000}, empty = {TEXT(""), NONE}, none = {NO_TEXT, NONE};
	struct columns          columns;
	struct buffer           buffer;

	assert_int_equal(columns_of(*state, &OUTPUT, NO_LISTS, false, &columns), 0);
	columns.exact = true;
	buffer_init(&buffer, *state, 64, SIZE_MAX);
	csv_row(&buffer, &columns, (const char *const[]){(const char *)&row});
	csv_row(&buffer, &columns, (const char *const[]){(const char *)&empty});
	csv_row(&buffer, &columns, (const char *const[]){(const char *)&none});
	buffer_append_char(&buffer, '\0');
	assert_string_equal(buffer.data, "=1+1,2.5\r\n\"\",\r\n,\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_arena(what_a_row_says_itself_is_not_repeated_from_above),
		test_with_arena(cells_are_those_of_the_rows_above_and_of_the_row),
		test_with_arena(exact_cells_are_what_there_is),
	};
	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
