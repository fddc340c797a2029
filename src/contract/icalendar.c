/* Lines of a calendar. */
#include "contract/icalendar.h"

#include "base/calendar.h"
#include "contract/encode.h"

#define LINE_OCTETS 75

/* A line on its way: what would make it too long goes on in the next one, behind a blank. */
struct content_line {
	struct buffer *buffer;
	size_t         octets; /* of what stands in the last line */
};

/* Characters are not torn apart. */
static void line_put(struct content_line *line, const char *octets, size_t count)
{
	if (line->octets + count > LINE_OCTETS) {
		buffer_append_literal(line->buffer, "\r\n ");
		line->octets = 1;
	}
	buffer_append(line->buffer, octets, count);
	line->octets += count;
}

static size_t character_octets(char first)
{
	unsigned char octet = (unsigned char)first;

	return octet < 0x80 ? 1 : octet < 0xe0 ? 2 : octet < 0xf0 ? 3 : 4;
}

/* RFC 5545 3.3.11: some are escaped, and of controls only the tab is text. */
static void line_put_text(struct content_line *line, struct text text)
{
	for (size_t i = 0, count; i < text.length; i += count) {
		const char *at = text.data + i;

		count = character_octets(*at);
		if (*at == '\n')
			line_put(line, "\\n", 2);
		else if (count == 1 && strchr("\\;,", *at))
			line_put(line, (const char[]){'\\', *at}, 2);
		else if (count > 1 || *at == '\t' || (*at >= ' ' && *at != 0x7f))
			line_put(line, at, count);
	}
}

static struct content_line line_begin(struct buffer *buffer, const char *name)
{
	struct content_line line = {buffer, 0};

	line_put(&line, name, strlen(name));
	line_put(&line, ":", 1);
	return line;
}

static void line_end(const struct content_line *line)
{
	buffer_append_literal(line->buffer, "\r\n");
}

/* A shown column of this name; where there are several, the innermost one. NULL: none, or null. */
static const char *event_value(const struct columns *columns, const char *const *rows, struct text name,
                               const struct column **ret)
{
	for (size_t i = columns->count; i-- > 0;)
		if (!columns->items[i].hidden && text_equal(columns->items[i].name, name)) {
			*ret = &columns->items[i];
			return column_value(columns, *ret, rows);
		}
	return NULL;
}

/* As a text: what was one, or a name on the wire. */
static struct text event_text(const struct columns *columns, const char *const *rows, struct text name)
{
	const struct column *column;
	const char          *value = event_value(columns, rows, name, &column);

	if (!value)
		return NO_TEXT;
	if (column->field.type == FIELD_ENUM)
		return text_of(enumeration_name(column->field.enumeration, *(const int64_t *)value));
	return column->field.type == FIELD_TEXT ? *(const struct text *)value : NO_TEXT;
}

/* 20240115T090000Z */
static void event_put_instant(struct buffer *buffer, const char *name, int64_t second)
{
	struct content_line line = line_begin(buffer, name);
	char                text[INSTANT_SIZE];

	calendar_format_instant(second, text);
	for (const char *at = text; *at; at++)
		if (*at != '-' && *at != ':')
			line_put(&line, at, 1);
	line_end(&line);
}

static void event_put_time(struct buffer *buffer, const char *name, struct text zoned)
{
	int64_t second;

	if (calendar_parse_instant(zoned, &second))
		event_put_instant(buffer, name, second);
}

static void event_put_text(struct buffer *buffer, const char *name, struct text text)
{
	struct content_line line;

	if (!text.length)
		return;
	line = line_begin(buffer, name);
	line_put_text(&line, text);
	line_end(&line);
}

/* John Doe: Marketing Campaign Q1: Design landing page */
static void event_put_summary(struct buffer *buffer, const struct columns *columns, const char *const *rows)
{
	const struct text   names[] = {TEXT("name"), TEXT("project_name"), TEXT("task_title")};
	struct content_line line = line_begin(buffer, "SUMMARY");
	bool                first = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct text text = event_text(columns, rows, names[i]);

		if (!text.length)
			continue;
		line_put_text(&line, first ? NO_TEXT : TEXT(": "));
		line_put_text(&line, text);
		first = false;
	}
	line_end(&line);
}

void icalendar_begin(struct buffer *buffer)
{
	buffer_append_literal(buffer, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Stint//Stint//EN\r\n");
}

void icalendar_event(struct buffer *buffer, const struct columns *columns, const char *const *rows, int64_t now)
{
	const struct column *column;
	const char          *id = event_value(columns, rows, TEXT("id"), &column);

	if (!id)
		return;
	buffer_append_literal(buffer, "BEGIN:VEVENT\r\nUID:");
	size_t start = buffer->length;
	encode_value(buffer, &column->field, id);
	if (!buffer->overflown && buffer->data[start] == '"') { /* without its quotes */
		buffer->length -= 2;
		memmove(buffer->data + start, buffer->data + start + 1, buffer->length - start);
	}
	buffer_append_literal(buffer, "\r\n");
	event_put_instant(buffer, "DTSTAMP", now);
	event_put_time(buffer, "DTSTART", event_text(columns, rows, TEXT("start_time")));
	event_put_time(buffer, "DTEND", event_text(columns, rows, TEXT("end_time")));
	event_put_summary(buffer, columns, rows);
	event_put_text(buffer, "DESCRIPTION", event_text(columns, rows, TEXT("activity_description")));
	event_put_text(buffer, "CATEGORIES", event_text(columns, rows, TEXT("method")));
	buffer_append_literal(buffer, "END:VEVENT\r\n");
}

void icalendar_end(struct buffer *buffer)
{
	buffer_append_literal(buffer, "END:VCALENDAR\r\n");
}
