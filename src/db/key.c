/* What was asked: a statement with its arguments. */
#include "db/driver.h"

static bool key_append(struct db_key *key, const void *data, size_t size)
{
	if (size > DB_KEY_BYTES - key->length)
		return false;
	if (size)
		memcpy(key->bytes + key->length, data, size);
	key->length += size;
	return true;
}

static bool key_append_text(struct db_key *key, struct text text)
{
	size_t length = text.data ? text.length : SIZE_MAX;
	return key_append(key, &length, sizeof(length)) && (!text.data || key_append(key, text.data, text.length));
}

static bool key_append_value(struct db_key *key, const struct db_value *value)
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

bool db_key_make(struct db_key *key, const struct db_statement *statement, const struct db_value *arguments)
{
	key->length = 0;
	bool made = key_append(key, &statement->number, sizeof(statement->number));
	for (size_t i = 0; made && i < statement->parameter_count; i++)
		made = key_append_value(key, &arguments[i]);
	return made;
}

bool db_key_equal(const struct db_key *a, const struct db_key *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}
