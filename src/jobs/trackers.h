/* Stops trackers that a weekly limit ends. The rule is operations/trackers.h. */
#ifndef STINT_JOBS_TRACKERS_H
#define STINT_JOBS_TRACKERS_H

#include "jobs/runner.h"

/* `executor` runs writes; it and `ids` must outlive the runner. */
enum error trackers_start(struct executor *executor, struct ids *ids, struct runner **ret);

#endif
