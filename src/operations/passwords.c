/* Another password: by whoever knows the present one, or reads the mail of the account's address. */
#include "operations/passwords.h"

#include "auth/password.h"
#include "auth/principal.h"
#include "auth/session.h"
#include "auth/token.h"
#include "base/mailbox.h"
#include "contract.h"
#include "operations/accounts.h"
#include "operations/mail.h"
#include "operations/mailed_links.h"
#include "operations/second_factors.h"
#include "statements.h"

#define RESET_PREFIX  "stint_pwr_"
#define RESET_SECONDS 3600

#define PASSWORD_CHANGED TEXT("Your password was changed")

/* --- by the present one ------------------------------------------------------------------------------------------ */

enum error own_password_check(struct call *call, struct text password, const char *wrong, struct text *ret_hash)
{
	struct user_row user;
	bool            found;

	TRY(call_guess(call, call->db.caller_id));
	TRY(sql_find_user(&call->db, call->db.caller_id, &user, &found));
	call->message = wrong;
	TRY(password_check(password, found ? user.password_hash : NO_TEXT));
	call->message = NULL;
	*ret_hash = user.password_hash;
	return ERROR_NONE;
}

enum error own_password_unchanged(struct call *call, struct text hash, struct user_row *ret_user)
{
	bool found;

	TRY(sql_find_user(&call->db, call->db.caller_id, ret_user, &found));
	return found && text_equal(ret_user->password_hash, hash) ? ERROR_NONE : ERROR_WRONG_PASSWORD;
}

/* Replaces the present password by the hash that must be found unchanged, and the new one by its hash. */
enum error prepare_change_password(struct call *call, struct change_password_input *input)
{
	TRY(own_password_check(call, input->current_password, "The current password is wrong.", &input->current_password));
	return password_hash(call->db.arena, input->new_password, &input->new_password);
}

enum error op_change_password(struct call *call, const struct change_password_input *input)
{
	struct user_row user;
	int64_t         changed;

	TRY(session_hold_account(call));
	TRY(own_password_unchanged(call, input->current_password, &user));
	TRY(sql_set_password(&call->db, user.id, input->new_password, &changed));
	TRY(sql_end_mailed_links(&call->db, user.id, LINK_TO_RESET_PASSWORD, &changed));
	TRY(account_tell(call, user.id, PASSWORD_CHANGED));
	return session_end_others(&call->db, user.id, call->principal->token_id);
}

/* --- by mail ----------------------------------------------------------------------------------------------------- */

static enum error send_reset(struct call *call, const struct user_row *user, struct text secret)
{
	struct text body = text_format(call->db.arena,
	                               "Somebody, most likely you, wants to set another password for the account of %s.\n\n"
	                               "Open this link within an hour to do so:\n\n%s/reset-password/%s\n\n"
	                               "If it was not you, there is nothing to do: the password stays as it is.\n",
	                               user->email.data, call->settings->public_url.data, secret.data);

	if (!body.data)
		return ERROR_NO_MEMORY;
	return mail_queue_for_person(&call->db, user->email, TEXT("Set another password"), body);
}

/* `user` NULL: nobody has the address. As much is written, for how long it takes must not tell. */
static enum error make_reset(struct call *call, const struct user_row *user)
{
	struct text secret;

	TRY(mailed_link_make(&call->db, LINK_TO_RESET_PASSWORD, user ? user->id : 0, RESET_SECONDS, RESET_PREFIX, &secret));
	if (!user)
		return mail_note_for_person(&call->db);
	return secret.data ? send_reset(call, user, secret) : ERROR_NONE;
}

/* Accounts of an address that nobody has confirmed are several, each of a workspace: whoever reads the mail may have
 * them all. Without a relay the operator sets passwords (`stint user password`): a link in the log would be one for
 * whoever reads that. */
enum error op_request_password_reset(struct call *call, const struct request_password_reset_input *input)
{
	struct user_rows users;
	struct text      mailbox = mailbox_of(call->db.arena, input->email);

	if (!call->settings->sends_mail)
		return ERROR_NONE;
	TRY(sql_list_accounts_of_mailbox(&call->db, mailbox, NONE, ACCOUNTS_OF_MAILBOX_MAX, &users));
	if (!users.count)
		return make_reset(call, NULL);
	if (users.items[0].confirmed_at != NONE)
		users.count = 1;
	for (size_t i = 0; i < users.count; i++)
		TRY(make_reset(call, &users.items[i]));
	return ERROR_NONE;
}

static enum error find_reset(struct call *call, struct text secret, struct user_row *ret)
{
	bool found;

	TRY(mailed_link_find(&call->db, LINK_TO_RESET_PASSWORD, secret, ret, &found));
	return found ? ERROR_NONE : ERROR_RESET_INVALID;
}

enum error op_get_password_reset(struct call *call, const struct get_password_reset_input *input,
                                 struct get_password_reset_output *output)
{
	struct user_row user;

	TRY(find_reset(call, input->token, &user));
	output->data.email = user.email;
	return ERROR_NONE;
}

/* Replaces the password by its hash. */
enum error prepare_reset_password(struct call *call, struct reset_password_input *input)
{
	struct user_row user;

	TRY(find_reset(call, input->token, &user));
	return password_hash(call->db.arena, input->password, &input->password);
}

enum error op_reset_password(struct call *call, const struct reset_password_input *input,
                             struct reset_password_output *output)
{
	struct user_row user;
	int64_t         changed;
	bool            found, confirmed, needed;

	TRY(mailed_link_follow(&call->db, LINK_TO_RESET_PASSWORD, input->token, &user, &found));
	if (!found)
		return ERROR_RESET_INVALID;
	TRY(sql_end_mailed_links(&call->db, user.id, LINK_TO_RESET_PASSWORD, &changed));
	TRY(sql_set_password(&call->db, user.id, input->password, &changed));
	TRY(session_end_others(&call->db, user.id, NONE));
	TRY(account_confirm_by_mail(&call->db, &user, NONE, &confirmed));
	TRY(account_tell(call, user.id, PASSWORD_CHANGED));
	TRY(second_factor_needed(&call->db, user.id, &needed));
	output->data.state = needed ? SIGN_IN_STATE_SECOND_FACTOR : SIGN_IN_STATE_SIGNED_IN;
	return session_begin(call, user.id, needed ? TOKEN_SIGN_IN : TOKEN_SESSION, &output->data.csrf_token);
}
