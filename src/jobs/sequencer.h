/* Numbers events (sql/events.sql): once they are committed, by workspace, without gaps. */
#ifndef STINT_JOBS_SEQUENCER_H
#define STINT_JOBS_SEQUENCER_H

#include "jobs/runner.h"

enum error sequencer_start(struct executor *executor, struct ids *ids, struct runner **ret);

#endif
