/* Whose an address is. */
#include "operations/accounts.h"

#include "auth/token.h"
#include "base/mailbox.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/mail.h"
#include "operations/second_factors.h"
#include "statements.h"

enum error account_make(struct db_context *db, struct text email, int64_t only_workspace_id, int64_t *ret_id)
{
	struct user_row user = {
		.email = email,
		.mailbox = mailbox_of(db->arena, email),
		.confirmed_at = NONE,
		.only_workspace_id = only_workspace_id,
	};

	TRY(ids_next(db->ids, SEQUENCE_USERS, &user.id));
	TRY(sql_insert_user(db, &user));
	*ret_id = user.id;
	return ERROR_NONE;
}

enum error account_to_invite(struct db_context *db, struct text email, int64_t *ret_id)
{
	struct user_row user;
	bool            found;

	TRY(sql_find_account_to_invite(db, mailbox_of(db->arena, email), &user, &found));
	if (!found)
		return account_make(db, email, db->workspace_id, ret_id);
	*ret_id = user.id;
	return ERROR_NONE;
}

enum error account_check_link(const struct user_row *user, const struct invitation_link_row *link)
{
	return link->is_mailed || user->only_workspace_id == link->workspace_id ? ERROR_NONE :
	                                                                          ERROR_ACCOUNT_WITHOUT_PASSWORD;
}

enum error account_confirm(struct db_context *db, const struct user_row *user, bool *ret_confirmed)
{
	struct user_rows accounts = {0};
	int64_t          changed = 0;

	if (user->mailbox.data)
		TRY(sql_list_accounts_of_mailbox(db, user->mailbox, NONE, 1, &accounts));
	if (accounts.count && accounts.items[0].confirmed_at != NONE) {
		*ret_confirmed = accounts.items[0].id == user->id;
		return ERROR_NONE;
	}
	if (accounts.count) /* else an older account has the same mailbox (cli/mailboxes.c) */
		TRY(sql_confirm_user(db, user->id, &changed));
	*ret_confirmed = changed;
	return ERROR_NONE;
}

/* Nobody's who reads the mail, whom it would keep out. */
static enum error remove_second_factor(struct db_context *db, int64_t user_id)
{
	enum error error = second_factor_remove(db, user_id);

	return error == ERROR_SECOND_FACTOR_MISSING ? ERROR_NONE : error;
}

enum error account_confirm_by_mail(struct db_context *db, const struct user_row *user, int64_t token_id,
                                   bool *ret_confirmed)
{
	bool confirmed = true;

	if (user->confirmed_at == NONE)
		TRY(account_confirm(db, user, &confirmed));
	if (user->confirmed_at == NONE && confirmed) {
		if (user->only_workspace_id != NONE)
			TRY(sql_confine_tokens(db, user->id, TOKEN_PERSONAL, user->only_workspace_id));
		TRY(sql_revoke_unconfined_tokens(db, user->id, token_id));
		TRY(sql_delete_passkeys(db, user->id));
		if (token_id == NONE) /* else the session has given it, or may remove it */
			TRY(remove_second_factor(db, user->id));
	}
	*ret_confirmed = confirmed;
	return ERROR_NONE;
}

enum error account_tell(struct call *call, int64_t user_id, struct text subject)
{
	struct user_row user;
	struct text     body;
	bool            found;

	if (!call->settings->sends_mail)
		return ERROR_NONE;
	TRY(sql_find_user(&call->db, user_id, &user, &found));
	if (!found || user.confirmed_at == NONE)
		return ERROR_NONE;
	body =
		text_format(call->db.arena,
	                "%s. This is about the account of %s at %s.\n\n"
	                "If it was you, there is nothing to do. If not, set another password, which signs everybody out, "
	                "and look at the second factor and the passkeys under Security.\n",
	                subject.data, user.email.data, call->settings->public_url.data);
	return body.data ? mail_queue_for_person(&call->db, user.email, subject, body) : ERROR_NO_MEMORY;
}
