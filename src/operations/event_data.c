/* Objects as events keep them: values here, names elsewhere. */
#include "operations/event_data.h"

#include "contract/encode.h"

#define DATA_BYTES_FIRST  512
#define RATED_BYTES_FIRST 64
#define DATA_BYTES_MAX    (4u * 1024 * 1024)

/* --- writing ----------------------------------------------------------------------------------------------------- */

/* How much of a row a value takes. */
static size_t value_bytes(enum field_type type)
{
	switch (type) {
	case FIELD_BOOLEAN:
		return sizeof(bool);
	case FIELD_TEXT:
	case FIELD_JSON:
		return sizeof(struct text);
	case FIELD_LIST:
	case FIELD_MAP:
	case FIELD_VALUE_MAP:
	case FIELD_VALUE_LIST:
		return sizeof(struct row_list);
	case FIELD_OBJECT:
		return sizeof(void *);
	default:
		return sizeof(int64_t);
	}
}

static bool is_alike(const struct output_field *field, const char *a, const char *b)
{
	return memcmp(a + field->offset, b + field->offset, value_bytes(field->type)) == 0;
}

static void write_values(struct buffer *buffer, const struct output *output, unsigned from, unsigned to,
                         const char *row)
{
	for (unsigned i = from; i < to; i++) {
		const struct output_field *field = &output->fields[i];
		const char                *value = row + field->offset;

		buffer_append(buffer, ",", i ? 1 : 0);
		if (!field->omit_null || !encode_is_null(field, value))
			encode_value(buffer, field, value);
	}
}

/* The object for both kinds of readers is the same but for a few members. It is written once, and of the other one what
 * reaches from the first of those to the last. */
enum error event_data_write(struct db_context *db, const struct event_shape *shape, const char *data, const char *rated,
                            struct new_event_row *ret)
{
	const struct output *output = shape->output;
	unsigned             from = 0, to = output->count;
	struct buffer        text, part;

	while (rated && from < to && is_alike(&output->fields[from], data, rated))
		from++;
	while (rated && from < to && is_alike(&output->fields[to - 1], data, rated))
		to--;
	buffer_init(&text, db->arena, DATA_BYTES_FIRST, DATA_BYTES_MAX);
	buffer_init(&part, db->arena, RATED_BYTES_FIRST, DATA_BYTES_MAX);
	buffer_append_char(&text, '[');
	write_values(&text, output, 0, from, data);
	ret->rated_from = (int64_t)text.length;
	write_values(&text, output, from, to, data);
	ret->rated_to = (int64_t)text.length;
	write_values(&text, output, to, output->count, data);
	buffer_append_char(&text, ']');
	if (rated && from < to)
		write_values(&part, output, from, to, rated);
	if (text.overflown || part.overflown)
		return ERROR_NO_MEMORY;
	ret->shape = shape->number;
	ret->data = buffer_text(&text);
	ret->rated = part.length ? buffer_text(&part) : NO_TEXT;
	return ERROR_NONE;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static enum error read_rated(struct db_context *db, struct event_row *event)
{
	struct buffer buffer;
	size_t        from = (size_t)event->rated_from, to = (size_t)event->rated_to;

	if (!event->rated.data)
		return ERROR_NONE;
	buffer_init(&buffer, db->arena, event->data.length + event->rated.length, SIZE_MAX);
	buffer_append(&buffer, event->data.data, from);
	buffer_append_text(&buffer, event->rated);
	buffer_append(&buffer, event->data.data + to, event->data.length - to);
	if (buffer.overflown)
		return ERROR_NO_MEMORY;
	event->data = buffer_text(&buffer);
	return ERROR_NONE;
}

/* Takes a list's next value, empty or not, and what ends it. The list is of our own making: nothing in it is wrong. */
static struct text take_value(struct text *list)
{
	const char *at = list->data, *end = at + list->length;
	bool        quoted = false;
	int         depth = 0;

	for (; at < end; at++) {
		if (quoted && *at == '\\')
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (!depth && (*at == ',' || *at == ']'))
			break;
		else
			depth += (*at == '[' || *at == '{') - (*at == ']' || *at == '}');
	}
	struct text value = {list->data, (size_t)(at - list->data)};
	*list = (struct text){at + 1, at < end ? (size_t)(end - at) - 1 : 0};
	return value;
}

/* Without the bracket that begins it. */
static struct text inside(struct text list)
{
	return (struct text){list.data + 1, list.length - 1};
}

static enum error read_names(struct db_context *db, struct event_row *event)
{
	struct text   values, names;
	struct buffer buffer;

	if (event->shape == NONE)
		return ERROR_NONE;
	if (!event->names.data)
		return ERROR_INTERNAL;
	values = inside(event->data), names = inside(event->names);
	buffer_init(&buffer, db->arena, event->data.length + event->names.length, SIZE_MAX);
	buffer_append_char(&buffer, '{');
	while (names.length) {
		struct text name = take_value(&names), value = take_value(&values);

		if (!value.length)
			continue;
		buffer_append(&buffer, ",", buffer.length > 1 ? 1 : 0);
		buffer_append_text(&buffer, name);
		buffer_append_char(&buffer, ':');
		buffer_append_text(&buffer, value);
	}
	buffer_append_char(&buffer, '}');
	if (buffer.overflown)
		return ERROR_NO_MEMORY;
	event->data = buffer_text(&buffer);
	return ERROR_NONE;
}

enum error event_data_read(struct db_context *db, struct event_row *event)
{
	TRY(read_rated(db, event));
	return read_names(db, event);
}

/* --- shapes ------------------------------------------------------------------------------------------------------ */

enum error event_shapes_keep(struct db_context *db)
{
	for (size_t i = 0; i < event_shape_count; i++)
		TRY(sql_keep_event_shape(db, event_shapes[i].number, event_shapes[i].names));
	return ERROR_NONE;
}
