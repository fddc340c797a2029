/* Workbooks. The library writes each row to a temporary file when the next one begins, so that memory does not grow. */
#include "contract/workbook.h"

#include <sys/stat.h>
#include <xlsxwriter.h>

#include "base/calendar.h"
#include "contract/csv.h"

#define HEADER_ROW     0
#define EPOCH_SERIAL   25569 /* 1970-01-01 in the days of spreadsheets */
#define FIRST_SERIAL   61    /* before that their days are not ours */
#define TEXT_MAX       32767 /* characters of a cell */
#define MINUTES_OF_DAY 1440.0
#define DECIMAL_ONE    10000.0
#define CELL_BYTES     256 /* of what is no text of people's */

enum style {
	STYLE_PLAIN,
	STYLE_HEADER,
	STYLE_DATE,
	STYLE_TIME,
	STYLE_INSTANT,
	STYLE_DURATION,
	STYLE_MONEY,
	STYLE_COUNT
};

static const char *const number_formats[STYLE_COUNT] = {
	[STYLE_DATE] = "yyyy\\-mm\\-dd", [STYLE_TIME] = "hh:mm",     [STYLE_INSTANT] = "yyyy\\-mm\\-dd hh:mm:ss",
	[STYLE_DURATION] = "[h]:mm",     [STYLE_MONEY] = "#,##0.00",
};

struct workbook {
	struct arena         *arena;
	const struct columns *columns;
	lxw_workbook         *library;
	lxw_worksheet        *sheet;
	lxw_format           *styles[STYLE_COUNT], *totals;
	int64_t              *sums; /* of minutes, by column; NONE: there are none */
	int                   descriptor;
	lxw_row_t             row;
};

static bool name_ends_in(struct text name, struct text end)
{
	return name.length >= end.length && memcmp(name.data + name.length - end.length, end.data, end.length) == 0;
}

static enum style style_of(const struct column *column)
{
	switch (column->field.type) {
	case FIELD_DATE:
		return STYLE_DATE;
	case FIELD_TIME:
		return STYLE_TIME;
	case FIELD_INSTANT:
	case FIELD_INSTANT_OFFSET:
		return STYLE_INSTANT;
	case FIELD_INTEGER:
		return name_ends_in(column->name, TEXT("minutes")) ? STYLE_DURATION : STYLE_PLAIN;
	case FIELD_DECIMAL:
		return STYLE_MONEY;
	default:
		return STYLE_PLAIN;
	}
}

/* --- cells ------------------------------------------------------------------------------------------------------- */

static lxw_error write_text(struct workbook *workbook, lxw_col_t at, struct text text)
{
	struct arena_mark mark = arena_mark(workbook->arena);

	if (text_characters(text) > TEXT_MAX) { /* cut where no character is cut */
		size_t length = TEXT_MAX;
		while (length && (text.data[length] & 0xc0) == 0x80)
			length--;
		text.length = length;
	}
	struct text copy = text_copy(workbook->arena, text);
	lxw_error   error = LXW_ERROR_MEMORY_MALLOC_FAILED;
	if (copy.data)
		error = worksheet_write_string(workbook->sheet, workbook->row, at, copy.data, NULL);
	arena_rewind(workbook->arena, mark);
	return error;
}

/* As in CSV, where it is no number. */
static lxw_error write_encoded(struct workbook *workbook, lxw_col_t at, const struct output_field *field,
                               const char *value)
{
	struct arena_mark mark = arena_mark(workbook->arena);
	struct buffer     buffer;

	buffer_init(&buffer, workbook->arena, CELL_BYTES, SIZE_MAX / 4);
	csv_value(&buffer, field, value);
	lxw_error error = LXW_ERROR_MEMORY_MALLOC_FAILED;
	if (!buffer.overflown)
		error = write_text(workbook, at, buffer_text(&buffer));
	arena_rewind(workbook->arena, mark);
	return error;
}

static lxw_error write_number(struct workbook *workbook, lxw_col_t at, double number, enum style style)
{
	return worksheet_write_number(workbook->sheet, workbook->row, at, number, workbook->styles[style]);
}

static lxw_error write_instant(struct workbook *workbook, lxw_col_t at, const struct column *column, const char *value,
                               double days)
{
	double serial = days + EPOCH_SERIAL;

	return serial < FIRST_SERIAL ? write_encoded(workbook, at, &column->field, value) :
	                               write_number(workbook, at, serial, style_of(column));
}

static lxw_error write_integer(struct workbook *workbook, lxw_col_t at, size_t index, int64_t value)
{
	enum style style = style_of(&workbook->columns->items[index]);

	if (style != STYLE_DURATION)
		return write_number(workbook, at, (double)value, style);
	workbook->sums[index] = value + (workbook->sums[index] == NONE ? 0 : workbook->sums[index]);
	return write_number(workbook, at, (double)value / MINUTES_OF_DAY, style);
}

static lxw_error write_cell(struct workbook *workbook, lxw_col_t at, size_t index, const char *value)
{
	const struct column *column = &workbook->columns->items[index];
	int64_t              number = *(const int64_t *)value;

	switch (column->field.type) {
	case FIELD_INTEGER:
		return write_integer(workbook, at, index, number);
	case FIELD_DECIMAL:
		return write_number(workbook, at, (double)number / DECIMAL_ONE, STYLE_MONEY);
	case FIELD_BOOLEAN:
		return worksheet_write_boolean(workbook->sheet, workbook->row, at, *(const bool *)value, NULL);
	case FIELD_DATE:
		return write_instant(workbook, at, column, value, (double)number);
	case FIELD_TIME:
		return write_number(workbook, at, (double)number / MINUTES_OF_DAY, STYLE_TIME);
	case FIELD_INSTANT:
	case FIELD_INSTANT_OFFSET:
		return write_instant(workbook, at, column, value, (double)number / SECONDS_PER_DAY);
	case FIELD_TEXT:
		return write_text(workbook, at, *(const struct text *)value);
	default:
		return write_encoded(workbook, at, &column->field, value);
	}
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static enum error workbook_error(lxw_error error)
{
	switch (error) {
	case LXW_NO_ERROR:
		return ERROR_NONE;
	case LXW_ERROR_MEMORY_MALLOC_FAILED:
		return ERROR_NO_MEMORY;
	default:
		return ERROR_NO_STORAGE;
	}
}

static void free_workbook(void *data)
{
	struct workbook *workbook = data;

	if (workbook->library)
		lxw_workbook_free(workbook->library);
}

static bool add_styles(struct workbook *workbook)
{
	for (enum style style = STYLE_HEADER; style < STYLE_COUNT; style++) {
		workbook->styles[style] = workbook_add_format(workbook->library);
		if (!workbook->styles[style])
			return false;
		if (number_formats[style])
			format_set_num_format(workbook->styles[style], number_formats[style]);
	}
	format_set_bold(workbook->styles[STYLE_HEADER]);
	workbook->totals = workbook_add_format(workbook->library);
	if (!workbook->totals)
		return false;
	format_set_num_format(workbook->totals, number_formats[STYLE_DURATION]);
	format_set_bold(workbook->totals);
	return true;
}

static enum error write_header(struct workbook *workbook)
{
	static const double widths[STYLE_COUNT] = {18, 18, 12, 8, 20, 12, 14};
	lxw_col_t           at = 0;

	for (size_t i = 0; i < workbook->columns->count; i++) {
		const struct column *column = &workbook->columns->items[i];

		workbook->sums[i] = NONE;
		if (column->hidden)
			continue;
		struct text name = text_copy(workbook->arena, column->name);
		if (!name.data)
			return ERROR_NO_MEMORY;
		worksheet_set_column(workbook->sheet, at, at, widths[style_of(column)], NULL);
		TRY(workbook_error(
			worksheet_write_string(workbook->sheet, HEADER_ROW, at++, name.data, workbook->styles[STYLE_HEADER])));
	}
	worksheet_freeze_panes(workbook->sheet, HEADER_ROW + 1, 0);
	workbook->row = HEADER_ROW + 1;
	return ERROR_NONE;
}

enum error workbook_begin(struct arena *arena, int descriptor, const char *folder, const struct columns *columns,
                          struct workbook **ret)
{
	struct workbook *workbook = arena_new(arena, struct workbook);
	struct text      name = text_format(arena, "/proc/self/fd/%d", descriptor);

	if (!workbook || !name.data || !arena_on_end(arena, free_workbook, workbook))
		return ERROR_NO_MEMORY;
	*workbook = (struct workbook){.arena = arena, .columns = columns, .descriptor = descriptor};
	workbook->sums = arena_alloc_array(arena, columns->count, sizeof(*workbook->sums));
	lxw_workbook_options options = {
		.constant_memory = LXW_TRUE, .tmpdir = (char *)(uintptr_t)folder, .use_zip64 = LXW_TRUE};
	workbook->library = workbook->sums ? workbook_new_opt(name.data, &options) : NULL;
	workbook->sheet = workbook->library ? workbook_add_worksheet(workbook->library, NULL) : NULL;
	if (!workbook->sheet || !add_styles(workbook))
		return ERROR_NO_MEMORY;
	TRY(write_header(workbook));
	*ret = workbook;
	return ERROR_NONE;
}

enum error workbook_row(struct workbook *workbook, const char *const *rows)
{
	lxw_col_t at = 0;

	if (workbook->row + 1 >= LXW_ROW_MAX) /* one is for the sums */
		return ERROR_FILE_TOO_LARGE;
	for (size_t i = 0; i < workbook->columns->count; i++) {
		const struct column *column = &workbook->columns->items[i];

		if (column->hidden)
			continue;
		const char *value = column_value(workbook->columns, column, rows);
		if (value)
			TRY(workbook_error(write_cell(workbook, at, i, value)));
		at++;
	}
	workbook->row++;
	return ERROR_NONE;
}

/* With the value, for whoever does not calculate; of the rows that a filter shows. */
static enum error write_sums(struct workbook *workbook)
{
	lxw_col_t at = 0;

	for (size_t i = 0; i < workbook->columns->count; i++) {
		char first[LXW_MAX_CELL_NAME_LENGTH], last[LXW_MAX_CELL_NAME_LENGTH];

		if (workbook->columns->items[i].hidden)
			continue;
		if (workbook->sums[i] != NONE) {
			lxw_rowcol_to_cell(first, HEADER_ROW + 1, at);
			lxw_rowcol_to_cell(last, workbook->row - 1, at);
			struct text formula = text_format(workbook->arena, "=SUBTOTAL(109,%s:%s)", first, last);
			if (!formula.data)
				return ERROR_NO_MEMORY;
			TRY(workbook_error(worksheet_write_formula_num(workbook->sheet, workbook->row, at, formula.data,
			                                               workbook->totals,
			                                               (double)workbook->sums[i] / MINUTES_OF_DAY)));
		}
		at++;
	}
	return ERROR_NONE;
}

/* The library does not look whether its rows have arrived where they wait. */
static bool has_lost_rows(const struct workbook *workbook)
{
	FILE *rows = workbook->sheet->optimize_tmpfile;

	return rows && (fflush(rows) != 0 || ferror(rows));
}

enum error workbook_end(struct workbook *workbook, int64_t *ret_bytes)
{
	struct stat   status;
	lxw_workbook *library = workbook->library;

	TRY(write_sums(workbook));
	if (has_lost_rows(workbook))
		return ERROR_NO_STORAGE;
	workbook->library = NULL; /* it frees itself, whatever comes of it */
	TRY(workbook_error(workbook_close(library)));
	if (fstat(workbook->descriptor, &status) < 0)
		return ERROR_NO_STORAGE;
	*ret_bytes = status.st_size;
	return ERROR_NONE;
}
