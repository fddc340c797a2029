/* Carries out what is done to an object that one person asks for and another decides on: check, guarded update,
 * history, event. Every change of such an object's state goes through here. */
#ifndef STINT_OPERATIONS_TRANSITIONS_H
#define STINT_OPERATIONS_TRANSITIONS_H

#include "contract/operation.h"
#include "operations/events.h"
#include "rules/transitions.h"
#include "statements.h"

/* Updates the object only while it is in the state `from`: a generated statement, one a kind. */
typedef enum error set_status(struct db_context *db, int64_t id, int64_t from, int64_t to, int64_t by_id,
                              struct text reason, int64_t *ret_changed);

struct transition_request {
	int64_t     kind;   /* enum object_kind */
	int64_t     id;     /* of the object */
	int64_t     from;   /* the state that was read, enum object_status */
	int64_t     action; /* enum object_action */
	unsigned    who;    /* what the caller is to it (rules/transitions.h) */
	set_status *update;
	struct text reason; /* or NO_TEXT */

	event_teller *tell; /* tells what the object is like */

	struct transition_value_row *values; /* name, before, after; what else they hold is filled */
	size_t                       value_count;
};

/* ERROR_ILLEGAL_TRANSITION with a message that says which state it is in; ERROR_FORBIDDEN; ERROR_CONFLICT when somebody
 * else was quicker: the rule then begins anew, and meets the new state. */
enum error transition_apply(struct call *call, const struct transition_request *request, int64_t *ret_to);

/* The beginning of an object, in the state `to`: by the caller, or by the server. */
enum error transition_begin(struct call *call, int64_t kind, int64_t id, int64_t to, bool by_server,
                            event_teller *tell);

/* What the caller is to an object about this member, which the caller sees; `approvers`: the roles that decide, as a
 * setting of the workspace names them. */
unsigned transition_who(const struct call *call, int64_t user_id, int64_t approvers);

#endif
