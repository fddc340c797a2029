/* Statuses of tasks. */
#include "rules/tasks.h"

#include "base/text.h"

#define STEP 10
#define DONE 20

bool task_status_is_base(int64_t status)
{
	return status >= 0 && status <= TASK_STATUS_MAX && status % STEP == 0;
}

int64_t task_status_base(int64_t status)
{
	return status - status % STEP;
}

int64_t task_completed_at(int64_t status, int64_t since, int64_t now)
{
	if (status < DONE)
		return NONE;
	return since == NONE ? now : since;
}
