/* Notes that a workspace has something that expires. */
#include "operations/retention.h"

#include "statements.h"

enum error retention_note(struct db_context *db)
{
	return sql_note_retention(db, RETENTION_KIND, db->now + ANSWER_SECONDS);
}
