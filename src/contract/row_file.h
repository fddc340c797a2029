/* Rows on their way into a file, one after the other: what is too much for a reply in memory, or is no JSON.
 *
 * Rules that have more rows than memory hand over each of them (row_file_put); what a rule has filled its output with
 * is taken from there. Nothing here knows who will get the file. */
#ifndef STINT_CONTRACT_ROW_FILE_H
#define STINT_CONTRACT_ROW_FILE_H

#include "base/buffer.h"
#include "base/temporary.h"
#include "contract/columns.h"
#include "contract/workbook.h"

/* In the order of tools/generator/formats.py. The first and the last are no files. */
enum reply_format { REPLY_JSON = 1, REPLY_CSV, REPLY_NDJSON, REPLY_XLSX, REPLY_ICS, REPLY_SSE };

struct row_file {
	enum reply_format    format;
	const struct output *output; /* of a row that is handed over */
	struct columns       columns;
	struct arena         memory; /* of the buffer, which lives longer than what rules have in theirs */
	struct buffer        buffer;
	struct temporary     file;
	struct workbook     *workbook; /* of REPLY_XLSX */
	int64_t              rows;
	int64_t              now;      /* of the file */
	bool (*is_wanted)(void *data); /* asked now and then: whether anybody still waits for the file */
	void *data;
};

/* Of a row_file with format, output, now, is_wanted and data, and an open temporary; the others as in columns_of. */
enum error row_file_begin(struct row_file *file, struct arena *arena, const struct output_field *const *path,
                          bool only_below);

/* What was handed over may be gone when this has returned. ERROR_UNAVAILABLE: nobody waits for it any more. */
enum error row_file_put(struct row_file *file, const void *row);

/* All rows of a list, and of the lists below that the path names. */
enum error row_file_put_all(struct row_file *file, const struct row_list *rows);

/* All is in the file. */
enum error row_file_end(struct row_file *file);

#endif
