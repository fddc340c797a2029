/* What an event holds, and how it is kept: the values of an object apart from its members' names, which are the same
 * for all of its shape and take more room than they (docs/decisions/0058). */
#ifndef STINT_OPERATIONS_EVENT_DATA_H
#define STINT_OPERATIONS_EVENT_DATA_H

#include "contract.h"
#include "db/context.h"

/* Fills what `ret` keeps of `data`, a row of the shape, and of `rated`, the same for those who see rates, or NULL. */
enum error event_data_write(struct db_context *db, const struct event_shape *shape, const char *data, const char *rated,
                            struct new_event_row *ret);

/* Makes what was kept the object that the reader sees, in event->data. */
enum error event_data_read(struct db_context *db, struct event_row *event);

/* Keeps the names of all shapes that this program writes. To be called before it notes any event: others read them by
 * what the database knows. */
enum error event_shapes_keep(struct db_context *db);

#endif
