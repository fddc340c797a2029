/* What the codes of task statuses mean (contract, section 4): 0 open, 10 in progress, 20 done, 30 closed; a workspace's
 * own lie between them, and each belongs to the one below it. */
#ifndef STINT_RULES_TASKS_H
#define STINT_RULES_TASKS_H

#include <stdbool.h>
#include <stdint.h>

#define TASK_STATUS_MAX 39

/* What one request can move or delete at once: levels from a task without a parent down, and tasks of such a tree. */
#define TASK_LEVELS_MAX 20
#define TASK_TREE_MAX   5000

/* One of the four. */
bool task_status_is_base(int64_t status);

/* The one of the four that it belongs to. */
int64_t task_status_base(int64_t status);

/* Since when a task of this status is completed, or NONE. `since`: as it was before. */
int64_t task_completed_at(int64_t status, int64_t since, int64_t now);

#endif
