/* The log on standard error. It must not use an arena (it also reports that memory is out) nor the settable clock. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/calendar.h"

#define LINE_SIZE 2048 /* with the line break */

static enum log_level lowest = LOG_INFO;

void log_set_level(enum log_level level)
{
	lowest = level;
}

bool log_enabled(enum log_level level)
{
	return level >= lowest;
}

/* As much of the text as there is room for: once for each piece of each line, so it is not printf's. */
static size_t append(char *line, size_t length, const char *text)
{
	size_t more = strlen(text);
	if (more > LINE_SIZE - length)
		more = LINE_SIZE - length;
	memcpy(line + length, text, more);
	return length + more;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	static const char *const names[] = {"debug", "info", "warning", "error"};
	if (!log_enabled(level))
		return;
	char instant[INSTANT_SIZE], line[LINE_SIZE];
	calendar_format_instant((int64_t)time(NULL), instant);
	const char *const start[] = {"time=", instant, " level=", names[level], " event=", event, " "};
	size_t            length = 0;
	for (size_t i = 0; i < sizeof(start) / sizeof(*start); i++)
		length = append(line, length, start[i]);
	if (format && length < sizeof(line)) {
		va_list arguments;
		va_start(arguments, format);
		int more = vsnprintf(line + length, sizeof(line) - length, format, arguments);
		va_end(arguments);
		length += more > 0 ? (size_t)more : 0;
	}
	if (length >= sizeof(line))
		length = sizeof(line) - 1;
	if (line[length - 1] == ' ')
		length--; /* an event without pairs */
	line[length++] = '\n';
	if (write(STDERR_FILENO, line, length) < 0)
		return; /* there is no other place to complain to */
}

/* The bytes of `rest`'s first character in quotes; returns how many of `rest` it took. Bytes that are no text, or that
 * would steer a terminal, are shown as \xNN. */
static size_t quote_character(struct text rest, bool utf8, char ret[static 8])
{
	unsigned char c = (unsigned char)rest.data[0];
	size_t        taken = 1;
	if (c == '"' || c == '\\') {
		snprintf(ret, 8, "\\%c", c);
	} else if (c == '\n') {
		memcpy(ret, "\\n", 3);
	} else if (c < ' ' || c == 0x7f || (c >= 0x80 && !utf8)) {
		snprintf(ret, 8, "\\x%02x", c);
	} else {
		while (c >= 0x80 && taken < rest.length && ((unsigned char)rest.data[taken] & 0xc0) == 0x80)
			taken++;
		memcpy(ret, rest.data, taken);
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
		char   quoted[8];
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
