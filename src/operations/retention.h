/* What is kept for a time only. Whoever keeps such a row says so in the same transaction; jobs/retention deletes it. */
#ifndef STINT_OPERATIONS_RETENTION_H
#define STINT_OPERATIONS_RETENTION_H

#include "base/calendar.h"
#include "db/context.h"

/* The kind of due work (sql/jobs.sql). */
#define RETENTION_KIND TEXT("retention")

#define ANSWER_SECONDS SECONDS_PER_DAY /* of answers under an Idempotency-Key */

/* The workspace has something that expires. */
enum error retention_note(struct db_context *db);

#endif
