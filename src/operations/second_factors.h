/* The second step of signing in. */
#ifndef STINT_OPERATIONS_SECOND_FACTORS_H
#define STINT_OPERATIONS_SECOND_FACTORS_H

#include "contract/operation.h"

/* Whether whoever gave the right password of this account has to give a code, too. */
enum error second_factor_needed(struct db_context *db, int64_t user_id, bool *ret_needed);

/* No app and no backup code are asked for any more. ERROR_SECOND_FACTOR_MISSING: none was. */
enum error second_factor_remove(struct db_context *db, int64_t user_id);

#endif
