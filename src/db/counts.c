/* How many rows a list has, kept while nothing changes: a page must not cost the size of its table.
 *
 * Each connection keeps the counts it has made, and the version of the data that each belongs to. A count is used again
 * only in a transaction that sees that very version, so it is always what counting would give. */
#include <stdlib.h>

#include "base/random.h"
#include "db/driver.h"

#define PLACES 64 /* of a connection; a later one takes the place of an earlier one */

void db_counts_forget(struct db_connection *connection)
{
	free(connection->counts);
	connection->counts = NULL;
}

/* What was changed in this transaction has no version yet. */
static bool may_keep_count(const struct db_connection *connection)
{
	return connection->sees_one_snapshot && !connection->is_distributed && !connection->writes &&
	       (connection->access == DB_READ || !connection->db->driver->single_writer);
}

struct db_kept_count *db_counts_find(struct db_connection *connection, const struct db_statement *count,
                                     const struct db_value *arguments)
{
	struct db_key key;
	if (!may_keep_count(connection) || !db_key_make(&key, count, arguments))
		return NULL;
	if (!connection->counts && !(connection->counts = calloc(PLACES, sizeof(*connection->counts))))
		return NULL;
	struct db_kept_count *kept = &connection->counts[hash_table(key.bytes, key.length) % PLACES];
	if (!db_key_equal(&kept->key, &key))
		*kept = (struct db_kept_count){.key = key};
	return kept;
}
