/* From the tables of replies to columns. It writes nothing. */
#include "contract/columns.h"

#include "contract/encode.h"

#define COLUMNS_MAX 100

/* What is being laid out. */
struct layout {
	struct arena   *arena;
	struct columns *columns;
	unsigned        level;
};

static enum error add_column(const struct layout *layout, struct text name, const struct output_field *field,
                             int holder)
{
	struct columns *columns = layout->columns;

	if (columns->count == COLUMNS_MAX)
		return ERROR_INTERNAL;
	if (!name.data)
		return ERROR_NO_MEMORY;
	columns->items[columns->count++] = (struct column){
		.name = name,
		.field = *field,
		.level = layout->level,
		.holder = holder,
		.hidden = field->type == FIELD_OBJECT,
	};
	return ERROR_NONE;
}

static struct text column_name(const struct layout *layout, const struct output_field *field, int holder)
{
	struct text own = encode_name(field);

	if (holder < 0)
		return own;
	struct text of = layout->columns->items[holder].name;
	return text_format(layout->arena, "%.*s_%.*s", (int)of.length, of.data, (int)own.length, own.data);
}

static enum error add_members(const struct layout *layout, const struct output *output, int holder)
{
	for (unsigned i = 0; i < output->count; i++) {
		const struct output_field *field = &output->fields[i];

		if (field->type == FIELD_LIST || field->type == FIELD_MAP || field->type == FIELD_VALUE_LIST)
			continue;
		TRY(add_column(layout, column_name(layout, field, holder), field, holder));
		if (field->type == FIELD_OBJECT)
			TRY(add_members(layout, field->nested, (int)layout->columns->count - 1));
	}
	return ERROR_NONE;
}

/* The date by which the rows of a map stand is no member of theirs. */
static enum error add_level(const struct layout *layout, const struct output_field *list)
{
	struct output_field date = {.type = FIELD_DATE, .offset = list->map_key};

	if (list->type == FIELD_MAP)
		TRY(add_column(layout, TEXT("date"), &date, -1));
	return add_members(layout, list->nested, -1);
}

static bool is_said_again(const struct columns *columns, const struct column *column)
{
	for (const struct column *other = column + 1; other < columns->items + columns->count; other++)
		if (!other->hidden && other->level >= column->level && text_equal(other->name, column->name))
			return true;
	return false;
}

enum error columns_of(struct arena *arena, const struct output *output, const struct output_field *const *path,
                      bool only_below, struct columns *ret)
{
	struct layout layout = {.arena = arena, .columns = ret};

	*ret = (struct columns){.items = arena_alloc_array(arena, COLUMNS_MAX, sizeof(struct column)), .levels = 1};
	if (!ret->items)
		return ERROR_NO_MEMORY;
	if (!only_below)
		TRY(add_members(&layout, output, -1));
	for (; *path; path++) {
		if (ret->levels == LEVELS_MAX)
			return ERROR_INTERNAL;
		ret->lists[ret->levels] = *path;
		layout.level = ret->levels++;
		TRY(add_level(&layout, *path));
	}
	for (size_t i = 0; i < ret->count; i++)
		ret->items[i].hidden |= is_said_again(ret, &ret->items[i]);
	return ERROR_NONE;
}

const char *column_value(const struct columns *columns, const struct column *column, const char *const *rows)
{
	const char *row = rows[column->level];

	if (column->holder >= 0) {
		const char *place = column_value(columns, &columns->items[column->holder], rows);
		row = place ? *(const char *const *)place : NULL;
	}
	return row && !encode_is_null(&column->field, row + column->field.offset) ? row + column->field.offset : NULL;
}
