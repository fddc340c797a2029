/* What is kept only for a time. Whoever keeps such a row says so in the same transaction; jobs/retention deletes it. */
#ifndef STINT_OPERATIONS_RETENTION_H
#define STINT_OPERATIONS_RETENTION_H

#include "base/calendar.h"
#include "db/context.h"

/* The kind of due work (sql/jobs.sql). */
#define RETENTION_KIND TEXT("retention")

#define ANSWER_SECONDS SECONDS_PER_DAY /* answers under an Idempotency-Key are kept so long */

/* The workspace has something that expires. */
enum error retention_note(struct db_context *db);

#endif
