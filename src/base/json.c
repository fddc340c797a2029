/* The JSON writer. It must not build trees, read JSON, or decide about commas. */
#include "base/json.h"

#include "base/calendar.h"
#include "base/decimal.h"

/* What follows the backslash, 'u' for the \u00xx form; 0 for the bytes that stand for themselves. */
static const char escapes[256] = {
	[0 ... '\b' - 1] = 'u', ['\b'] = 'b',  ['\t'] = 't', ['\n'] = 'n',  ['\v'] = 'u',
	['\f'] = 'f',           ['\r'] = 'r',  ['\r' + 1 ... 0x1f] = 'u',
	['"'] = '"',            ['\\'] = '\\',
};

static void append_escaped(struct buffer *buffer, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";
	char escape[] = {'\\', escapes[byte], '0', '0', digits[byte >> 4], digits[byte & 15]};
	buffer_append(buffer, escape, escape[1] == 'u' ? sizeof(escape) : 2);
}

void json_write_string(struct buffer *buffer, struct text text)
{
	if (!text.data) {
		buffer_append_literal(buffer, "null");
		return;
	}
	const char *run = text.data, *end = text.data + text.length;
	buffer_append_char(buffer, '"');
	for (const char *at = run; at < end; at++) {
		if (!escapes[(unsigned char)*at])
			continue;
		buffer_append(buffer, run, (size_t)(at - run));
		append_escaped(buffer, (unsigned char)*at);
		run = at + 1;
	}
	buffer_append(buffer, run, (size_t)(end - run));
	buffer_append_char(buffer, '"');
}

void json_write_integer(struct buffer *buffer, int64_t value)
{
	if (value == NONE)
		buffer_append_literal(buffer, "null");
	else
		buffer_append_integer(buffer, value);
}

void json_write_boolean(struct buffer *buffer, bool value)
{
	if (value)
		buffer_append_literal(buffer, "true");
	else
		buffer_append_literal(buffer, "false");
}

void json_write_decimal(struct buffer *buffer, int64_t value)
{
	if (value == NONE) {
		buffer_append_literal(buffer, "null");
		return;
	}
	char text[DECIMAL_SIZE];
	buffer_append(buffer, text, decimal_format(value, text));
}

/* The quotes stand around the text, the second one in the place of its '\0'. */
void json_write_date(struct buffer *buffer, int64_t day)
{
	if (day == NONE) {
		buffer_append_literal(buffer, "null");
		return;
	}
	char quoted[1 + DATE_SIZE] = "\"";
	calendar_format_date(day, quoted + 1);
	quoted[sizeof(quoted) - 1] = '"';
	buffer_append(buffer, quoted, sizeof(quoted));
}

void json_write_instant(struct buffer *buffer, int64_t second)
{
	if (second == NONE) {
		buffer_append_literal(buffer, "null");
		return;
	}
	char quoted[1 + INSTANT_SIZE] = "\"";
	calendar_format_instant(second, quoted + 1);
	quoted[sizeof(quoted) - 1] = '"';
	buffer_append(buffer, quoted, sizeof(quoted));
}

void json_write_instant_offset(struct buffer *buffer, int64_t second)
{
	if (second == NONE) {
		buffer_append_literal(buffer, "null");
		return;
	}
	char quoted[1 + INSTANT_SIZE] = "\"";
	calendar_format_instant(second, quoted + 1);
	buffer_append(buffer, quoted, sizeof(quoted) - 2); /* without the Z */
	buffer_append_literal(buffer, "+00:00\"");
}
