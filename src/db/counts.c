/* How many rows a list has, kept while nothing changes: a page must not cost the size of its table.
 *
 * Each connection keeps the counts it has made, and the version of the data that each belongs to. A count is used again
 * only in a transaction that sees that very version, so it is always what counting would give. */
#include <stdlib.h>

#include "base/random.h"
#include "db/driver.h"

#define PLACES 64 /* of a connection; a later one takes the place of an earlier one */

static bool key_append(struct db_count_key *key, const void *data, size_t size)
{
	if (size > DB_COUNT_KEY_BYTES - key->length)
		return false;
	if (size)
		memcpy(key->bytes + key->length, data, size);
	key->length += size;
	return true;
}

static bool key_append_text(struct db_count_key *key, struct text text)
{
	size_t length = text.data ? text.length : SIZE_MAX;
	return key_append(key, &length, sizeof(length)) && (!text.data || key_append(key, text.data, text.length));
}

static bool key_append_value(struct db_count_key *key, const struct db_value *value)
{
	switch (value->type) {
	case DB_BIGINT:
		return key_append(key, &value->integer, sizeof(value->integer));
	case DB_BOOLEAN:
		return key_append(key, &value->boolean, sizeof(value->boolean));
	case DB_TEXT:
		return key_append_text(key, value->text);
	case DB_BIGINT_LIST:
		return key_append(key, &value->list.count, sizeof(value->list.count)) &&
		       key_append(key, value->list.items, value->list.count * sizeof(int64_t));
	case DB_TEXT_LIST:
		return false;
	}
	return false;
}

static bool key_make(struct db_count_key *key, const struct db_statement *count, const struct db_value *arguments)
{
	key->length = 0;
	bool made = key_append(key, &count->number, sizeof(count->number));
	for (size_t i = 0; made && i < count->parameter_count; i++)
		made = key_append_value(key, &arguments[i]);
	return made;
}

void db_counts_forget(struct db_connection *connection)
{
	free(connection->counts);
	connection->counts = NULL;
}

/* What was changed in this transaction has no version yet. */
static bool may_keep(const struct db_connection *connection)
{
	return connection->sees_one_snapshot && !connection->is_distributed && !connection->writes &&
	       (connection->access == DB_READ || !connection->db->driver->single_writer);
}

struct db_kept_count *db_counts_find(struct db_connection *connection, const struct db_statement *count,
                                     const struct db_value *arguments)
{
	struct db_count_key key;
	if (!may_keep(connection) || !key_make(&key, count, arguments))
		return NULL;
	if (!connection->counts && !(connection->counts = calloc(PLACES, sizeof(*connection->counts))))
		return NULL;
	struct db_kept_count *kept = &connection->counts[hash_table(key.bytes, key.length) % PLACES];
	if (kept->key.length != key.length || memcmp(kept->key.bytes, key.bytes, key.length) != 0)
		*kept = (struct db_kept_count){.key = key};
	return kept;
}
