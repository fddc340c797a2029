/* What followers hear of time entries: of each that a transaction changes once, as it is in the end. */
#ifndef STINT_OPERATIONS_ENTRY_EVENTS_H
#define STINT_OPERATIONS_ENTRY_EVENTS_H

#include "operations/timeline.h"

/* To be called when the entry is stored; of one that is removed, before. */
enum error entry_added(const struct timeline *timeline, int64_t id);
enum error entry_changed(const struct timeline *timeline, int64_t id);
enum error entry_removed(const struct timeline *timeline, int64_t id);

#endif
