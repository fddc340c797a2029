/* The JSON writer. It must not build trees, read JSON, or decide about commas. */
#include "base/json.h"

#include <string.h>

#include "base/calendar.h"
#include "base/decimal.h"

/* What follows the backslash, 'u' for the \u00xx form; 0 for the bytes that stand for themselves. */
static const char escapes[256] = {
	[0 ... '\b' - 1] = 'u',    ['\b'] = 'b', ['\t'] = 't',  ['\n'] = 'n', ['\v'] = 'u', ['\f'] = 'f', ['\r'] = 'r',
	['\r' + 1 ... 0x1f] = 'u', ['"'] = '"',  ['\\'] = '\\',
};

static void append_escaped(struct buffer *buffer, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";
	char              escape[] = {'\\', escapes[byte], '0', '0', digits[byte >> 4], digits[byte & 15]};
	buffer_append(buffer, escape, escape[1] == 'u' ? sizeof(escape) : 2);
}

/* The highest bit of each of eight bytes that needs an escape. Each term sets it where a byte becomes zero, or wraps,
 * when one is subtracted; bytes from 0x80 on stand for themselves. A borrow may set one too many. */
static inline uint64_t escapes_of_eight(const char *eight)
{
	const uint64_t ones = UINT64_MAX / 255, highs = ones << 7;
	uint64_t       bytes;

	memcpy(&bytes, eight, sizeof(bytes));
	uint64_t quotes = bytes ^ ones * '"', backslashes = bytes ^ ones * '\\';
	uint64_t controls = (bytes - ones * ' ') & ~bytes;
	return (controls | ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes)) & highs;
}

/* True when nothing needs an escape: nearly always. The last eight bytes may be looked at twice. */
static bool is_plain(struct text text)
{
	uint64_t found = 0;

	if (text.length < 8) {
		for (size_t i = 0; i < text.length; i++)
			found |= (uint64_t)escapes[(unsigned char)text.data[i]];
		return !found;
	}
	for (size_t i = 0; i + 8 < text.length; i += 8)
		found |= escapes_of_eight(text.data + i);
	return !(found | escapes_of_eight(text.data + text.length - 8));
}

static void append_with_escapes(struct buffer *buffer, struct text text)
{
	const char *run = text.data, *end = text.data + text.length;

	for (const char *at = run; at < end; at++) {
		if (!escapes[(unsigned char)*at])
			continue;
		buffer_append(buffer, run, (size_t)(at - run));
		append_escaped(buffer, (unsigned char)*at);
		run = at + 1;
	}
	buffer_append(buffer, run, (size_t)(end - run));
}

void json_write_string(struct buffer *buffer, struct text text)
{
	if (!text.data) {
		buffer_append_literal(buffer, "null");
		return;
	}
	buffer_append_char(buffer, '"');
	if (is_plain(text))
		buffer_append_text(buffer, text);
	else
		append_with_escapes(buffer, text);
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
	if (!calendar_has_day(day)) {
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
	if (!calendar_has_instant(second)) {
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
	if (!calendar_has_instant(second)) {
		buffer_append_literal(buffer, "null");
		return;
	}
	char quoted[1 + INSTANT_SIZE] = "\"";
	calendar_format_instant(second, quoted + 1);
	buffer_append(buffer, quoted, sizeof(quoted) - 2); /* without the Z */
	buffer_append_literal(buffer, "+00:00\"");
}
