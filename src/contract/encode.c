/* From rows to JSON, by generated tables. Straight into the buffer; no document tree. */
#include "contract/encode.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/seal.h"

/* The key has a quote before the name, and behind it a quote and a colon. */
struct text encode_name(const struct output_field *field)
{
	const char *name = strchr(field->key, '"') + 1;

	return (struct text){name, field->key_length - (size_t)(name - field->key) - 2};
}

static const struct enumeration_value *find_value(const struct enumeration *enumeration, int64_t code)
{
	for (size_t i = 0; i < enumeration->count; i++)
		if (enumeration->values[i].code == code && !enumeration->values[i].alias)
			return &enumeration->values[i];
	return NULL;
}

const char *enumeration_name(const struct enumeration *enumeration, int64_t code)
{
	const struct enumeration_value *value = find_value(enumeration, code);

	return value ? value->name.data : "?";
}

static void encode_enum(struct buffer *buffer, const struct enumeration *enumeration, int64_t code)
{
	const struct enumeration_value *value = find_value(enumeration, code);

	if (value)
		json_write_string(buffer, value->name);
	else
		buffer_append_literal(buffer, "null");
}

/* In the order of the enumeration. */
static void encode_enum_set(struct buffer *buffer, const struct enumeration *enumeration, int64_t codes)
{
	bool first = true;

	buffer_append_char(buffer, '[');
	for (size_t i = 0; i < enumeration->count; i++) {
		const struct enumeration_value *value = &enumeration->values[i];

		if (value->alias || !(codes >> value->code & 1))
			continue;
		buffer_append(buffer, ",", first ? 0 : 1);
		json_write_string(buffer, value->name);
		first = false;
	}
	buffer_append_char(buffer, ']');
}

void encode_rows(struct buffer *buffer, const struct output *output, const struct row_list *rows)
{
	const char *row = rows->items;

	buffer_append_char(buffer, '[');
	for (size_t i = 0; i < rows->count; i++, row += output->row_size) {
		if (i)
			buffer_append_char(buffer, ',');
		encode_object(buffer, output, row);
	}
	buffer_append_char(buffer, ']');
}

/* `"2024-01-15":[...],...` */
static void encode_days(struct buffer *buffer, const struct output_field *field, const struct row_list *rows)
{
	size_t      size = field->nested->row_size;
	const char *row = rows->items, *end = row + rows->count * size;

	while (row < end) {
		struct row_list same = {(void *)row, 0};
		int64_t         day = *(const int64_t *)(row + field->map_key);

		for (; row < end && *(const int64_t *)(row + field->map_key) == day; row += size)
			same.count++;
		buffer_append(buffer, ",", same.items == rows->items && !field->spread ? 0 : 1);
		json_write_date(buffer, day);
		buffer_append_char(buffer, ':');
		encode_rows(buffer, field->nested, &same);
	}
}

/* `"USD":204,...` */
static void encode_values(struct buffer *buffer, const struct output_field *field, const struct row_list *rows)
{
	const struct output_field *value = &field->nested->fields[0];
	const char                *row = rows->items;

	for (size_t i = 0; i < rows->count; i++, row += field->nested->row_size) {
		buffer_append(buffer, ",", i ? 1 : 0);
		json_write_string(buffer, *(const struct text *)(row + field->map_key));
		buffer_append_char(buffer, ':');
		encode_value(buffer, value, row + value->offset);
	}
}

/* `["a","b"]` */
static void encode_value_list(struct buffer *buffer, const struct output *output, const struct row_list *rows)
{
	const char *row = rows->items;

	buffer_append_char(buffer, '[');
	for (size_t i = 0; i < rows->count; i++, row += output->row_size) {
		buffer_append(buffer, ",", i ? 1 : 0);
		encode_value(buffer, &output->fields[0], row + output->fields[0].offset);
	}
	buffer_append_char(buffer, ']');
}

static void encode_map(struct buffer *buffer, const struct output_field *field, const struct row_list *rows)
{
	buffer_append_char(buffer, '{');
	if (field->type == FIELD_MAP)
		encode_days(buffer, field, rows);
	else
		encode_values(buffer, field, rows);
	buffer_append_char(buffer, '}');
}

static void encode_nested(struct buffer *buffer, const struct output *output, const char *row)
{
	if (row)
		encode_object(buffer, output, row);
	else
		buffer_append_literal(buffer, "null");
}

static void encode_time(struct buffer *buffer, int64_t minutes)
{
	char hour = (char)(minutes / 60), minute = (char)(minutes % 60);

	if (minutes == NONE)
		buffer_append_literal(buffer, "null");
	else
		buffer_append(buffer,
		              (char[]){'"', (char)('0' + hour / 10), (char)('0' + hour % 10), ':', (char)('0' + minute / 10),
		                       (char)('0' + minute % 10), '"'},
		              7);
}

static void encode_sealed(struct buffer *buffer, const char *kind, int64_t id)
{
	char quoted[1 + SEALED_ID_SIZE] = "\"";

	if (id == NONE) {
		buffer_append_literal(buffer, "null");
		return;
	}
	seal_id(kind, id, quoted + 1);
	quoted[sizeof(quoted) - 1] = '"'; /* in the place of the '\0' */
	buffer_append(buffer, quoted, sizeof(quoted));
}

void encode_value(struct buffer *buffer, const struct output_field *field, const char *value)
{
	switch (field->type) {
	case FIELD_INTEGER:
		json_write_integer(buffer, *(const int64_t *)value);
		break;
	case FIELD_DECIMAL:
		json_write_decimal(buffer, *(const int64_t *)value);
		break;
	case FIELD_BOOLEAN:
		json_write_boolean(buffer, *(const bool *)value);
		break;
	case FIELD_TEXT:
		json_write_string(buffer, *(const struct text *)value);
		break;
	case FIELD_DATE:
		json_write_date(buffer, *(const int64_t *)value);
		break;
	case FIELD_TIME:
		encode_time(buffer, *(const int64_t *)value);
		break;
	case FIELD_INSTANT:
		json_write_instant(buffer, *(const int64_t *)value);
		break;
	case FIELD_ENUM:
		encode_enum(buffer, field->enumeration, *(const int64_t *)value);
		break;
	case FIELD_ENUM_SET:
		encode_enum_set(buffer, field->enumeration, *(const int64_t *)value);
		break;
	case FIELD_JSON:
		buffer_append_text(buffer, *(const struct text *)value);
		break;
	case FIELD_OBJECT:
		encode_nested(buffer, field->nested, *(const char *const *)value);
		break;
	case FIELD_LIST:
		encode_rows(buffer, field->nested, (const struct row_list *)value);
		break;
	case FIELD_MAP:
	case FIELD_VALUE_MAP:
		encode_map(buffer, field, (const struct row_list *)value);
		break;
	case FIELD_VALUE_LIST:
		encode_value_list(buffer, field->nested, (const struct row_list *)value);
		break;
	case FIELD_SEALED_ID:
		encode_sealed(buffer, field->sealed, *(const int64_t *)value);
		break;
	case FIELD_INSTANT_OFFSET:
		json_write_instant_offset(buffer, *(const int64_t *)value);
		break;
	case FIELD_INTEGER_LIST:
	case FIELD_TEXT_LIST:
	case FIELD_INPUT_LIST:
	case FIELD_ZONED_INSTANT:
		abort(); /* inputs only; the generator refuses them in an output */
	}
}

bool encode_is_null(const struct output_field *field, const char *value)
{
	if (field->type == FIELD_TEXT || field->type == FIELD_JSON)
		return !((const struct text *)value)->data;
	if (field->type == FIELD_BOOLEAN || field->type == FIELD_ENUM_SET)
		return false;
	if (field->type == FIELD_LIST || field->type == FIELD_MAP || field->type == FIELD_VALUE_MAP ||
	    field->type == FIELD_VALUE_LIST)
		return !((const struct row_list *)value)->items;
	if (field->type == FIELD_OBJECT)
		return !*(const void *const *)value;
	return *(const int64_t *)value == NONE;
}

void encode_members(struct buffer *buffer, const struct output *output, const char *row)
{
	for (unsigned i = 0; i < output->count; i++) {
		const struct output_field *field = &output->fields[i];

		if (field->omit_null && encode_is_null(field, row + field->offset))
			continue;
		if (field->spread) {
			encode_days(buffer, field, (const struct row_list *)(row + field->offset));
			continue;
		}
		buffer_append_padded(buffer, field->key, field->key_length, OUTPUT_KEY_SIZE);
		encode_value(buffer, field, row + field->offset);
	}
}

void encode_object(struct buffer *buffer, const struct output *output, const char *row)
{
	buffer_append_char(buffer, '{');
	encode_members(buffer, output, row);
	buffer_append_char(buffer, '}');
}
