/* What shifts and break policies share: for whom they are. */
#ifndef STINT_OPERATIONS_SHIFTS_H
#define STINT_OPERATIONS_SHIFTS_H

#include "contract.h"

/* Whose a shift or break policy is from now on; nobody else's. ERROR_NOT_FOUND, with a message: of one who is not a
 * member, or has left and did not have it. */
enum error attendance_give(struct call *call, int64_t kind, int64_t object_id, struct integer_list user_ids);

/* Whether it is also theirs who will join. */
enum error attendance_give_future(struct db_context *db, int64_t kind, int64_t object_id, bool is_given);

#endif
