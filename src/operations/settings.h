/* What follows from a workspace's settings. */
#ifndef STINT_OPERATIONS_SETTINGS_H
#define STINT_OPERATIONS_SETTINGS_H

#include "db/context.h"

/* The workspace's own day, by its zone. */
enum error settings_today(struct db_context *db, int64_t *ret_day);

#endif
