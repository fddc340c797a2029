/* The password of whoever calls, tried before the transaction that acts because of it. */
#ifndef STINT_OPERATIONS_PASSWORDS_H
#define STINT_OPERATIONS_PASSWORDS_H

#include "contract/operation.h"

struct user_row;

/* Whether it is the caller's; `wrong` is the reply's message where it is not (ERROR_WRONG_PASSWORD). A guess, counted
 * by account. `ret_hash`: what own_password_unchanged must find. */
enum error own_password_check(struct call *call, struct text password, const char *wrong, struct text *ret_hash);

/* ERROR_WRONG_PASSWORD: it is another one by now. */
enum error own_password_unchanged(struct call *call, struct text hash, struct user_row *ret_user);

#endif
