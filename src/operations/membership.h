/* How people come into a workspace and leave it, and come back: shared by members and project viewers. */
#ifndef STINT_OPERATIONS_MEMBERSHIP_H
#define STINT_OPERATIONS_MEMBERSHIP_H

#include "contract/operation.h"

struct invitee {
	struct text email, firstname, lastname;
	int64_t     role; /* enum role */
};

/* Makes an inactive member, or brings one back, with a link that activates them, and sends it. An address may come back
 * after it left, or be invited again before it accepted; else ERROR_MEMBER_EXISTS. */
enum error membership_invite(struct call *call, const struct invitee *invitee, int64_t *ret_user_id,
                             struct text *ret_link);

/* A member's event, to be told when all is done. */
enum error member_tell(struct db_context *db, int64_t kind, int64_t user_id);

/* Ends the work of somebody who left, or whose new role tracks no time: stops their tracker, pauses their contracts. To
 * be called once the member's own row is written, so that everybody locks in the same order. */
enum error membership_end_work(struct db_context *db, int64_t user_id);

/* Archives a member: stops their tracker, pauses their contracts. ERROR_NOT_FOUND: not there any more. */
enum error membership_end(struct call *call, int64_t user_id);

/* Brings an archived member back as they were: active, or with the invitation that they have not accepted yet.
 * ERROR_MEMBER_EXISTS: the address is somebody else's by now. ERROR_NOT_FOUND: not archived any more. */
enum error membership_restore(struct call *call, int64_t user_id);

#endif
