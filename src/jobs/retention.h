/* Deletes what has expired: answers under an Idempotency-Key, and invitations' links. */
#ifndef STINT_JOBS_RETENTION_H
#define STINT_JOBS_RETENTION_H

#include "jobs/runner.h"

/* `executor` runs writes; it and `ids` must outlive the runner. */
enum error retention_start(struct executor *executor, struct ids *ids, struct runner **ret);

#endif
