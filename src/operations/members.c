/* Members and their invitations (contract 3.2). */
#include "auth/password.h"
#include "auth/token.h"
#include "base/calendar.h"
#include "base/log.h"
#include "base/random.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/trackers.h"
#include "rules/roles.h"
#include "statements.h"

#define INVITATION_DAYS 14
#define NO_WEEKLY_LIMIT 168

enum error op_getmembers(struct call *call, const struct getmembers_input *input, struct getmembers_output *output)
{
	return sql_list_members(&call->db, text_lower(call->db.arena, input->email), input->status, input->role,
	                        &call->page, &output->data);
}

enum error op_getmember(struct call *call, const struct getmember_input *input, struct getmember_output *output)
{
	return sql_get_member(&call->db, input->member_id, &output->data);
}

/* The account of an address; made without a password when there is none yet. */
static enum error account_of(struct call *call, struct text email, int64_t *ret_id)
{
	struct user_row user;
	bool            found;

	TRY(sql_find_user_by_email(&call->db, email, &user, &found));
	if (!found) {
		user = (struct user_row){.email = email};
		TRY(ids_next(call->db.ids, SEQUENCE_USERS, &user.id));
		TRY(sql_insert_user(&call->db, &user));
	}
	*ret_id = user.id;
	return ERROR_NONE;
}

static enum error send_invitation(struct call *call, struct text email, struct text link)
{
	struct mail_row mail = {
		.recipient = email,
		.subject = TEXT("Your invitation"),
		.body = text_format(call->db.arena,
		                    "You are invited to track time with your team.\n\n"
		                    "Open this link within %d days to choose a password:\n\n%s\n",
		                    INVITATION_DAYS, link.data),
	};

	/* Without a relay somebody has to pass the link on: the operator finds it in the log. */
	if (!call->settings->sends_mail) {
		log_event(LOG_INFO, "invitation", "workspace=%lld email=%s link=%s", (long long)call->db.workspace_id,
		          email.data, link.data);
		return ERROR_NONE;
	}
	TRY(ids_next(call->db.ids, SEQUENCE_MAILS, &mail.id));
	TRY(sql_insert_mail(&call->db, &mail));
	return sql_note_due_work(&call->db, TEXT("mail"), call->db.now);
}

/* An address may come back after it left, or be invited again before it accepted; an active member may not. */
static enum error check_not_active(struct call *call, struct text email)
{
	struct member_row existing;
	bool              found;

	TRY(sql_find_member_by_email(&call->db, email, &existing, &found));
	return found && existing.status != MEMBER_STATUS_INACTIVE ? ERROR_MEMBER_EXISTS : ERROR_NONE;
}

enum error op_invitemember(struct call *call, const struct invitemember_input *input,
                           struct invitemember_output *output)
{
	struct arena     *arena = call->db.arena;
	struct text       secret = random_secret(arena, INVITATION_PREFIX);
	struct member_row member = {
		.email = text_lower(arena, input->email),
		.firstname = input->firstname,
		.lastname = input->lastname,
		.current_role = input->role,
		.status = MEMBER_STATUS_INACTIVE,
		.rate_type = TEXT("hourly"),
		.rate_status = 0,
		.weekly_hours_limit = NO_WEEKLY_LIMIT,
		.screenshots = SCREENSHOTS_BLURRED,
		.invitation_hash = hash_secret(arena, secret),
	};

	TRY(check_not_active(call, member.email));
	TRY(account_of(call, member.email, &member.id));
	/* A changed address leaves the account behind: the place may be taken though no member has this address. */
	bool              found;
	struct member_row place;
	TRY(sql_find_member(&call->db, member.id, &place, &found));
	if (found && place.deleted_at == NONE && place.status != MEMBER_STATUS_INACTIVE)
		return ERROR_MEMBER_EXISTS;
	TRY(sql_insert_member(&call->db, &member));
	TRY(sql_insert_invitation_link(&call->db, member.invitation_hash, member.id,
	                               call->db.now + INVITATION_DAYS * SECONDS_PER_DAY));
	output->data.user_id = member.id;
	output->data.invitation_link = text_format(arena, "%s/accept-invitation/%s", call->settings->public_url.data,
	                                           secret.data);
	if (!output->data.invitation_link.data)
		return ERROR_NO_MEMORY;
	return send_invitation(call, member.email, output->data.invitation_link);
}

enum error op_updatemember(struct call *call, const struct updatemember_input *input)
{
	struct member_row member;

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
	if (input->given.email && member.status == MEMBER_STATUS_INACTIVE)
		return call_fault(call, "email", "The address of an open invitation cannot be changed: delete the member and "
		                                 "invite again.");
	if (input->given.email)
		member.email = text_lower(call->db.arena, input->email);
	if (input->given.firstname)
		member.firstname = input->firstname;
	if (input->given.lastname)
		member.lastname = input->lastname;
	if (input->given.timezone)
		member.timezone = input->timezone;
	if (input->given.role)
		member.current_role = input->role;
	if (input->given.rate_status)
		member.rate_status = input->rate_status;
	if (input->given.weekly_hours_limit)
		member.weekly_hours_limit = input->weekly_hours_limit;
	if (input->remove_avatar == 1)
		member.avatar = NO_TEXT;
	/* Who does not track time any more has no active contracts. */
	if (!role_tracks_time(member.current_role))
		TRY(sql_pause_member_contracts(&call->db, member.id));
	TRY(sql_update_member(&call->db, &member));
	if (!role_tracks_time(member.current_role))
		return tracker_end(&call->db, member.id, NONE);
	return input->given.weekly_hours_limit ? tracker_limit_changed(&call->db, member.id) : ERROR_NONE;
}

enum error op_deletemember(struct call *call, const struct deletemember_input *input)
{
	struct member_row member;
	int64_t           changed;

	TRY(sql_get_member(&call->db, input->member_id, &member));
	if (member.current_role == ROLE_OWNER)
		return ERROR_OWNER_PROTECTED;
	TRY(tracker_end(&call->db, input->member_id, NONE));
	TRY(sql_archive_member(&call->db, input->member_id, &changed));
	if (!changed)
		return ERROR_NOT_FOUND;
	TRY(sql_pause_member_contracts(&call->db, input->member_id));
	return sql_delete_user_workspace(&call->db, input->member_id);
}

/* A link may set the password of an account that is nobody's yet. One that is in use elsewhere must prove itself: who
 * invites sees the link too, and would else choose the password of somebody else's account. */
static enum error check_unused(struct call *call, int64_t user_id)
{
	int64_t workspaces;

	TRY(sql_count_workspaces_of(&call->db, user_id, &workspaces));
	return workspaces ? ERROR_ACCOUNT_WITHOUT_PASSWORD : ERROR_NONE;
}

static enum error open_invitation(struct call *call, struct text secret, struct invitation_link_row *ret_link,
                                  struct user_row *ret_user)
{
	bool found;

	TRY(sql_find_invitation_link(&call->db, hash_secret(call->db.arena, secret), ret_link, &found));
	if (!found || ret_link->expires_at <= call->db.now)
		return ERROR_INVITATION_INVALID;
	TRY(sql_find_user(&call->db, ret_link->user_id, ret_user, &found));
	return found ? ERROR_NONE : ERROR_INVITATION_INVALID;
}

/* Replaces the password by the hash to store, or to find unchanged. */
enum error prepare_acceptinvitation(struct call *call, struct acceptinvitation_input *input)
{
	struct invitation_link_row link;
	struct user_row            user;

	TRY(open_invitation(call, input->token, &link, &user));
	if (!user.password_hash.data)
		TRY(check_unused(call, user.id));
	if (!user.password_hash.data && text_characters(input->password) < PASSWORD_MIN_CHARACTERS)
		return call_fault(call, "password", "The password must be at least %d characters.", PASSWORD_MIN_CHARACTERS);
	if (!user.password_hash.data)
		return password_hash(call->db.arena, input->password, &input->password);
	if (!password_matches(input->password, user.password_hash))
		return ERROR_WRONG_PASSWORD;
	input->password = user.password_hash;
	return ERROR_NONE;
}

enum error op_acceptinvitation(struct call *call, const struct acceptinvitation_input *input,
                               struct acceptinvitation_output *output)
{
	struct invitation_link_row link;
	struct user_row            user;
	int64_t                    changed;

	TRY(open_invitation(call, input->token, &link, &user));
	call->db.workspace_id = link.workspace_id;
	TRY(sql_accept_invitation(&call->db, link.user_id, hash_secret(call->db.arena, input->token), &changed));
	if (!changed)
		return ERROR_INVITATION_INVALID;
	/* Meanwhile another workspace's invitation may have set the password that this one would overwrite. */
	if (user.password_hash.data && !text_equal(user.password_hash, input->password))
		return ERROR_CONFLICT;
	if (!user.password_hash.data)
		TRY(check_unused(call, user.id));
	if (!user.password_hash.data)
		TRY(sql_set_password(&call->db, user.id, input->password, &changed));
	TRY(sql_insert_user_workspace(&call->db, user.id));
	output->data = (struct accepted_invitation_row){.user_id = user.id, .workspace_id = link.workspace_id};
	return ERROR_NONE;
}
