/* Callers that were known before, in memory: a guess, by which a request can go to work before the database has
 * answered who calls. It decides nothing: principal.c asks the database all the same, and compares. */
#ifndef STINT_AUTH_PRINCIPALS_H
#define STINT_AUTH_PRINCIPALS_H

#include <stdbool.h>

#include "statements.h"

struct principals; /* shared by all threads; bounded */

/* NULL: no memory. */
struct principals *principals_new(void);
void               principals_free(struct principals *principals);

/* By the token's hash (hash_secret). */
bool principals_recall_token(struct principals *principals, struct text hash, struct caller_token_row *ret);
void principals_note_token(struct principals *principals, struct text hash, const struct caller_token_row *token);

/* With the name, copied into the arena; without it (NO_TEXT) when it is long or the arena is full. */
bool principals_recall_membership(struct principals *principals, struct arena *arena, int64_t user_id,
                                  int64_t workspace_id, struct membership_row *ret);
void principals_note_membership(struct principals *principals, int64_t user_id, int64_t workspace_id,
                                const struct membership_row *membership);

#endif
