/* Whose an address is (docs/decisions/0049). An address proves nothing until it is confirmed: then there is one account
 * of it, which any workspace may invite. Until then each workspace that invites it has an account of its own. */
#ifndef STINT_OPERATIONS_ACCOUNTS_H
#define STINT_OPERATIONS_ACCOUNTS_H

#include "db/context.h"

struct call;
struct invitation_link_row;
struct user_row;

/* No more accounts of an address are tried with a password; of more, who signs in must say the workspace. */
#define ACCOUNTS_OF_MAILBOX_MAX 8

/* Makes an account without a password, of the workspace alone, or NONE: of no workspace, for the operator. */
enum error account_make(struct db_context *db, struct text email, int64_t only_workspace_id, int64_t *ret_id);

/* Whom an invitation to the workspace means; made when there is nobody. */
enum error account_to_invite(struct db_context *db, struct text email, int64_t *ret_id);

/* Whether an account without a password may be given one by this link: to whoever reads the mail, or for the workspace
 * alone. Else ERROR_ACCOUNT_WITHOUT_PASSWORD: whoever invites sees the link, too, and could otherwise choose the
 * password of somebody else's account. */
enum error account_check_link(const struct user_row *user, const struct invitation_link_row *link);

/* The address is proven to be whose the account is. False: it is another account's, which has confirmed it before; this
 * one then stays as it is. */
enum error account_confirm(struct db_context *db, const struct user_row *user, bool *ret_confirmed);

/* The same, by a link that went by mail, whose reader may be somebody else than who had the account until now: what let
 * that one in reaches what it did, or nothing; but for the password or the session (`token_id`, or NONE) that the
 * reader has. Without a session, no second factor of before is asked for. */
enum error account_confirm_by_mail(struct db_context *db, const struct user_row *user, int64_t token_id,
                                   bool *ret_confirmed);

/* Tells the person by mail that something has changed by which the account is got into. `subject` says what. An address
 * that is not confirmed may be a stranger's, whom nobody shall send mail to as often as they like. */
enum error account_tell(struct call *call, int64_t user_id, struct text subject);

#endif
