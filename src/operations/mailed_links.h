/* Links that go to an account's address by mail, and by nothing else: who follows one reads what is sent there. */
#ifndef STINT_OPERATIONS_MAILED_LINKS_H
#define STINT_OPERATIONS_MAILED_LINKS_H

#include "db/context.h"

struct user_row;

/* What a link is for. The codes are in the database. */
enum mailed_link_kind { LINK_TO_RESET_PASSWORD = 1, LINK_TO_CONFIRM = 2 };

#define LINKS_A_DAY 10 /* of a kind to one account */

/* Makes one that works for so many seconds. Its secret begins with the prefix, or is NO_TEXT: there were as many as
 * there may be in a day. `user_id` 0: nobody has the address, and as much is written. */
enum error mailed_link_make(struct db_context *db, enum mailed_link_kind kind, int64_t user_id, int64_t seconds,
                            const char *prefix, struct text *ret_secret);

/* Whose it is. Not found: unknown, of another kind, expired or used. */
enum error mailed_link_find(struct db_context *db, enum mailed_link_kind kind, struct text secret,
                            struct user_row *ret_user, bool *ret_found);

/* The same, for what is done because of it: from here on nobody else changes what lets anybody in to the account. Of an
 * operation with x-takes-turns, which waits for whoever is at it. */
enum error mailed_link_follow(struct db_context *db, enum mailed_link_kind kind, struct text secret,
                              struct user_row *ret_user, bool *ret_found);

#endif
