/* Workbooks. All parts but the sheet are always the same; the sheet goes into the archive as it is made, so that memory
 * does not grow. */
#include "contract/workbook.h"

#include "base/calendar.h"
#include "contract/csv.h"
#include "contract/zip.h"

#define ROWS_MAX       1048576 /* of a sheet, as the programs have it */
#define HEADER_ROW     1
#define EPOCH_SERIAL   25569 /* 1970-01-01 in the days of spreadsheets */
#define FIRST_SERIAL   61    /* before that their days are not ours */
#define TEXT_MAX       32767 /* characters of a cell */
#define MINUTES_OF_DAY 1440.0
#define DECIMAL_ONE    10000.0
#define CELL_BYTES     256 /* of what is no text of people's */
#define WRITE_BYTES    ((size_t)64 * 1024)
#define SHEET_BYTES    ((size_t)4 * 1024 * 1024) /* so that a row has room */
#define LETTERS        26

/* In the order of cellXfs in the styles. */
enum style {
	STYLE_PLAIN,
	STYLE_HEADER,
	STYLE_DATE,
	STYLE_TIME,
	STYLE_INSTANT,
	STYLE_DURATION,
	STYLE_MONEY,
	STYLE_TOTAL,
	STYLE_COUNT
};

#define XML  "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define DOC  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELS "http://schemas.openxmlformats.org/package/2006/relationships"
#define TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."

/* A cell's format: its number format, and whether it is bold. */
#define XF(number, font)                                                                     \
	"<xf numFmtId=\"" number "\" fontId=\"" font "\" fillId=\"0\" borderId=\"0\" xfId=\"0\"" \
	" applyNumberFormat=\"1\" applyFont=\"1\"/>"
#define FONT "<sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/>"

static const struct part {
	const char *name, *content;
} parts[] = {
	{"[Content_Types].xml",
     XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
         "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
         "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
         "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" TYPE "sheet.main+xml\"/>"
         "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" TYPE "worksheet+xml\"/>"
         "<Override PartName=\"/xl/styles.xml\" ContentType=\"" TYPE "styles+xml\"/></Types>"},
	{"_rels/.rels", XML "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"rId1\" Type=\"" DOC
                        "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
	{"xl/workbook.xml", XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" DOC "\"><bookViews><workbookView/></bookViews>"
                            "<sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets>"
                            "<calcPr calcId=\"124519\" fullCalcOnLoad=\"1\"/></workbook>"},
	{"xl/_rels/workbook.xml.rels",
     XML "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"rId1\" Type=\"" DOC
         "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" DOC
         "/styles\" Target=\"styles.xml\"/></Relationships>"},
	{"xl/styles.xml",
     XML "<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"4\">"
         "<numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/><numFmt numFmtId=\"165\" formatCode=\"hh:mm\"/>"
         "<numFmt numFmtId=\"166\" formatCode=\"yyyy\\-mm\\-dd hh:mm:ss\"/>"
         "<numFmt numFmtId=\"167\" formatCode=\"[h]:mm\"/></numFmts>"
         "<fonts count=\"2\"><font>" FONT "</font><font><b/>" FONT "</font></fonts>"
         "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
         "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
         "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
         "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
         "<cellXfs count=\"8\">" XF("0", "0") XF("0", "1") XF("164", "0") XF("165", "0") XF("166", "0") XF("167", "0")
             XF("4", "0") XF("167", "1") "</cellXfs>"
                                         "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" "
                                         "builtinId=\"0\"/></cellStyles></styleSheet>"},
};

struct workbook {
	const struct columns *columns;
	struct zip           *zip;
	struct buffer         sheet; /* what is not in the archive yet */
	struct buffer         cell;  /* while it is encoded */
	int64_t              *sums;  /* of minutes, by column; NONE: there are none */
	int64_t               row;
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

/* A, B, … Z, AA, … */
static void append_place(struct workbook *workbook, size_t at, int64_t row)
{
	if (at >= LETTERS)
		buffer_append_char(&workbook->sheet, (char)('A' + at / LETTERS - 1));
	buffer_append_char(&workbook->sheet, (char)('A' + at % LETTERS));
	buffer_append_integer(&workbook->sheet, row);
}

/* The beginning of a cell, up to what is said about its type. */
static void begin_cell(struct workbook *workbook, size_t at, enum style style)
{
	buffer_append_literal(&workbook->sheet, "<c r=\"");
	append_place(workbook, at, workbook->row);
	buffer_append_literal(&workbook->sheet, "\"");
	if (style != STYLE_PLAIN)
		buffer_append_format(&workbook->sheet, " s=\"%d\"", (int)style);
}

static bool is_hexadecimal(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* _x000D_ is how a character is written that XML cannot hold; a text that looks so by itself must not be read so. */
static bool looks_escaped(const char *text, size_t length)
{
	if (length < 7 || text[1] != 'x' || text[6] != '_')
		return false;
	for (size_t i = 2; i < 6; i++)
		if (!is_hexadecimal(text[i]))
			return false;
	return true;
}

static void append_xml(struct buffer *buffer, struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		const char *at = text.data + i;

		if (*at == '&')
			buffer_append_literal(buffer, "&amp;");
		else if (*at == '<')
			buffer_append_literal(buffer, "&lt;");
		else if (*at == '>')
			buffer_append_literal(buffer, "&gt;");
		else if ((unsigned char)*at < ' ' && *at != '\n' && *at != '\t')
			buffer_append_format(buffer, "_x%04X_", (unsigned)*at);
		else if (*at == '_' && looks_escaped(at, text.length - i))
			buffer_append_literal(buffer, "_x005F_");
		else if (text.length - i >= 3 && memcmp(at, "\xef\xbf", 2) == 0 && (unsigned char)at[2] >= 0xbe) {
			buffer_append_format(buffer, "_xFFF%c_", at[2] & 1 ? 'F' : 'E'); /* no characters, says XML */
			i += 2;
		} else
			buffer_append_char(buffer, *at);
	}
}

static void write_text(struct workbook *workbook, size_t at, struct text text, enum style style)
{
	if (text_characters(text) > TEXT_MAX) { /* cut where no character is cut */
		size_t length = TEXT_MAX;
		while (length && (text.data[length] & 0xc0) == 0x80)
			length--;
		text.length = length;
	}
	begin_cell(workbook, at, style);
	buffer_append_literal(&workbook->sheet, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
	append_xml(&workbook->sheet, text);
	buffer_append_literal(&workbook->sheet, "</t></is></c>");
}

/* As in CSV, where it is no number. */
static void write_encoded(struct workbook *workbook, size_t at, const struct output_field *field, const char *value)
{
	workbook->cell.length = 0;
	csv_value(&workbook->cell, field, value);
	workbook->sheet.overflown |= workbook->cell.overflown;
	write_text(workbook, at, buffer_text(&workbook->cell), STYLE_PLAIN);
}

static void write_number(struct workbook *workbook, size_t at, double number, enum style style)
{
	begin_cell(workbook, at, style);
	buffer_append_format(&workbook->sheet, "><v>%.16g</v></c>", number);
}

static void write_boolean(struct workbook *workbook, size_t at, bool value)
{
	begin_cell(workbook, at, STYLE_PLAIN);
	buffer_append_format(&workbook->sheet, " t=\"b\"><v>%d</v></c>", value);
}

static void write_instant(struct workbook *workbook, size_t at, const struct column *column, const char *value,
                          double days)
{
	double serial = days + EPOCH_SERIAL;

	if (serial < FIRST_SERIAL)
		write_encoded(workbook, at, &column->field, value);
	else
		write_number(workbook, at, serial, style_of(column));
}

static void write_integer(struct workbook *workbook, size_t at, size_t index, int64_t value)
{
	enum style style = style_of(&workbook->columns->items[index]);

	if (style != STYLE_DURATION) {
		write_number(workbook, at, (double)value, style);
		return;
	}
	workbook->sums[index] = value + (workbook->sums[index] == NONE ? 0 : workbook->sums[index]);
	write_number(workbook, at, (double)value / MINUTES_OF_DAY, style);
}

static void write_cell(struct workbook *workbook, size_t at, size_t index, const char *value)
{
	const struct column *column = &workbook->columns->items[index];
	int64_t              number = *(const int64_t *)value;

	switch (column->field.type) {
	case FIELD_INTEGER:
		write_integer(workbook, at, index, number);
		break;
	case FIELD_DECIMAL:
		write_number(workbook, at, (double)number / DECIMAL_ONE, STYLE_MONEY);
		break;
	case FIELD_BOOLEAN:
		write_boolean(workbook, at, *(const bool *)value);
		break;
	case FIELD_DATE:
		write_instant(workbook, at, column, value, (double)number);
		break;
	case FIELD_TIME:
		write_number(workbook, at, (double)number / MINUTES_OF_DAY, STYLE_TIME);
		break;
	case FIELD_INSTANT:
	case FIELD_INSTANT_OFFSET:
		write_instant(workbook, at, column, value, (double)number / SECONDS_PER_DAY);
		break;
	case FIELD_TEXT:
		write_text(workbook, at, *(const struct text *)value, STYLE_PLAIN);
		break;
	default:
		write_encoded(workbook, at, &column->field, value);
	}
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static enum error write_sheet(struct workbook *workbook)
{
	if (workbook->sheet.overflown)
		return ERROR_NO_MEMORY;
	TRY(zip_write(workbook->zip, buffer_text(&workbook->sheet)));
	workbook->sheet.length = 0;
	return ERROR_NONE;
}

static void begin_row(struct workbook *workbook)
{
	buffer_append_format(&workbook->sheet, "<row r=\"%lld\">", (long long)workbook->row);
}

static enum error end_row(struct workbook *workbook)
{
	buffer_append_literal(&workbook->sheet, "</row>");
	workbook->row++;
	return workbook->sheet.overflown || workbook->sheet.length >= WRITE_BYTES ? write_sheet(workbook) : ERROR_NONE;
}

static void write_widths(struct workbook *workbook)
{
	static const int widths[STYLE_COUNT] = {18, 18, 12, 8, 20, 12, 14, 12};
	int              at = 0;

	buffer_append_literal(&workbook->sheet, "<cols>");
	for (size_t i = 0; i < workbook->columns->count; i++) {
		const struct column *column = &workbook->columns->items[i];

		if (column->hidden)
			continue;
		at++;
		buffer_append_format(&workbook->sheet, "<col min=\"%d\" max=\"%d\" width=\"%d\" customWidth=\"1\"/>", at, at,
		                     widths[style_of(column)]);
	}
	buffer_append_literal(&workbook->sheet, "</cols>");
}

static enum error write_header(struct workbook *workbook)
{
	size_t at = 0;

	buffer_append_literal(&workbook->sheet, XML
	                      "<worksheet xmlns=\"" MAIN "\"><sheetViews><sheetView tabSelected=\"1\" workbookViewId=\"0\">"
	                      "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
	                      "</sheetView></sheetViews>");
	write_widths(workbook);
	buffer_append_literal(&workbook->sheet, "<sheetData>");
	workbook->row = HEADER_ROW;
	begin_row(workbook);
	for (size_t i = 0; i < workbook->columns->count; i++) {
		workbook->sums[i] = NONE;
		if (!workbook->columns->items[i].hidden)
			write_text(workbook, at++, workbook->columns->items[i].name, STYLE_HEADER);
	}
	return end_row(workbook);
}

static enum error write_part(struct zip *zip, const struct part *part)
{
	TRY(zip_entry_begin(zip, part->name));
	TRY(zip_write(zip, text_of(part->content)));
	return zip_entry_end(zip);
}

enum error workbook_begin(struct arena *arena, struct temporary *file, const struct columns *columns,
                          struct workbook **ret)
{
	struct workbook *workbook = arena_new(arena, struct workbook);

	if (!workbook)
		return ERROR_NO_MEMORY;
	*workbook = (struct workbook){.columns = columns};
	workbook->sums = arena_alloc_array(arena, columns->count, sizeof(*workbook->sums));
	if (!workbook->sums)
		return ERROR_NO_MEMORY;
	TRY(zip_begin(arena, file, &workbook->zip));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		TRY(write_part(workbook->zip, &parts[i]));
	TRY(zip_entry_begin(workbook->zip, "xl/worksheets/sheet1.xml"));
	buffer_init(&workbook->sheet, arena, WRITE_BYTES + WRITE_BYTES / 4, SHEET_BYTES);
	buffer_init(&workbook->cell, arena, CELL_BYTES, SHEET_BYTES / 4);
	TRY(write_header(workbook));
	*ret = workbook;
	return ERROR_NONE;
}

enum error workbook_row(struct workbook *workbook, const char *const *rows)
{
	size_t at = 0;

	if (workbook->row >= ROWS_MAX) /* one is for the sums */
		return ERROR_FILE_TOO_LARGE;
	begin_row(workbook);
	for (size_t i = 0; i < workbook->columns->count; i++) {
		const struct column *column = &workbook->columns->items[i];

		if (column->hidden)
			continue;
		const char *value = column_value(workbook->columns, column, rows);
		if (value)
			write_cell(workbook, at, i, value);
		at++;
	}
	return end_row(workbook);
}

/* With the value, for whoever does not calculate; of the rows that a filter shows. */
static void write_sum(struct workbook *workbook, size_t at, int64_t minutes)
{
	begin_cell(workbook, at, STYLE_TOTAL);
	buffer_append_literal(&workbook->sheet, "><f>SUBTOTAL(109,");
	append_place(workbook, at, HEADER_ROW + 1);
	buffer_append_char(&workbook->sheet, ':');
	append_place(workbook, at, workbook->row - 1);
	buffer_append_format(&workbook->sheet, ")</f><v>%.16g</v></c>", (double)minutes / MINUTES_OF_DAY);
}

static enum error write_sums(struct workbook *workbook)
{
	size_t at = 0;

	if (workbook->row == HEADER_ROW + 1)
		return ERROR_NONE;
	begin_row(workbook);
	for (size_t i = 0; i < workbook->columns->count; i++) {
		if (workbook->columns->items[i].hidden)
			continue;
		if (workbook->sums[i] != NONE)
			write_sum(workbook, at, workbook->sums[i]);
		at++;
	}
	return end_row(workbook);
}

enum error workbook_end(struct workbook *workbook)
{
	TRY(write_sums(workbook));
	buffer_append_literal(&workbook->sheet, "</sheetData></worksheet>");
	TRY(write_sheet(workbook));
	TRY(zip_entry_end(workbook->zip));
	return zip_end(workbook->zip);
}
