/* What may be done to an object that one person asks for and another decides on, by the state it is in: a table of
 * transitions for each kind. Pure; operations/transitions.h carries one out.
 *
 * Sources: contract 3.7 to 3.10; who approves is a setting of the workspace (contract 2.8). */
#ifndef STINT_RULES_TRANSITIONS_H
#define STINT_RULES_TRANSITIONS_H

#include <stdint.h>

#include "base/error.h"

/* What the caller is to an object, or-ed: one person may be several. */
enum {
	BY_SUBJECT = 1,  /* the member whom it is about */
	BY_MANAGER = 2,  /* an owner or executive manager */
	BY_APPROVER = 4, /* may decide by the settings: on what is about others, an owner on all */
	BY_SERVER = 8,   /* a job */
};

/* A row of the table: kind, state and action, which have one row at most. Codes are those of the contract's
 * enumerations. */
struct transition {
	int64_t  kind, from, action;
	unsigned who; /* any of these */
	int64_t  to;
};

/* ERROR_ILLEGAL_TRANSITION: the state does not know the action. ERROR_FORBIDDEN: it does, for others. */
enum error transition_find(int64_t kind, int64_t from, int64_t action, unsigned who, int64_t *ret_to);

#endif
