/* An authenticator app as the second step of signing in, and its backup codes. */
#include "operations/second_factors.h"

#include "statements.h"

enum error second_factor_needed(struct db_context *db, int64_t user_id, bool *ret_needed)
{
	int64_t count;

	TRY(sql_count_second_factors(db, user_id, &count));
	*ret_needed = count;
	return ERROR_NONE;
}

enum error second_factor_remove(struct db_context *db, int64_t user_id)
{
	int64_t changed;

	TRY(sql_delete_second_factor(db, user_id, &changed));
	TRY(sql_delete_backup_codes(db, user_id));
	return changed ? ERROR_NONE : ERROR_SECOND_FACTOR_MISSING;
}
