/* JSON writing: values appended to a buffer, no document tree. (jansson does the reading.)
 *
 * The caller writes commas and keys (http/reply does, from generated tables). The names are json_write_… because
 * jansson has a json_string and a json_integer, which ours would replace even inside that library. */
#ifndef STINT_BASE_JSON_H
#define STINT_BASE_JSON_H

#include "base/buffer.h"

/* A quoted string (RFC 8259 section 7): the quote, the backslash and control characters are escaped, everything else
 * stays UTF-8. Absent text is null. U+2028, U+2029 and '<' stay as they are: replies are application/json. */
void json_write_string(struct buffer *buffer, struct text text);

/* NONE is null. */
void json_write_integer(struct buffer *buffer, int64_t value);
void json_write_boolean(struct buffer *buffer, bool value);

/* A fixed-point number of 1/10000 as the shortest decimal: 1205000 -> 120.5. NONE is null. */
void json_write_decimal(struct buffer *buffer, int64_t value);

/* A day number as "2024-01-15"; a UTC second as "2024-01-15T09:00:00Z". What has no such text, NONE or a year beyond
 * 9999, is null. */
void json_write_date(struct buffer *buffer, int64_t day);
void json_write_instant(struct buffer *buffer, int64_t second);

/* The same instant as "2024-01-15T09:00:00+00:00". */
void json_write_instant_offset(struct buffer *buffer, int64_t second);

#endif
