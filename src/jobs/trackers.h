/* Stops trackers that a weekly limit ends. The rule is operations/trackers.h. */
#ifndef STINT_JOBS_TRACKERS_H
#define STINT_JOBS_TRACKERS_H

#include "jobs/runner.h"

extern const struct job trackers_job;

#endif
