/* What other groups need to know about a project that their input names. */
#ifndef STINT_OPERATIONS_PROJECTS_H
#define STINT_OPERATIONS_PROJECTS_H

#include "contract.h"

/* The caller sees the project, and it is not archived; else a fault of project_id. */
enum error project_check(struct call *call, int64_t project_id);

/* A project's event. The project was read in the event_view, and is afterwards as the caller sees it. */
enum error project_tell(struct db_context *db, int64_t kind, struct project_row *project);

/* It has changed, but not by an operation of the API. */
enum error project_tell_changed(struct db_context *db, int64_t id);

#endif
