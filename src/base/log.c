/* The log on standard error. It must not use an arena (it also reports that memory has run out) nor the settable clock.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/calendar.h"

static enum log_level lowest = LOG_INFO;

void log_set_level(enum log_level level)
{
	lowest = level;
}

bool log_enabled(enum log_level level)
{
	return level >= lowest;
}

/* As much of the text as there is room for. */
static void append(struct log_line *line, const char *text, size_t length)
{
	if (length > LOG_LINE_SIZE - line->length)
		length = LOG_LINE_SIZE - line->length;
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void begin_pair(struct log_line *line, const char *key)
{
	append(line, " ", 1);
	append(line, key, strlen(key));
	append(line, "=", 1);
}

void log_text(struct log_line *line, const char *key, const char *value)
{
	begin_pair(line, key);
	append(line, value, strlen(value));
}

void log_integer(struct log_line *line, const char *key, int64_t value)
{
	char        digits[INTEGER_CHARACTERS], *end = digits + sizeof(digits);
	const char *first = text_write_integer(end, value);
	begin_pair(line, key);
	append(line, first, (size_t)(end - first));
}

void log_begin(struct log_line *line, enum log_level level, const char *event)
{
	static const char *const names[] = {"debug", "info", "warning", "error"};
	char                     instant[INSTANT_SIZE];
	calendar_format_instant((int64_t)time(NULL), instant);
	line->length = 0;
	append(line, "time=", 5);
	append(line, instant, strlen(instant));
	log_text(line, "level", names[level]);
	log_text(line, "event", event);
}

void log_write(struct log_line *line)
{
	if (line->length >= LOG_LINE_SIZE)
		line->length = LOG_LINE_SIZE - 1;
	line->text[line->length++] = '\n';
	if (write(STDERR_FILENO, line->text, line->length) < 0)
		return; /* there is no other place to complain to */
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	struct log_line line;
	if (!log_enabled(level))
		return;
	log_begin(&line, level, event);
	if (format) {
		va_list arguments;
		append(&line, " ", 1);
		va_start(arguments, format);
		int more = vsnprintf(line.text + line.length, LOG_LINE_SIZE - line.length, format, arguments);
		va_end(arguments);
		line.length += more > 0 ? (size_t)more : 0;
	}
	if (line.length < LOG_LINE_SIZE && line.text[line.length - 1] == ' ')
		line.length--; /* there was nothing to say */
	log_write(&line);
}

/* What a terminal obeys or a reader does not see: C1 controls, zero-width characters and marks of direction, line and
 * paragraph separators. */
static bool is_invisible(const unsigned char *c, size_t length)
{
	unsigned point;

	if (length == 2)
		return (c[0] == 0xc2 && c[1] < 0xa0) || (c[0] == 0xd8 && c[1] == 0x9c); /* C1; U+061C */
	if (length != 3)
		return false;
	point = (c[0] & 0xfu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu);
	return (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
}

#define QUOTED_SIZE 16

/* The bytes of `rest`'s first character in quotes; returns how many of `rest` it took. Bytes that are no text, or that
 * would steer a terminal, are shown as \xNN. */
static size_t quote_character(struct text rest, bool utf8, char ret[static QUOTED_SIZE])
{
	const unsigned char *c = (const unsigned char *)rest.data;
	size_t               taken = 1, length = 0;

	if (*c == '"' || *c == '\\') {
		snprintf(ret, QUOTED_SIZE, "\\%c", *c);
		return taken;
	}
	if (*c == '\n') {
		memcpy(ret, "\\n", 3);
		return taken;
	}
	while (utf8 && *c >= 0x80 && taken < rest.length && (c[taken] & 0xc0) == 0x80)
		taken++;
	if (*c < ' ' || *c == 0x7f || (*c >= 0x80 && !utf8) || is_invisible(c, taken)) {
		for (size_t i = 0; i < taken; i++)
			length += (size_t)snprintf(ret + length, QUOTED_SIZE - length, "\\x%02x", c[i]);
	} else {
		memcpy(ret, c, taken);
		ret[taken] = '\0';
	}
	return taken;
}

const char *log_quote(struct text value, char *buffer, size_t size)
{
	if (size < sizeof("\"\"")) {
		if (size)
			buffer[0] = '\0';
		return buffer;
	}
	bool  utf8 = text_is_utf8(value);
	char *at = buffer, *last = buffer + size - 2; /* the place of the second quote */
	*at++ = '"';
	while (value.length) {
		char   quoted[QUOTED_SIZE];
		size_t taken = quote_character(value, utf8, quoted), length = strlen(quoted);
		if (length > (size_t)(last - at))
			break;
		memcpy(at, quoted, length);
		at += length;
		value.data += taken;
		value.length -= taken;
	}
	*at++ = '"';
	*at = '\0';
	return buffer;
}

const char *log_word(struct text value, char *buffer, size_t size)
{
	if (value.length == 0 || value.length >= size)
		return log_quote(value, buffer, size);
	for (size_t i = 0; i < value.length; i++)
		if (value.data[i] <= ' ' || value.data[i] == 0x7f || strchr("\"=\\", value.data[i]))
			return log_quote(value, buffer, size);
	memcpy(buffer, value.data, value.length);
	buffer[value.length] = '\0';
	return buffer;
}
