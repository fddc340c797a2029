/* Writes down when tokens were used last, which makes sessions last longer. */
#ifndef STINT_JOBS_USES_H
#define STINT_JOBS_USES_H

#include "auth/uses.h"
#include "jobs/runner.h"

/* `uses` must outlive the runner. */
enum error uses_start(struct executor *executor, struct ids *ids, struct uses *uses, struct runner **ret);

#endif
