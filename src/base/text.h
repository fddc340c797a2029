/* Text: a pointer and a length. Every layer passes it around instead of bare C strings. */
#ifndef STINT_BASE_TEXT_H
#define STINT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* The absent integer: SQL NULL, JSON null, a parameter that was not given. No column ever stores it. */
#define NONE INT64_MIN

/* UTF-8 without NUL. data == NULL means absent (SQL NULL, JSON null), which is not the same as empty.
 * Where it was made by bind or by a statement, data[length] is '\0'. */
struct text {
	const char *data;
	size_t      length;
};

#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})
#define NO_TEXT       ((struct text){NULL, 0})

static inline struct text text_of(const char *string)
{
	return string ? (struct text){string, strlen(string)} : NO_TEXT;
}

static inline bool text_equal(struct text a, struct text b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0) &&
	       (a.data == NULL) == (b.data == NULL);
}

/* ASCII letters compare without case: header names, schemes, media types. */
bool text_equal_ignoring_case(struct text a, struct text b);

/* Copies into the arena and ends the copy with '\0'. Absent stays absent. data is NULL when the arena is full. */
struct text text_copy(struct arena *arena, struct text text);

/* printf into the arena. */
struct text text_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Its decimal digits, in the arena. */
struct text text_of_integer(struct arena *arena, int64_t value);

/* Valid UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF) without NUL. */
bool text_is_utf8(struct text text);

bool text_is_ascii(struct text text);

/* Unicode code points; the text must be valid UTF-8. Limits such as "<= 255 characters" count these. */
size_t text_characters(struct text text);

/* Without ASCII white space at both ends; shares the memory. */
struct text text_trim(struct text text);

/* Of valid UTF-8. Without the characters at both ends that show nothing (spaces of every kind, controls, characters
 * that only steer the writing); shares the memory. A text that is empty afterwards had nothing to see. */
struct text text_trim_blank(struct text text);

/* Of valid UTF-8. One line: neither controls nor separators of lines, nor invisible characters but the joiners between
 * two letters or the parts of an emoji. Several lines: no controls but tabs and line ends. */
bool text_is_line(struct text text);
bool text_is_lines(struct text text);

/* Of valid UTF-8. Every character shows something and is one that Unicode has assigned. */
bool text_is_visible(struct text text);

/* ASCII letters in lower case. Absent stays absent. */
struct text text_lower(struct arena *arena, struct text text);

/* Case-folded and normalised (Unicode NFKC), for case-insensitive search columns. */
struct text text_fold(struct arena *arena, struct text text);

/* The whole text as a decimal integer in int64 range, "-" allowed, nothing else. The value of NONE is refused. */
bool text_to_integer(struct text text, int64_t *ret_value);

/* The value of a hexadecimal digit in either case; -1 for anything else. */
int text_hex_digit(char c);

/* What was encoded as in a form: "+" is a space, "%41" an A. False: an escape is broken, or memory is too short. */
bool text_decode_form(struct arena *arena, struct text encoded, struct text *ret);

/* Writes the decimal digits of `value` (20 at most) so that they end just before `end`; returns the first of them. */
char *text_write_digits(char *end, uint64_t value);

/* The same with the sign. */
#define INTEGER_CHARACTERS 20
char *text_write_integer(char *end, int64_t value);

#endif
