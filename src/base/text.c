/* Text: the functions that are more than a line. GLib and utf8proc know Unicode, and only this file asks them; there
 * are no tables of our own. utf8proc does the folding, because GLib ends the process when memory runs out. */
#include "base/text.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <utf8proc.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool text_equal_ignoring_case(struct text a, struct text b)
{
	if (a.length != b.length || (a.data == NULL) != (b.data == NULL))
		return false;
	for (size_t i = 0; i < a.length; i++)
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	return true;
}

struct text text_copy(struct arena *arena, struct text text)
{
	if (!text.data)
		return NO_TEXT;
	char *copy = arena_alloc_unset(arena, text.length + 1);
	if (!copy)
		return NO_TEXT;
	memcpy(copy, text.data, text.length);
	copy[text.length] = '\0';
	return (struct text){copy, text.length};
}

struct text text_format(struct arena *arena, const char *format, ...)
{
	char    short_text[128];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(short_text, sizeof(short_text), format, arguments);
	va_end(arguments);
	if (length >= 0 && (size_t)length < sizeof(short_text))
		return text_copy(arena, (struct text){short_text, (size_t)length});
	char *data = length < 0 ? NULL : arena_alloc_unset(arena, (size_t)length + 1);
	if (!data)
		return NO_TEXT;
	va_start(arguments, format);
	vsnprintf(data, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return (struct text){data, (size_t)length};
}

struct text text_of_integer(struct arena *arena, int64_t value)
{
	char  digits[INTEGER_CHARACTERS], *end = digits + sizeof(digits);
	char *start = text_write_integer(end, value);
	return text_copy(arena, (struct text){start, (size_t)(end - start)});
}

bool text_is_utf8(struct text text)
{
	return text.length == 0 || g_utf8_validate_len(text.data, text.length, NULL);
}

size_t text_characters(struct text text)
{
	return text.length == 0 ? 0 : (size_t)g_utf8_strlen(text.data, (gssize)text.length);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text text_trim(struct text text)
{
	while (text.length && is_space(text.data[0])) {
		text.data++;
		text.length--;
	}
	while (text.length && is_space(text.data[text.length - 1]))
		text.length--;
	return text;
}

/* Shows nothing, even if it takes room: spaces, controls, what steers the writing, Hangul's fillers. */
static bool is_blank(gunichar c)
{
	if (c < 0x80)
		return c <= ' ' || c == 0x7f;
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
	case G_UNICODE_SPACE_SEPARATOR:
		return true;
	default:
		return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800;
	}
}

/* Shows nothing itself, but changes how the character before it looks: variation selectors, and the grapheme joiner. */
static bool is_selector(gunichar c)
{
	return c == 0x034f || (c >= 0x180b && c <= 0x180f) || (c >= 0xfe00 && c <= 0xfe0f) ||
	       (c >= 0xe0100 && c <= 0xe01ef);
}

struct text text_trim_blank(struct text text)
{
	const char *begin = text.data, *end = text.data + text.length;

	while (begin < end && (is_blank(g_utf8_get_char(begin)) || is_selector(g_utf8_get_char(begin))))
		begin = g_utf8_next_char(begin);
	while (begin < end && is_blank(g_utf8_get_char(g_utf8_prev_char(end))))
		end = g_utf8_prev_char(end);
	return (struct text){begin, (size_t)(end - begin)};
}

/* A joiner between two characters that show something: Indic or Arabic letters, or the parts of an emoji. */
static bool is_joiner(const char *at, gunichar before, const char *end)
{
	gunichar    c = g_utf8_get_char(at);
	const char *next = g_utf8_next_char(at);

	return (c == 0x200c || c == 0x200d) && !is_blank(before) && next < end && !is_blank(g_utf8_get_char(next));
}

/* As most texts are: then no table of Unicode is asked. */
static bool text_is_plain(struct text text)
{
	bool plain = true;

	for (size_t i = 0; i < text.length; i++)
		plain &= text.data[i] >= ' ' && text.data[i] < 0x7f;
	return plain;
}

bool text_is_line(struct text text)
{
	const char *end = text.data + text.length;
	gunichar    before = ' ';

	if (text_is_plain(text))
		return true;
	for (const char *at = text.data; at < end; at = g_utf8_next_char(at)) {
		gunichar     c = g_utf8_get_char(at);
		GUnicodeType type = g_unichar_type(c);
		if (type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR ||
		    (type == G_UNICODE_FORMAT && !is_joiner(at, before, end)))
			return false;
		before = c;
	}
	return true;
}

bool text_is_lines(struct text text)
{
	const char *end = text.data + text.length;

	if (text_is_plain(text))
		return true;
	for (const char *at = text.data; at < end; at = g_utf8_next_char(at))
		if (g_unichar_type(g_utf8_get_char(at)) == G_UNICODE_CONTROL && *at != '\t' && *at != '\n' && *at != '\r')
			return false;
	return true;
}

bool text_is_visible(struct text text)
{
	const char *end = text.data + text.length;

	for (const char *at = text.data; at < end; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (is_blank(c) || is_selector(c) || !g_unichar_isdefined(c) || g_unichar_type(c) == G_UNICODE_PRIVATE_USE)
			return false;
	}
	return true;
}

bool text_is_ascii(struct text text)
{
	unsigned char all = 0;

	for (size_t i = 0; i < text.length; i++)
		all |= (unsigned char)text.data[i];
	return all < 0x80;
}

/* Normalised before, because folding knows composed letters only, and after, because folding can decompose. */
struct text text_fold(struct arena *arena, struct text text)
{
	if (text.length == 0)
		return text_copy(arena, text);
	if (text_is_ascii(text))
		return text_lower(arena, text); /* the same, a hundred times faster */
	const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.data;
	utf8proc_ssize_t        count = utf8proc_decompose(bytes, (utf8proc_ssize_t)text.length, NULL, 0, how);
	if (count < 0)
		return NO_TEXT; /* not UTF-8: the caller broke the rule */
	/* In place: a character of text takes no more than four bytes, and one more ends the last. */
	utf8proc_int32_t *characters = arena_alloc_unset(arena, ((size_t)count + 1) * sizeof(*characters));
	if (!characters)
		return NO_TEXT;
	utf8proc_decompose(bytes, (utf8proc_ssize_t)text.length, characters, count, how);
	return (struct text){(const char *)characters, (size_t)utf8proc_reencode(characters, count, how)};
}

bool text_to_integer(struct text text, int64_t *ret_value)
{
	bool   negative = text.length > 0 && text.data[0] == '-';
	size_t i = negative;
	if (i == text.length)
		return false;
	int64_t value = 0;
	for (; i < text.length; i++) {
		char c = text.data[i];
		if (c < '0' || c > '9' || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, c - '0', &value))
			return false;
	}
	*ret_value = negative ? -value : value;
	return true;
}

int text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Two digits a division. */
char *text_write_digits(char *end, uint64_t value)
{
	static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940"
								"4142434445464748495051525354555657585960616263646566676869707172737475767778798081"
								"828384858687888990919293949596979899";
	while (value >= 100) {
		end -= 2;
		memcpy(end, pairs + value % 100 * 2, 2);
		value /= 100;
	}
	if (value < 10) {
		*--end = (char)('0' + value);
		return end;
	}
	end -= 2;
	memcpy(end, pairs + value * 2, 2);
	return end;
}

char *text_write_integer(char *end, int64_t value)
{
	char *start = text_write_digits(end, value < 0 ? -(uint64_t)value : (uint64_t)value);
	if (value < 0)
		*--start = '-';
	return start;
}

struct text text_lower(struct arena *arena, struct text text)
{
	struct text copy = text_copy(arena, text);
	char       *data = (char *)copy.data; /* our own copy */

	for (size_t i = 0; i < copy.length; i++)
		if (data[i] >= 'A' && data[i] <= 'Z')
			data[i] |= 0x20;
	return copy;
}

bool text_decode_form(struct arena *arena, struct text encoded, struct text *ret)
{
	char  *data = arena_alloc(arena, encoded.length + 1);
	size_t length = 0;

	if (!data)
		return false;
	for (size_t i = 0; i < encoded.length; i++) {
		char c = encoded.data[i];
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 1 < encoded.length ? text_hex_digit(encoded.data[i + 1]) : -1;
			int low = i + 2 < encoded.length ? text_hex_digit(encoded.data[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		data[length++] = c;
	}
	*ret = (struct text){data, length};
	return true;
}
