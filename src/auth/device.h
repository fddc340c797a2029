/* Browsers in which somebody has signed in before. A browser shows it by a cookie that follows from the installation's
 * key: nobody can make one up, and nothing of it is kept. It lets nobody in; its guesses at the password are counted by
 * themselves, so that strangers who guess keep nobody out of their own browser. */
#ifndef STINT_AUTH_DEVICE_H
#define STINT_AUTH_DEVICE_H

#include "base/text.h"

#define DEVICE_SECONDS (400 * 86400) /* as long as browsers keep a cookie */

/* A new one, in which the user has signed in. NO_TEXT when out of memory. */
struct text device_new(struct arena *arena, int64_t user_id);

/* Whether the user has signed in there. `ret_number` tells one device from another. */
bool device_is_of(struct text device, int64_t user_id, int64_t *ret_number);

#endif
