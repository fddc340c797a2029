/* Passwords: Argon2id with 19 MiB and 2 passes (OWASP's minimum for Argon2id), about 10 ms each. Call it only on the
 * pool of slow threads or from the command line. */
#ifndef STINT_AUTH_PASSWORD_H
#define STINT_AUTH_PASSWORD_H

#include "base/error.h"
#include "base/text.h"

#define PASSWORD_MIN_CHARACTERS 8
#define PASSWORD_MAX_CHARACTERS 200

/* The self-describing hash to store. */
enum error password_hash(struct arena *arena, struct text password, struct text *ret_hash);

/* ERROR_WRONG_PASSWORD: it is another, or there is none. */
enum error password_check(struct text password, struct text hash);

/* ERROR_WRONG_PASSWORD, after as long as any other check: how long it takes must not tell who has an account. */
enum error password_check_nobodys(struct text password);

#endif
