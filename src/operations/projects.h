/* What other groups need to know about a project that their input names. */
#ifndef STINT_OPERATIONS_PROJECTS_H
#define STINT_OPERATIONS_PROJECTS_H

#include "contract/operation.h"

/* The caller sees the project, and it is not archived; else a fault of project_id. */
enum error project_check(struct call *call, int64_t project_id);

#endif
