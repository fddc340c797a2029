/* Sign-in with a password, and what a person sees of their sessions. */
#include "auth/device.h"
#include "auth/password.h"
#include "auth/principal.h"
#include "auth/session.h"
#include "auth/token.h"
#include "base/mailbox.h"
#include "base/random.h"
#include "contract.h"
#include "operations/accounts.h"
#include "operations/passwords.h"
#include "operations/second_factors.h"
#include "statements.h"

/* The same for a wrong password and for no account. */
static enum error refuse_sign_in(struct call *call, enum error error)
{
	if (error == ERROR_WRONG_PASSWORD)
		call->message = "No account has this address and this password.";
	return error;
}

static enum error find_accounts(struct call *call, const struct sign_in_input *input, struct user_rows *ret)
{
	TRY(sql_list_accounts_of_mailbox(&call->db, mailbox_of(call->db.arena, input->email), input->workspace_id,
	                                 ACCOUNTS_OF_MAILBOX_MAX + 1, ret));
	return ret->count > ACCOUNTS_OF_MAILBOX_MAX && input->workspace_id == NONE ? ERROR_WORKSPACE_REQUIRED : ERROR_NONE;
}

/* Guesses count by the first account of the address. What is no account counts by its address. */
static int64_t whose_budget(const struct call *call, struct text email, const struct user_rows *accounts)
{
	struct text mailbox = mailbox_of(call->db.arena, email);

	return accounts->count ? accounts->items[0].id : -(int64_t)(hash_table(mailbox.data, mailbox.length) >> 1 | 1);
}

/* The first of the accounts whose password it is. Without any it takes as long. */
static enum error find_password(struct text password, const struct user_rows *accounts, struct text *ret_hash)
{
	enum error error = accounts->count ? ERROR_WRONG_PASSWORD : password_check_nobodys(password);

	for (size_t i = 0; i < accounts->count && error == ERROR_WRONG_PASSWORD; i++) {
		struct text hash = accounts->items[i].password_hash;

		error = hash.data ? password_check(password, hash) : password_check_nobodys(password);
		if (!error)
			*ret_hash = hash;
	}
	return error;
}

/* A browser in which somebody has signed in to an account before has a budget of its own for it: strangers who guess do
 * not keep that person out. Not for other accounts of the address, which may be somebody else's. */
static enum error try_account_of_device(struct call *call, struct text password, const struct user_rows *accounts,
                                        struct text *ret_hash)
{
	int64_t number;

	for (size_t i = 0; i < accounts->count; i++) {
		if (!device_is_of(call->device, accounts->items[i].id, &number))
			continue;
		TRY(call_guess(call, number));
		return find_password(password, &(struct user_rows){&accounts->items[i], 1}, ret_hash);
	}
	return ERROR_NOT_FOUND;
}

/* Replaces the password by the hash that must be found unchanged. */
enum error prepare_sign_in(struct call *call, struct sign_in_input *input)
{
	struct user_rows accounts;
	enum error       error;

	TRY(find_accounts(call, input, &accounts));
	error = try_account_of_device(call, input->password, &accounts, &input->password);
	if (error == ERROR_NOT_FOUND || (error == ERROR_WRONG_PASSWORD && accounts.count > 1)) {
		TRY(call_guess(call, whose_budget(call, input->email, &accounts)));
		error = find_password(input->password, &accounts, &input->password);
	}
	return refuse_sign_in(call, error);
}

enum error op_sign_in(struct call *call, const struct sign_in_input *input, struct sign_in_output *output)
{
	struct user_rows accounts;

	TRY(find_accounts(call, input, &accounts));
	for (size_t i = 0; i < accounts.count; i++) {
		const struct user_row *account = &accounts.items[i];
		bool                   needed;

		if (!text_equal(account->password_hash, input->password))
			continue;
		TRY(sql_touch_user(&call->db, account->id));
		TRY(second_factor_needed(&call->db, account->id, &needed));
		output->data.state = needed ? SIGN_IN_STATE_SECOND_FACTOR : SIGN_IN_STATE_SIGNED_IN;
		return session_begin(call, account->id, needed ? TOKEN_SIGN_IN : TOKEN_SESSION, &output->data.csrf_token);
	}
	return refuse_sign_in(call, ERROR_WRONG_PASSWORD); /* another password by now */
}

enum error op_sign_out(struct call *call)
{
	return session_end(call);
}

/* Replaces the password by the hash that must be found unchanged. */
enum error prepare_give_password(struct call *call, struct give_password_input *input)
{
	return own_password_check(call, input->password, "The password is wrong.", &input->password);
}

enum error op_give_password(struct call *call, const struct give_password_input *input)
{
	struct user_row user;
	int64_t         changed;

	TRY(own_password_unchanged(call, input->password, &user));
	return sql_set_session_authenticated(&call->db, call->db.caller_id, call->principal->token_id, &changed);
}

/* --- what there is ----------------------------------------------------------------------------------------------- */

static const struct session_row *find_in(const struct session_rows *sessions, int64_t token_id)
{
	for (size_t i = 0; i < sessions->count; i++)
		if (sessions->items[i].token_id == token_id)
			return &sessions->items[i];
	return NULL;
}

enum error op_get_sessions(struct call *call, struct get_sessions_output *output)
{
	struct token_rows      tokens;
	struct session_rows    sessions;
	struct my_session_row *mine;
	size_t                 count = 0;

	TRY(sql_list_live_tokens(&call->db, call->db.caller_id, TOKEN_SESSION, call->db.now, &tokens));
	TRY(sql_list_sessions(&call->db, call->db.caller_id, &sessions));
	mine = arena_alloc_array(call->db.arena, tokens.count, sizeof(*mine));
	if (!mine)
		return ERROR_NO_MEMORY;
	for (size_t i = tokens.count; i > 0; i--) {
		const struct token_row   *token = &tokens.items[i - 1];
		const struct session_row *session = find_in(&sessions, token->id);

		if (!session)
			continue;
		mine[count++] = (struct my_session_row){
			.id = token->id,
			.current = token->id == call->principal->token_id,
			.user_agent = session->user_agent,
			.address = session->client,
			.created_at = token->created_at,
			.last_used_at = token->last_used_at,
		};
	}
	output->data = (struct my_session_rows){mine, count};
	return ERROR_NONE;
}

enum error op_end_other_sessions(struct call *call)
{
	return session_end_others(&call->db, call->db.caller_id, call->principal->token_id);
}

enum error op_end_session(struct call *call, const struct end_session_input *input)
{
	int64_t changed;

	TRY(sql_revoke_token_of(&call->db, call->db.caller_id, input->session_id, TOKEN_SESSION, &changed));
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}
