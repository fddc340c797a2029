/* Buffer: text that grows at its end, inside an arena and up to a limit.
 *
 * Appending never fails on the spot: past the limit the buffer is marked `overflown`, later appends do nothing, and
 * whoever uses the content checks the mark once. */
#ifndef STINT_BASE_BUFFER_H
#define STINT_BASE_BUFFER_H

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

struct buffer {
	struct arena *arena;
	char         *data;
	size_t        length, capacity, limit; /* bytes */
	bool          overflown;
};

void buffer_init(struct buffer *buffer, struct arena *arena, size_t capacity, size_t limit);

/* Makes room for `size` more bytes; false (and overflown) when the limit or the arena does not allow it. */
bool buffer_reserve(struct buffer *buffer, size_t size);

static inline void buffer_append(struct buffer *buffer, const char *data, size_t length)
{
	if (buffer->capacity - buffer->length < length && !buffer_reserve(buffer, length))
		return;
	if (length)
		memcpy(buffer->data + buffer->length, data, length);
	buffer->length += length;
}

/* The first `length` of `size` bytes, by a copy of all of them where there is room; `size` is a constant. */
static inline void buffer_append_padded(struct buffer *buffer, const char *data, size_t length, size_t size)
{
	if (buffer->capacity - buffer->length < size) {
		buffer_append(buffer, data, length);
		return;
	}
	memcpy(buffer->data + buffer->length, data, size);
	buffer->length += length;
}

static inline void buffer_append_char(struct buffer *buffer, char c)
{
	buffer_append(buffer, &c, 1);
}

static inline void buffer_append_text(struct buffer *buffer, struct text text)
{
	buffer_append(buffer, text.data, text.length);
}

#define buffer_append_literal(buffer, literal) buffer_append((buffer), (literal), sizeof(literal) - 1)

void buffer_append_integer(struct buffer *buffer, int64_t value);
/* As the value of a parameter in an address: what RFC 3986 does not leave as it is becomes %XX. */
void buffer_append_encoded(struct buffer *buffer, struct text value);

void buffer_append_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct text buffer_text(const struct buffer *buffer)
{
	return (struct text){buffer->data, buffer->length};
}

#endif
