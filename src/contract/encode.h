/* The objects of replies as JSON text, by their generated tables. It knows no HTTP: whoever keeps, sends or prints an
 * object writes it with these. A buffer that is full says so by itself (base/buffer.h). */
#ifndef STINT_CONTRACT_ENCODE_H
#define STINT_CONTRACT_ENCODE_H

#include "base/buffer.h"
#include "contract/field.h"

/* The name of a member of an object. */
struct text encode_name(const struct output_field *field);

/* One value, at its place in the row. */
void encode_value(struct buffer *buffer, const struct output_field *field, const char *value);

bool encode_is_null(const struct output_field *field, const char *value);

/* `"id":1,"name":"a"`, without the braces: what stands beside others in an object. */
void encode_members(struct buffer *buffer, const struct output *output, const char *row);

void encode_object(struct buffer *buffer, const struct output *output, const char *row);
void encode_rows(struct buffer *buffer, const struct output *output, const struct row_list *rows);

#endif
