/* Rows as CSV (RFC 4180): UTF-8, lines end in CRLF, one header. A text that a spreadsheet would take for a formula has
 * an apostrophe in front; everything else stands as in JSON, and null is an empty cell. Exact columns have no
 * apostrophe, and an empty text is "", which is not null. */
#ifndef STINT_CONTRACT_CSV_H
#define STINT_CONTRACT_CSV_H

#include "base/buffer.h"
#include "contract/columns.h"

/* The cell of a value that is no text of people's. */
void csv_value(struct buffer *buffer, const struct output_field *field, const char *value);

void csv_header(struct buffer *buffer, const struct columns *columns);
void csv_row(struct buffer *buffer, const struct columns *columns, const char *const *rows);

#endif
