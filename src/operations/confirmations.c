/* Proving that an address is the account's: a link by mail, and the session of the account. */
#include "auth/principal.h"
#include "auth/session.h"
#include "base/calendar.h"
#include "contract.h"
#include "operations/accounts.h"
#include "operations/mail.h"
#include "operations/mailed_links.h"
#include "statements.h"

#define CONFIRMATION_PREFIX "stint_cnf_"

static enum error send_confirmation(struct call *call, const struct user_row *user)
{
	struct text secret, body;

	TRY(mailed_link_make(&call->db, LINK_TO_CONFIRM, user->id, SECONDS_PER_DAY, CONFIRMATION_PREFIX, &secret));
	if (!secret.data)
		return ERROR_MAILED_TOO_OFTEN;
	body = text_format(call->db.arena,
	                   "Open this link within a day to confirm that this is your address:\n\n%s/confirm/%s\n\n"
	                   "If you do not have an account here, somebody has made a mistake: do not open it.\n",
	                   call->settings->public_url.data, secret.data);
	return body.data ? mail_queue_for_person(&call->db, user->email, TEXT("Confirm your address"), body) :
	                   ERROR_NO_MEMORY;
}

enum error op_request_confirmation(struct call *call)
{
	struct user_row  user;
	struct user_rows accounts;
	bool             found;

	TRY(sql_find_user(&call->db, call->db.caller_id, &user, &found));
	if (!found)
		return ERROR_UNAUTHENTICATED;
	if (user.confirmed_at != NONE) {
		call->message = "The address is confirmed already.";
		return ERROR_NONE;
	}
	TRY(sql_list_accounts_of_mailbox(&call->db, user.mailbox, NONE, 1, &accounts));
	if (!accounts.count || accounts.items[0].confirmed_at != NONE)
		return ERROR_ADDRESS_TAKEN;
	if (!call->settings->sends_mail)
		return ERROR_NO_MAIL_RELAY;
	return send_confirmation(call, &user);
}

enum error op_confirm_address(struct call *call, const struct confirm_address_input *input)
{
	struct user_row user;
	int64_t         changed;
	bool            found, confirmed;

	TRY(session_hold_account(call));
	TRY(mailed_link_follow(&call->db, LINK_TO_CONFIRM, input->token, &user, &found));
	if (!found)
		return ERROR_CONFIRMATION_INVALID;
	if (user.id != call->db.caller_id)
		return ERROR_OTHER_ACCOUNT;
	TRY(account_confirm_by_mail(&call->db, &user, call->principal->token_id, &confirmed));
	if (!confirmed)
		return ERROR_ADDRESS_TAKEN;
	return sql_end_mailed_links(&call->db, user.id, LINK_TO_CONFIRM, &changed);
}
