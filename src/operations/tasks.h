/* What others than operations of the API say of tasks. */
#ifndef STINT_OPERATIONS_TASKS_H
#define STINT_OPERATIONS_TASKS_H

#include "contract.h"

/* It has changed. */
enum error task_tell_changed(struct db_context *db, int64_t project_id, int64_t id);

#endif
