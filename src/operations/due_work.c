/* The directory of due work (sql/jobs.sql). Knows no kind of work. */
#include "operations/due_work.h"

#include "statements.h"

enum error due_work_note(struct db_context *db, struct text kind, int64_t due_at)
{
	struct due_workspace_row row;
	bool                     found;

	TRY(sql_share_due_work(db, kind, &row, &found));
	if (found && row.due_at <= due_at)
		return ERROR_NONE;
	if (due_at <= db->now)
		db_wake_after_commit(db->connection, WAKE_JOBS);
	return sql_note_due_work(db, kind, due_at);
}
