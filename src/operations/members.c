/* Members and their invitations (contract 3.2). */
#include "auth/password.h"
#include "auth/principal.h"
#include "auth/session.h"
#include "auth/token.h"
#include "base/mailbox.h"
#include "base/random.h"
#include "contract.h"
#include "operations/accounts.h"
#include "operations/due_work.h"
#include "operations/entry_changes.h"
#include "operations/membership.h"
#include "operations/sheet_deadlines.h"
#include "operations/trackers.h"
#include "rules/roles.h"
#include "statements.h"

enum error op_get_members(struct call *call, const struct get_members_input *input, struct get_members_output *output)
{
	return sql_list_members(&call->db, input->after_id, mailbox_of(call->db.arena, input->email), input->status,
	                        input->role, &call->page, &output->data);
}

enum error op_get_member(struct call *call, const struct get_member_input *input, struct get_member_output *output)
{
	return sql_get_member(&call->db, input->member_id, &output->data);
}

enum error op_invite_member(struct call *call, const struct invite_member_input *input,
                            struct invite_member_output *output)
{
	struct invitee invitee = {input->email, input->firstname, input->lastname, input->role};

	return membership_invite(call, &invitee, &output->data.user_id, &output->data.invitation_link);
}

static enum error change_email(struct call *call, struct text email, struct member_row *member)
{
	struct text mailbox = mailbox_of(call->db.arena, email);

	if (!text_equal(mailbox, member->mailbox) && member->status == MEMBER_STATUS_INACTIVE)
		return call_fault(call, "email",
		                  "The address of an open invitation cannot be changed: delete the member and "
		                  "invite again.");
	member->email = email;
	member->mailbox = mailbox;
	return ERROR_NONE;
}

enum error op_update_member(struct call *call, const struct update_member_input *input)
{
	struct member_row member;
	int64_t           changed;

	TRY(db_take_turn(&call->db, input->member_id));
	TRY(sql_lock_member(&call->db, input->member_id));
	TRY(sql_get_member(&call->db, input->member_id, &member));
	if (member.deleted_at != NONE)
		return ERROR_NOT_FOUND;
	TRY(roles_check_change(&(struct member_change){
		.target_role = member.current_role,
		.new_role = input->role,
		.old_rate_status = member.rate_status,
		.new_rate_status = input->rate_status,
		.caller_is_target = member.id == call->db.caller_id,
		.caller_sees_rates = call->db.sees_rates,
	}));
	if (input->given.weekly_hours_limit && input->weekly_hours_limit < member.weekly_hours_limit)
		TRY(tracker_save(&call->db, member.id));
	if (input->given.timezone && !text_equal(input->timezone, member.timezone))
		TRY(entry_change_note(&call->db, member.id, ALL_ENTRIES)); /* their clock times are others now */
	merge_update_member(&member, input);
	if (input->given.email)
		TRY(change_email(call, input->email, &member));
	if (input->given.role)
		member.current_role = input->role;
	if (input->remove_avatar == 1)
		member.avatar = NO_TEXT;
	TRY(sql_update_member(&call->db, &member, &changed));
	call->db.caller_name.text = NO_TEXT; /* it may be another one now */
	if (changed)
		TRY(member_tell(&call->db, EVENT_KIND_MEMBER_UPDATED, member.id));
	if (input->given.timezone)
		TRY(due_work_note(&call->db, TIMESHEETS_KIND, call->db.now)); /* their midnights are others now */
	if (!role_tracks_time(member.current_role))
		return membership_end_work(&call->db, member.id);
	return input->given.weekly_hours_limit ? tracker_limit_changed(&call->db, member.id) : ERROR_NONE;
}

enum error op_delete_member(struct call *call, const struct delete_member_input *input)
{
	struct member_row member;

	TRY(db_take_turn(&call->db, input->member_id));
	TRY(sql_lock_member(&call->db, input->member_id));
	TRY(sql_get_member(&call->db, input->member_id, &member));
	if (member.current_role == ROLE_OWNER)
		return ERROR_OWNER_PROTECTED;
	return membership_end(call, input->member_id);
}

static enum error find_invitation(struct call *call, struct text secret, struct invitation_link_row *ret_link,
                                  struct user_row *ret_user)
{
	bool found;

	TRY(sql_find_invitation_link(&call->db, hash_secret(call->db.arena, secret), ret_link, &found));
	if (!found || ret_link->expires_at <= call->db.now)
		return ERROR_INVITATION_INVALID;
	TRY(sql_find_user(&call->db, ret_link->user_id, ret_user, &found));
	return found ? ERROR_NONE : ERROR_INVITATION_INVALID;
}

static enum error find_open_invitation(struct call *call, const struct invitation_link_row *link,
                                       struct open_invitation_row *ret, bool *ret_found)
{
	struct db_context context = call->db;

	context.workspace_id = link->workspace_id;
	return sql_find_open_invitation(&context, link->user_id, link->invitation_hash, ret, ret_found);
}

/* For what is done because of it: from here on nobody else changes what lets anybody in to the account. */
static enum error follow_invitation(struct call *call, struct text secret, struct invitation_link_row *ret_link,
                                    struct user_row *ret_user)
{
	TRY(find_invitation(call, secret, ret_link, ret_user));
	TRY(sql_touch_user(&call->db, ret_user->id));
	return find_invitation(call, secret, ret_link, ret_user);
}

enum error op_get_invitation(struct call *call, const struct get_invitation_input *input,
                             struct get_invitation_output *output)
{
	struct invitation_link_row link;
	struct user_row            user;
	bool                       open;

	TRY(find_invitation(call, input->token, &link, &user));
	TRY(find_open_invitation(call, &link, &output->data, &open));
	output->data.has_password = user.password_hash.data != NULL;
	return open ? ERROR_NONE : ERROR_INVITATION_INVALID;
}

/* Replaces the password by the hash to store, or by the one that must be found unchanged. By none where the link does
 * not work any more: the rule refuses it, or a kept answer is repeated, and nobody learns whether the password is
 * right. */
enum error prepare_accept_invitation(struct call *call, struct accept_invitation_input *input)
{
	struct invitation_link_row link;
	struct user_row            user;
	struct open_invitation_row invitation;
	bool                       open;

	TRY(find_invitation(call, input->token, &link, &user));
	TRY(find_open_invitation(call, &link, &invitation, &open));
	if (!open) {
		input->password = NO_TEXT;
		return ERROR_NONE;
	}
	TRY(call_guess(call, user.id));
	if (!user.password_hash.data)
		TRY(account_check_link(&user, &link));
	if (!user.password_hash.data && text_characters(input->password) < PASSWORD_MIN_CHARACTERS)
		return call_fault(call, "password", "The password must be at least %d characters.", PASSWORD_MIN_CHARACTERS);
	if (!user.password_hash.data)
		return password_hash(call->db.arena, input->password, &input->password);
	TRY(password_check(input->password, user.password_hash));
	input->password = user.password_hash;
	return ERROR_NONE;
}

/* With the account's password, which may be a new one, or `token_id`, its session. */
static enum error join(struct call *call, const struct invitation_link_row *link, const struct user_row *user,
                       int64_t token_id, struct accepted_invitation_row *ret)
{
	int64_t changed;
	bool    confirmed;

	call->db.workspace_id = link->workspace_id;
	TRY(sql_accept_invitation(&call->db, user->id, link->invitation_hash, &changed));
	if (!changed)
		return ERROR_INVITATION_INVALID;
	if (link->is_mailed)
		TRY(account_confirm_by_mail(&call->db, user, token_id, &confirmed));
	TRY(sql_insert_user_workspace(&call->db, user->id));
	TRY(member_tell(&call->db, EVENT_KIND_MEMBER_ACTIVATED, user->id));
	*ret = (struct accepted_invitation_row){.user_id = user->id, .workspace_id = link->workspace_id};
	return ERROR_NONE;
}

enum error op_accept_invitation(struct call *call, const struct accept_invitation_input *input,
                                struct accept_invitation_output *output)
{
	struct invitation_link_row link;
	struct user_row            user;
	int64_t                    changed;

	if (!input->password.data)
		return ERROR_INVITATION_INVALID;
	TRY(follow_invitation(call, input->token, &link, &user));
	TRY(join(call, &link, &user, NONE, &output->data));
	/* Meanwhile another link may have set the password that this one would overwrite. */
	if (user.password_hash.data)
		return text_equal(user.password_hash, input->password) ? ERROR_NONE : ERROR_CONFLICT;
	TRY(account_check_link(&user, &link));
	return sql_set_password(&call->db, user.id, input->password, &changed);
}

enum error op_accept_invitation_signed_in(struct call *call, const struct accept_invitation_signed_in_input *input,
                                          struct accept_invitation_signed_in_output *output)
{
	struct invitation_link_row link;
	struct user_row            user;

	TRY(session_hold_account(call));
	TRY(follow_invitation(call, input->token, &link, &user));
	if (user.id != call->db.caller_id)
		return ERROR_OTHER_ACCOUNT;
	return join(call, &link, &user, call->principal->token_id, &output->data);
}
