/* Submits timesheets that their members forget. The rule is operations/sheet_deadlines.h. */
#ifndef STINT_JOBS_TIMESHEETS_H
#define STINT_JOBS_TIMESHEETS_H

#include "jobs/runner.h"

/* `executor` runs writes; it and `ids` must outlive the runner. */
enum error timesheets_start(struct executor *executor, struct ids *ids, struct runner **ret);

#endif
