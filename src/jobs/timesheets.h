/* Reminds of timesheets, and submits those that are forgotten. The rule is operations/sheet_deadlines.h. */
#ifndef STINT_JOBS_TIMESHEETS_H
#define STINT_JOBS_TIMESHEETS_H

#include "contract/operation.h"
#include "jobs/runner.h"

/* `executor` runs writes; it, `ids` and `settings` must outlive the runner. */
enum error timesheets_start(struct executor *executor, struct ids *ids, struct settings *settings, struct runner **ret);

#endif
