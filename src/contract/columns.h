/* A reply as a table: rows that hang below each other, laid out side by side. Whoever writes spreadsheets or CSV goes
 * over these columns, so that all of them have the same ones, in the order of the JSON.
 *
 * An object within a row is columns of its own (project.name is project_name); lists beside the table have none. What
 * the rows above say is repeated in front of each row, but for what the row says itself under the same name: a sum
 * stands only where it can be summed again. */
#ifndef STINT_CONTRACT_COLUMNS_H
#define STINT_CONTRACT_COLUMNS_H

#include "base/arena.h"
#include "base/error.h"
#include "contract/field.h"

#define LEVELS_MAX 4

struct column {
	struct text         name;
	struct output_field field;  /* key apart */
	unsigned            level;  /* of its row, from the outermost */
	int                 holder; /* index of the column of the object that it is in, or -1 */
	bool                hidden; /* an object, or said again further in */
};

struct columns {
	struct column             *items;
	size_t                     count;
	const struct output_field *lists[LEVELS_MAX]; /* of each level but the outermost: where it is in the one above */
	unsigned                   levels;
	bool                       exact; /* for programs: as in the database, whatever a spreadsheet makes of it */
};

/* Of rows of `output`, and below them of the lists (or maps) that `path` names, up to a NULL. `only_below`: the
 * outermost row is what holds the table, and has no columns itself. */
enum error columns_of(struct arena *arena, const struct output *output, const struct output_field *const *path,
                      bool only_below, struct columns *ret);

/* Where the value is; NULL: null. `rows`: one of each level. */
const char *column_value(const struct columns *columns, const struct column *column, const char *const *rows);

#endif
