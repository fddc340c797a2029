/* Rows are gathered in a buffer, which goes to the file when it is full enough. */
#include "contract/row_file.h"

#include "contract/csv.h"
#include "contract/encode.h"
#include "contract/icalendar.h"

#define WRITE_BYTES        ((size_t)16 * 1024)
#define FIRST_BYTES        (WRITE_BYTES + WRITE_BYTES / 4)
#define ROWS_BETWEEN_LOOKS 1000                      /* where no buffer fills */
#define MEMORY_BYTES       ((size_t)8 * 1024 * 1024) /* so that a row may have half of that */

static void destroy_memory(void *memory)
{
	arena_destroy(memory);
}

static enum error flush_rows(struct row_file *file)
{
	if (file->buffer.overflown)
		return ERROR_NO_MEMORY;
	TRY(temporary_write(&file->file, buffer_text(&file->buffer)));
	file->buffer.length = 0;
	return file->is_wanted(file->data) ? ERROR_NONE : ERROR_UNAVAILABLE;
}

static enum error flush_if_full(struct row_file *file)
{
	return file->buffer.overflown || file->buffer.length >= WRITE_BYTES ? flush_rows(file) : ERROR_NONE;
}

enum error row_file_begin(struct row_file *file, struct arena *arena, const struct output_field *const *path,
                          bool only_below)
{
	arena_init(&file->memory, MEMORY_BYTES);
	if (!arena_on_end(arena, destroy_memory, &file->memory))
		return ERROR_NO_MEMORY;
	buffer_init(&file->buffer, &file->memory, FIRST_BYTES, MEMORY_BYTES / 2);
	if (file->format != REPLY_CSV && file->format != REPLY_XLSX && file->format != REPLY_ICS)
		return ERROR_NONE;
	TRY(columns_of(arena, file->output, path, only_below, &file->columns));
	if (file->format == REPLY_XLSX)
		return workbook_begin(&file->memory, &file->file, &file->columns, &file->workbook);
	if (file->format == REPLY_CSV)
		csv_header(&file->buffer, &file->columns);
	else
		icalendar_begin(&file->buffer);
	return ERROR_NONE;
}

static enum error put_rows(struct row_file *file, const char *const *rows)
{
	switch (file->format) {
	case REPLY_CSV:
		csv_row(&file->buffer, &file->columns, rows);
		break;
	case REPLY_ICS:
		icalendar_event(&file->buffer, &file->columns, rows, file->now);
		break;
	case REPLY_JSON:
		buffer_append(&file->buffer, ",", file->rows ? 1 : 0);
		encode_object(&file->buffer, file->output, rows[0]);
		break;
	case REPLY_NDJSON:
		encode_object(&file->buffer, file->output, rows[0]);
		buffer_append_char(&file->buffer, '\n');
		break;
	case REPLY_XLSX:
		TRY(workbook_row(file->workbook, rows));
		break;
	case REPLY_SSE: /* is no file */
		break;
	}
	file->rows++;
	if (file->format == REPLY_XLSX && file->rows % ROWS_BETWEEN_LOOKS == 0 && !file->is_wanted(file->data))
		return ERROR_UNAVAILABLE;
	return flush_if_full(file);
}

enum error row_file_put(struct row_file *file, const void *row)
{
	return put_rows(file, (const char *const[]){row});
}

static enum error put_below(struct row_file *file, const char **rows, unsigned level, const struct row_list *list,
                            size_t row_size)
{
	const char *row = list->items;

	for (size_t i = 0; i < list->count; i++, row += row_size) {
		rows[level] = row;
		if (level + 1 == LEVELS_MAX || level + 1 == file->columns.levels) {
			TRY(put_rows(file, rows));
			continue;
		}
		const struct output_field *below = file->columns.lists[level + 1];
		TRY(put_below(file, rows, level + 1, (const struct row_list *)(row + below->offset), below->nested->row_size));
	}
	return ERROR_NONE;
}

enum error row_file_put_all(struct row_file *file, const struct row_list *rows)
{
	const char *levels[LEVELS_MAX];

	return put_below(file, levels, 0, rows, file->output->row_size);
}

enum error row_file_end(struct row_file *file)
{
	if (file->format == REPLY_ICS)
		icalendar_end(&file->buffer);
	return file->format == REPLY_XLSX ? workbook_end(file->workbook) : flush_rows(file);
}
