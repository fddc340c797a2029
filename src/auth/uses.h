/* Which tokens have been used lately: noted in memory, request by request, and written down in batches (jobs/uses). A
 * use that is lost is no harm: the next one is noted. */
#ifndef STINT_AUTH_USES_H
#define STINT_AUTH_USES_H

#include "auth/principal.h"

struct uses; /* shared by all threads; bounded */

#define USE_HASH_LENGTH 64

struct use {
	int64_t token_id, kind, at;
	char    hash[USE_HASH_LENGTH + 1];
};

/* NULL when out of memory. */
struct uses *uses_new(void);
void         uses_free(struct uses *uses);

/* The token was used, unless that was noted a while ago: to the hour is enough, of a session to five minutes. */
void uses_note(struct uses *uses, const struct principal *principal, struct text hash, int64_t now);

/* Copies what was noted first, `most` of it, and says how much it is. It stays until it is forgotten. */
size_t uses_list(struct uses *uses, struct use *ret, size_t most);
void   uses_forget(struct uses *uses, size_t count);

#endif
