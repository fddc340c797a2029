/* What time is spent on, as callers name it: a contract and a task of its project. Shared by everything that records
 * time. */
#ifndef STINT_OPERATIONS_ACTIVITY_H
#define STINT_OPERATIONS_ACTIVITY_H

#include "contract/operation.h"
#include "operations/timeline.h"

/* Owners and executive managers. */
bool activity_records_for_others(const struct call *call);

/* Whose time is recorded: the caller's own (NONE), or somebody else's: ERROR_FORBIDDEN for whoever may not. */
enum error activity_whose(const struct call *call, int64_t user_id, int64_t *ret);

/* timeline_open, with a fault that names user_id where there is no such member. */
enum error activity_open(struct call *call, int64_t user_id, struct timeline *ret);

/* A member who is still there, not blocked, and tracks time: else a fault that names user_id. */
enum error activity_check_member(struct call *call, const struct timeline *timeline);

/* Fills work and task from ids (NONE: none), and the task's title. A contract must be the member's and active, a task
 * one of its project and given with a contract; else a fault that names contract_id or task_id, or
 * ERROR_CONTRACT_PAUSED. */
enum error activity_find(struct call *call, int64_t user_id, int64_t contract_id, int64_t task_id, struct activity *ret,
                         struct text *ret_task_title);

/* A live task of the project: else a fault that names task_id. */
enum error activity_find_task(struct call *call, int64_t project_id, int64_t task_id, struct text *ret_title);

#endif
