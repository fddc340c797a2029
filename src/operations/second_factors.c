/* An authenticator app as the second step of signing in, and its backup codes. */
#include "operations/second_factors.h"

#include "auth/device.h"
#include "auth/one_time.h"
#include "auth/principal.h"
#include "auth/qr_code.h"
#include "auth/session.h"
#include "auth/token.h"
#include "contract.h"
#include "operations/accounts.h"
#include "statements.h"

#define BACKUP_CODES 10

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

/* --- the app ----------------------------------------------------------------------------------------------------- */

enum error op_get_second_factor(struct call *call, struct get_second_factor_output *output)
{
	struct second_factor_row factor;
	bool                     found;

	TRY(sql_find_second_factor(&call->db, call->db.caller_id, &factor, &found));
	output->data.enabled = found && factor.confirmed_at != NONE;
	output->data.begun_at = found ? factor.begun_at : NONE;
	output->data.confirmed_at = found ? factor.confirmed_at : NONE;
	return sql_count_backup_codes(&call->db, call->db.caller_id, &output->data.backup_codes_left);
}

static enum error as_lines(struct arena *arena, const struct text *texts, size_t count, struct line_rows *ret)
{
	ret->items = arena_alloc_array(arena, count, sizeof(*ret->items));
	if (!ret->items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		ret->items[i].line = texts[i];
	ret->count = count;
	return ERROR_NONE;
}

enum error op_begin_second_factor(struct call *call, struct begin_second_factor_output *output)
{
	struct arena   *arena = call->db.arena;
	unsigned char   secret[ONE_TIME_SECRET_BYTES];
	struct user_row user;
	struct text    *modules;
	size_t          rows;
	int64_t         begun;
	bool            found;

	TRY(sql_begin_second_factor(&call->db, call->db.caller_id, &begun));
	if (!begun)
		return ERROR_SECOND_FACTOR_EXISTS;
	TRY(sql_find_user(&call->db, call->db.caller_id, &user, &found));
	if (!found)
		return ERROR_NOT_FOUND;
	one_time_secret(user.id, call->db.now, secret);
	output->data.secret = one_time_base32(arena, secret);
	output->data.uri = one_time_uri(arena, output->data.secret, user.email);
	if (!output->data.uri.data)
		return ERROR_NO_MEMORY;
	TRY(qr_code(arena, output->data.uri, &modules, &rows));
	return as_lines(arena, modules, rows, &output->data.qr);
}

/* --- backup codes ------------------------------------------------------------------------------------------------ */

static enum error make_backup_codes(struct call *call, struct line_rows *ret)
{
	struct arena          *arena = call->db.arena;
	struct text            codes[BACKUP_CODES];
	struct backup_code_row rows[BACKUP_CODES];

	for (size_t i = 0; i < BACKUP_CODES; i++) {
		codes[i] = backup_code(arena);
		if (!codes[i].data)
			return ERROR_NO_MEMORY;
		rows[i] = (struct backup_code_row){call->db.caller_id, backup_code_hash(arena, codes[i])};
		if (!rows[i].hash.data)
			return ERROR_NO_MEMORY;
	}
	TRY(sql_delete_backup_codes(&call->db, call->db.caller_id));
	TRY(sql_insert_backup_codes(&call->db, rows, BACKUP_CODES));
	return as_lines(arena, codes, BACKUP_CODES, ret);
}

enum error op_confirm_second_factor(struct call *call, const struct confirm_second_factor_input *input,
                                    struct confirm_second_factor_output *output)
{
	int64_t                  user_id = call->db.caller_id, step, changed;
	unsigned char            secret[ONE_TIME_SECRET_BYTES];
	struct second_factor_row factor;
	bool                     found;

	TRY(sql_find_second_factor(&call->db, user_id, &factor, &found));
	if (!found)
		return ERROR_SECOND_FACTOR_MISSING;
	if (factor.confirmed_at != NONE)
		return ERROR_SECOND_FACTOR_EXISTS;
	one_time_secret(user_id, factor.begun_at, secret);
	step = one_time_step(secret, input->code, call->db.now, factor.last_step);
	if (step == NONE)
		return ERROR_WRONG_CODE;
	TRY(sql_confirm_second_factor(&call->db, user_id, factor.begun_at, step, &changed));
	if (!changed)
		return ERROR_CONFLICT;
	TRY(account_tell(call, user_id, TEXT("A second factor was switched on")));
	return make_backup_codes(call, &output->data.backup_codes);
}

enum error op_renew_backup_codes(struct call *call, struct renew_backup_codes_output *output)
{
	bool needed;

	TRY(second_factor_needed(&call->db, call->db.caller_id, &needed));
	if (!needed)
		return ERROR_SECOND_FACTOR_MISSING;
	return make_backup_codes(call, &output->data.backup_codes);
}

enum error op_delete_second_factor(struct call *call)
{
	TRY(second_factor_remove(&call->db, call->db.caller_id));
	return account_tell(call, call->db.caller_id, TEXT("The second factor was switched off"));
}

/* --- signing in -------------------------------------------------------------------------------------------------- */

static enum error use_code(struct call *call, int64_t user_id, struct text code)
{
	unsigned char            secret[ONE_TIME_SECRET_BYTES];
	struct second_factor_row factor;
	struct text              hash = backup_code_hash(call->db.arena, code);
	int64_t                  step, used;
	bool                     found;

	if (!hash.data)
		return ERROR_NO_MEMORY;
	TRY(sql_find_second_factor(&call->db, user_id, &factor, &found));
	if (!found || factor.confirmed_at == NONE)
		return ERROR_NONE; /* it was removed meanwhile: the password alone lets them in */
	one_time_secret(user_id, factor.begun_at, secret);
	step = one_time_step(secret, code, call->db.now, factor.last_step);
	if (step != NONE)
		TRY(sql_use_second_factor(&call->db, user_id, factor.begun_at, factor.last_step, step, &used));
	else
		TRY(sql_use_backup_code(&call->db, user_id, hash, &used));
	return used ? ERROR_NONE : ERROR_WRONG_CODE;
}

/* By the account, or by the browser, as those at the password are. */
enum error prepare_sign_in_by_code(struct call *call, struct sign_in_by_code_input *input)
{
	int64_t user_id = call->principal->user_id, number;

	(void)input;
	return call_guess(call, device_is_of(call->device, user_id, &number) ? number : user_id);
}

enum error op_sign_in_by_code(struct call *call, const struct sign_in_by_code_input *input,
                              struct sign_in_by_code_output *output)
{
	int64_t user_id = call->principal->user_id;

	TRY(sql_touch_user(&call->db, user_id));
	TRY(use_code(call, user_id, input->code));
	output->data.state = SIGN_IN_STATE_SIGNED_IN;
	return session_begin(call, user_id, TOKEN_SESSION, &output->data.csrf_token);
}
