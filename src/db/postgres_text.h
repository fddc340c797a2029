/* What the PostgreSQL driver reads and spells out, as far as it is text. */
#ifndef STINT_DB_POSTGRES_TEXT_H
#define STINT_DB_POSTGRES_TEXT_H

#include "db/db.h"

/* What a SQLSTATE means; ERROR_INTERNAL where nothing is known of it. */
struct postgres_meaning {
	enum error error;
	bool       loses; /* this connection will not do any more, another may */
};
struct postgres_meaning postgres_meaning_of(const char *sqlstate);

/* A shard's constraint carries the shard's number behind its name. */
struct text postgres_without_shard(const char *name);

/* An array, or NULL when the arena is full: {1,2} or {"a","b\"c"}, ended by '\0'. */
const char *postgres_array(const struct db_value *list, struct arena *arena);

/* The statement's text with the role's number in place of the parameter :caller_role. NULL when the arena is full. */
const char *postgres_text_for_role(const struct db_statement *statement, int64_t role, struct arena *arena);

#endif
