/* The growing buffer, beyond the inline part. It must not know formats: json.c writes JSON. */
#include "base/buffer.h"

#include <stdio.h>

#define SMALLEST_GROWTH 64

/* The capacity drops to the length, so that the inline fast path cannot append anything any more either. */
static bool overflow(struct buffer *buffer)
{
	buffer->overflown = true;
	buffer->capacity = buffer->length;
	return false;
}

/* The memory always has one byte more than the capacity: the '\0' that vsnprintf writes, which is no content. */
void buffer_init(struct buffer *buffer, struct arena *arena, size_t capacity, size_t limit)
{
	if (capacity > limit)
		capacity = limit;
	*buffer = (struct buffer){.arena = arena, .capacity = capacity, .limit = limit};
	buffer->data = arena_alloc_unset(arena, capacity + 1);
	if (!buffer->data)
		overflow(buffer);
}

bool buffer_reserve(struct buffer *buffer, size_t size)
{
	if (buffer->overflown || size > buffer->limit - buffer->length)
		return overflow(buffer);
	if (size <= buffer->capacity - buffer->length)
		return true;
	size_t capacity = 2 * buffer->capacity + SMALLEST_GROWTH;
	if (capacity < buffer->length + size)
		capacity = buffer->length + size;
	if (capacity > buffer->limit)
		capacity = buffer->limit;
	char *data = arena_grow_unset(buffer->arena, buffer->data, buffer->capacity + 1, capacity + 1);
	if (!data)
		return overflow(buffer);
	buffer->data = data;
	buffer->capacity = capacity;
	return true;
}

void buffer_append_integer(struct buffer *buffer, int64_t value)
{
	char  digits[INTEGER_CHARACTERS], *end = digits + sizeof(digits);
	char *start = text_write_integer(end, value);
	buffer_append(buffer, start, (size_t)(end - start));
}

void buffer_append_format(struct buffer *buffer, const char *format, ...)
{
	if (buffer->overflown)
		return;
	va_list arguments;
	va_start(arguments, format);
	size_t room = buffer->capacity - buffer->length;
	int    length = vsnprintf(buffer->data + buffer->length, room + 1, format, arguments);
	va_end(arguments);
	if (length >= 0 && (size_t)length > room && buffer_reserve(buffer, (size_t)length)) {
		va_start(arguments, format);
		length = vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
		va_end(arguments);
	}
	if (length < 0)
		overflow(buffer);
	else if (!buffer->overflown)
		buffer->length += (size_t)length;
}

void buffer_append_encoded(struct buffer *buffer, struct text value)
{
	for (size_t i = 0; i < value.length; i++) {
		unsigned char byte = (unsigned char)value.data[i];
		bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');

		if (plain || (byte && strchr("-._~", byte)))
			buffer_append_char(buffer, (char)byte);
		else
			buffer_append_format(buffer, "%%%02X", byte);
	}
}
