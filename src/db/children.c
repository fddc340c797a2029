/* What belongs to the rows of a page, hung on them: the tags of projects, the assignees of tasks. */
#include "db/context.h"

#define DENSE_FACTOR 8

/* By their range come so many rows at most, of one parent and of each further one. */
#define ROWS_OF_ONE  256
#define ROWS_OF_MORE 16

/* The rows on which children are hung. */
struct parents {
	char  *rows;
	size_t count, size;
};

static int64_t row_key(const void *rows, size_t size, size_t index, size_t offset)
{
	return *(const int64_t *)((const char *)rows + index * size + offset);
}

static int64_t parent_key(const struct parents *parents, const struct db_children *children, size_t index)
{
	return row_key(parents->rows, parents->size, index, children->parent_key);
}

static int64_t child_key(const struct db_children *children, size_t index)
{
	return row_key(children->rows.items, children->of_list->row_size, index, children->child_key);
}

static enum error ask_by_list(struct db_context *context, const struct parents *parents, struct db_children *children)
{
	int64_t *keys = arena_alloc_array(context->arena, parents->count, sizeof(*keys));

	if (!keys)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < parents->count; i++)
		keys[i] = parent_key(parents, children, i);
	children->arguments[children->of_list->parameter_count - 1] =
		(struct db_value){.type = DB_BIGINT_LIST, .list = {keys, parents->count}};
	return db_run_later(context->connection, children->of_list, children->arguments, context->arena, &children->rows,
	                    NULL);
}

/* For SQLite a list is a table of its own: what lies close together costs half when it is read by its range. Parents
 * that the page leaves out may be in that; on a sparse page, of a search, it could be the whole workspace. */
static enum error ask_children(struct db_context *context, const struct parents *parents, struct db_children *children)
{
	int64_t first = INT64_MAX, last = INT64_MIN, most = ROWS_OF_ONE + (int64_t)parents->count * ROWS_OF_MORE;

	if (!children->of_range)
		return ask_by_list(context, parents, children);
	for (size_t i = 0; i < parents->count; i++) {
		int64_t key = parent_key(parents, children, i);

		first = key < first ? key : first;
		last = key > last ? key : last;
	}
	if ((uint64_t)last - (uint64_t)first >= parents->count * DENSE_FACTOR)
		return ask_by_list(context, parents, children);
	struct db_value *arguments = &children->arguments[children->of_range->parameter_count - 3];
	arguments[0] = (struct db_value){.type = DB_BIGINT, .integer = first};
	arguments[1] = (struct db_value){.type = DB_BIGINT, .integer = last};
	arguments[2] = (struct db_value){.type = DB_BIGINT, .integer = most};
	children->most = (size_t)most;
	return db_run_later(context->connection, children->of_range, children->arguments, context->arena, &children->rows,
	                    NULL);
}

/* The index of the first child with this key or a greater one. `near` is where it would be if the page ascends. */
static size_t find_child(const struct db_children *children, int64_t key, size_t near)
{
	size_t begin = 0, end = children->rows.count;

	if (near == 0 || child_key(children, near - 1) < key)
		begin = near;
	if (begin < end && child_key(children, begin) >= key)
		return begin;
	while (begin < end) {
		size_t middle = begin + (end - begin) / 2;

		if (child_key(children, middle) < key)
			begin = middle + 1;
		else
			end = middle;
	}
	return begin;
}

static void hang(const struct parents *parents, const struct db_children *children)
{
	size_t end = 0;

	for (size_t i = 0; i < parents->count; i++) {
		struct db_rows *list = (struct db_rows *)(parents->rows + i * parents->size + children->member);
		int64_t         key = parent_key(parents, children, i);
		size_t          begin = find_child(children, key, end);

		end = begin;
		while (end < children->rows.count && child_key(children, end) == key)
			end++;
		*list = (struct db_rows){(char *)children->rows.items + begin * children->of_list->row_size, end - begin};
	}
}

enum error db_attach(struct db_context *context, void *rows, size_t row_count, size_t row_size,
                     struct db_children *children, size_t count)
{
	struct parents parents = {rows, row_count, row_size};

	if (row_count == 0)
		return ERROR_NONE;
	for (size_t i = 0; i < count; i++)
		TRY(ask_children(context, &parents, &children[i]));
	TRY(db_wait(context->connection));
	for (size_t i = 0; i < count; i++)
		if (children[i].most && children[i].rows.count == children[i].most) {
			TRY(ask_by_list(context, &parents, &children[i]));
			TRY(db_wait(context->connection));
		}
	for (size_t i = 0; i < count; i++)
		hang(&parents, &children[i]);
	return ERROR_NONE;
}
