/* Rows of time as events of a calendar (RFC 5545): lines of at most 75 octets that end in CRLF, instants in UTC.
 *
 * A table can be a calendar by its columns: `id`, `start_time` and `end_time` make the event, and `name`,
 * `project_name`, `task_title`, `method` and `activity_description` say what it is, as far as they are there. */
#ifndef STINT_CONTRACT_ICALENDAR_H
#define STINT_CONTRACT_ICALENDAR_H

#include "base/buffer.h"
#include "contract/columns.h"

void icalendar_begin(struct buffer *buffer);

/* A row without an id is none yet: what runs at the moment. `now`: when the event is told. */
void icalendar_event(struct buffer *buffer, const struct columns *columns, const char *const *rows, int64_t now);
void icalendar_end(struct buffer *buffer);

#endif
