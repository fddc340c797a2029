/* CSV cells. */
#include "contract/csv.h"

#include "contract/encode.h"

#define FORMULA_STARTS "=+-@\t\r"
#define QUOTED         "\",\r\n"

static bool holds_any(struct text text, const char *characters)
{
	for (; *characters; characters++)
		if (memchr(text.data, *characters, text.length))
			return true;
	return false;
}

static void append_text_cell(struct buffer *buffer, struct text text, bool exact)
{
	bool formula = !exact && text.length && memchr(FORMULA_STARTS, text.data[0], sizeof(FORMULA_STARTS) - 1);
	bool quoted = text.length ? holds_any(text, QUOTED) : exact;

	buffer_append(buffer, "\"", quoted);
	buffer_append(buffer, "'", formula);
	for (size_t i = 0; quoted && i < text.length;) {
		const char *quote = memchr(text.data + i, '"', text.length - i);
		size_t      length = quote ? (size_t)(quote - text.data) + 1 - i : text.length - i;

		buffer_append(buffer, text.data + i, length);
		if (quote)
			buffer_append_char(buffer, '"');
		i += length;
	}
	buffer_append(buffer, quoted ? "\"" : text.data, quoted ? 1 : text.length);
}

/* As in JSON, where nothing of it needs an escape; without its quotes. */
static void append_plain_cell(struct buffer *buffer, const struct output_field *field, const char *value)
{
	size_t start = buffer->length;

	encode_value(buffer, field, value);
	if (buffer->overflown || buffer->data[start] != '"')
		return;
	buffer->length -= 2;
	memmove(buffer->data + start, buffer->data + start + 1, buffer->length - start);
}

static void append_set_cell(struct buffer *buffer, const struct enumeration *enumeration, int64_t codes)
{
	bool first = true;

	for (size_t i = 0; i < enumeration->count; i++) {
		const struct enumeration_value *value = &enumeration->values[i];

		if (value->alias || !(codes >> value->code & 1))
			continue;
		buffer_append(buffer, "; ", first ? 0 : 2);
		buffer_append_text(buffer, value->name);
		first = false;
	}
}

/* EUR 2.5; USD 204 */
static void append_map_cell(struct buffer *buffer, const struct output_field *field, const struct row_list *rows)
{
	const struct output_field *value = &field->nested->fields[0];
	const char                *row = rows->items;

	for (size_t i = 0; i < rows->count; i++, row += field->nested->row_size) {
		buffer_append(buffer, "; ", i ? 2 : 0);
		buffer_append_text(buffer, *(const struct text *)(row + field->map_key));
		buffer_append_char(buffer, ' ');
		encode_value(buffer, value, row + value->offset);
	}
}

void csv_value(struct buffer *buffer, const struct output_field *field, const char *value)
{
	if (field->type == FIELD_ENUM_SET)
		append_set_cell(buffer, field->enumeration, *(const int64_t *)value);
	else if (field->type == FIELD_VALUE_MAP)
		append_map_cell(buffer, field, (const struct row_list *)value);
	else
		append_plain_cell(buffer, field, value);
}

static void append_cell(struct buffer *buffer, const struct output_field *field, const char *value, bool exact)
{
	if (field->type == FIELD_TEXT)
		append_text_cell(buffer, *(const struct text *)value, exact);
	else
		csv_value(buffer, field, value);
}

void csv_header(struct buffer *buffer, const struct columns *columns)
{
	bool first = true;

	for (size_t i = 0; i < columns->count; i++) {
		if (columns->items[i].hidden)
			continue;
		buffer_append(buffer, ",", first ? 0 : 1);
		buffer_append_text(buffer, columns->items[i].name);
		first = false;
	}
	buffer_append_literal(buffer, "\r\n");
}

void csv_row(struct buffer *buffer, const struct columns *columns, const char *const *rows)
{
	bool first = true;

	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->items[i];

		if (column->hidden)
			continue;
		const char *value = column_value(columns, column, rows);
		buffer_append(buffer, ",", first ? 0 : 1);
		if (value)
			append_cell(buffer, &column->field, value, columns->exact);
		first = false;
	}
	buffer_append_literal(buffer, "\r\n");
}
