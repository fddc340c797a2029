/* Rows that one piece of a transaction has read and the next ones would read again: who calls, and what they are in the
 * workspace, is asked by each request of a group.
 *
 * A row is used again only while nothing can have changed it: nobody else writes beside the transaction, and since it
 * was read the transaction has neither written one of its tables nor undone anything (connection->kept_epoch). */
#include <stdlib.h>

#include "base/random.h"
#include "db/driver.h"

#define PLACES 8 /* of a connection; a later row takes the place of an earlier one */

static bool may_keep_row(const struct db_connection *connection, const struct db_statement *statement)
{
	return statement->kept && connection->access == DB_WRITE && connection->db->driver->single_writer &&
	       db_is_usable(connection);
}

struct db_kept_row *db_kept_rows_find(struct db_connection *connection, const struct db_statement *statement,
                                      const struct db_value *arguments)
{
	struct db_key key;
	if (!may_keep_row(connection, statement) || !db_key_make(&key, statement, arguments))
		return NULL;
	if (!connection->kept_rows && !(connection->kept_rows = calloc(PLACES, sizeof(*connection->kept_rows))))
		return NULL;
	struct db_kept_row *kept = &connection->kept_rows[hash_table(key.bytes, key.length) % PLACES];
	if (kept->epoch != connection->kept_epoch || !db_key_equal(&kept->key, &key))
		*kept = (struct db_kept_row){.key = key, .epoch = connection->kept_epoch};
	return kept;
}

static struct text get_text(const char *row, const struct db_column *column)
{
	struct text text = NO_TEXT;
	if (column->type == DB_TEXT)
		memcpy(&text, row + column->offset, sizeof(text));
	return text;
}

void db_kept_rows_note(struct db_kept_row *kept, const struct db_statement *statement, const void *row, bool found)
{
	size_t used = 0;
	if (found && statement->row_size > sizeof(kept->row))
		return;
	memcpy(kept->row, row, found ? statement->row_size : 0);
	for (size_t i = 0; found && i < statement->column_count; i++) {
		struct text text = get_text(kept->row, &statement->columns[i]);
		if (!text.data)
			continue;
		if (text.length > sizeof(kept->texts) - used)
			return;
		text.data = memcpy(kept->texts + used, text.data, text.length);
		used += text.length;
		memcpy(kept->row + statement->columns[i].offset, &text, sizeof(text));
	}
	kept->found = found;
	kept->is_known = true;
}

enum error db_kept_rows_read(struct db_connection *connection, const struct db_statement *statement,
                             const struct db_kept_row *kept, struct arena *arena, void *ret_row)
{
	_Alignas(int64_t) char row[sizeof(kept->row)];
	memcpy(row, kept->row, sizeof(row));
	for (int i = 0; i < statement->column_count; i++) {
		struct text text = get_text(kept->row, &statement->columns[i]);
		if (text.data)
			TRY(db_read_text(connection, statement, i, text, arena, row));
	}
	memcpy(ret_row, row, statement->row_size);
	return ERROR_NONE;
}

void db_kept_rows_forget(struct db_connection *connection)
{
	connection->kept_epoch++;
}

void db_kept_rows_free(struct db_connection *connection)
{
	free(connection->kept_rows);
}
