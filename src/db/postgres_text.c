/* Texts of PostgreSQL's, and for it. Knows nothing of its library. */
#include "db/postgres_text.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"

static const struct state {
	const char             *prefix;
	struct postgres_meaning meaning;
} STATES[] = {
	{"40001", {ERROR_CONFLICT, false}},    {"40P01", {ERROR_CONFLICT, false}},
	{"08", {ERROR_UNAVAILABLE, false}},    /* connection to a shard */
	{"25006", {ERROR_UNAVAILABLE, true}},  /* read only: the primary was demoted */
	{"26000", {ERROR_UNAVAILABLE, true}},  /* prepared statements are gone: behind a pooler */
	{"53", {ERROR_UNAVAILABLE, false}},    /* disk full, too many connections */
	{"55P03", {ERROR_UNAVAILABLE, false}}, /* locked for too long */
	{"57014", {ERROR_OUT_OF_TIME, false}}, /* statement_timeout */
	{"57P", {ERROR_UNAVAILABLE, true}},    /* shutting down, starting up */
	{"58", {ERROR_UNAVAILABLE, false}},    /* input or output */
};

struct postgres_meaning postgres_meaning_of(const char *sqlstate)
{
	for (size_t i = 0; i < sizeof(STATES) / sizeof(*STATES); i++)
		if (strncmp(sqlstate, STATES[i].prefix, strlen(STATES[i].prefix)) == 0)
			return STATES[i].meaning;
	return (struct postgres_meaning){.error = ERROR_INTERNAL};
}

struct text postgres_without_shard(const char *name)
{
	size_t length = strlen(name);
	while (length && name[length - 1] >= '0' && name[length - 1] <= '9')
		length--;
	bool is_suffix = length && name[length] && name[length - 1] == '_';
	return is_suffix ? (struct text){name, length - 1} : text_of(name);
}

static void append_element(struct buffer *buffer, struct text text)
{
	buffer_append_char(buffer, '"');
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			buffer_append_char(buffer, '\\');
		buffer_append_char(buffer, text.data[i]);
	}
	buffer_append_char(buffer, '"');
}

const char *postgres_array(const struct db_value *list, struct arena *arena)
{
	struct buffer array;
	buffer_init(&array, arena, 16 + list->list.count * 8, SIZE_MAX);
	buffer_append_char(&array, '{');
	for (size_t i = 0; i < list->list.count; i++) {
		if (i)
			buffer_append_char(&array, ',');
		if (list->type == DB_BIGINT_LIST)
			buffer_append_integer(&array, ((const int64_t *)list->list.items)[i]);
		else
			append_element(&array, ((const struct text *)list->list.items)[i]);
	}
	buffer_append(&array, "}", sizeof("}"));
	return array.overflown ? NULL : array.data;
}

const char *postgres_text_for_role(const struct db_statement *statement, int64_t role, struct arena *arena)
{
	char          parameter[8];
	size_t        length = (size_t)snprintf(parameter, sizeof(parameter), "$%d", statement->role_parameter);
	struct buffer text;
	const char   *at = statement->postgres;
	buffer_init(&text, arena, strlen(at) + 1, SIZE_MAX);
	for (const char *found; (found = strstr(at, parameter)); at = found + length) {
		buffer_append(&text, at, (size_t)(found - at));
		if (found[length] >= '0' && found[length] <= '9')
			buffer_append(&text, found, length); /* another's number begins like it */
		else
			buffer_append_integer(&text, role);
	}
	buffer_append(&text, at, strlen(at) + 1);
	return text.overflown ? NULL : text.data;
}
