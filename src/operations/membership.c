/* Invitations, the end of a membership, and its return. */
#include "operations/membership.h"

#include "auth/token.h"
#include "base/calendar.h"
#include "base/log.h"
#include "base/mailbox.h"
#include "base/random.h"
#include "contract.h"
#include "operations/accounts.h"
#include "operations/events.h"
#include "operations/mail.h"
#include "operations/retention.h"
#include "operations/trackers.h"
#include "rules/limits.h"
#include "rules/roles.h"
#include "statements.h"

#define INVITATION_DAYS   14
#define INVITATIONS_A_DAY 10 /* of one address to one workspace */

static enum error member_tell_now(struct db_context *db, const struct later_event *later)
{
	struct db_context view = event_view(db);
	struct event      event = {later->kind, later->object_id, .user_id = later->object_id, .project_id = NONE};
	struct member_row rated, member;

	TRY(sql_get_member(&view, later->object_id, &rated));
	member = rated;
	member.rate = NONE;
	return event_note(db, &event, &member, &rated);
}

enum error member_tell(struct db_context *db, int64_t kind, int64_t user_id)
{
	return event_note_later(db, kind, user_id, member_tell_now, NULL);
}

static enum error make_link(struct call *call, const struct member_row *member, struct text secret, bool is_mailed,
                            struct text *ret_link)
{
	struct arena *arena = call->db.arena;
	struct text   hash = hash_secret(arena, secret);

	TRY(sql_insert_invitation_link(&call->db, hash, member->id, member->invitation_hash, is_mailed,
	                               call->db.now + INVITATION_DAYS * SECONDS_PER_DAY));
	*ret_link = text_format(arena, "%s/accept-invitation/%s", call->settings->public_url.data, secret.data);
	return ret_link->data ? ERROR_NONE : ERROR_NO_MEMORY;
}

/* A mail has a link of its own: who opens it reads what is sent to the address. The other is known to whoever invites.
 * Without a relay somebody has to pass that on: the operator finds it in the log. */
static enum error send_invitation(struct call *call, const struct member_row *member, struct text link)
{
	if (!call->settings->sends_mail) {
		char quoted[300];

		return call_note(call, "invitation", "workspace=%lld email=%s link=%s", (long long)call->db.workspace_id,
		                 log_quote(member->email, quoted, sizeof(quoted)), link.data);
	}
	TRY(make_link(call, member, random_secret(call->db.arena, INVITATION_PREFIX), true, &link));
	return mail_queue(&call->db, member->email, TEXT("Your invitation"),
	                  text_format(call->db.arena,
	                              "You are invited to track time with your team.\n\n"
	                              "Open this link within %d days to accept:\n\n%s\n",
	                              INVITATION_DAYS, link.data));
}

/* An address may come back after it left, or be invited again before it accepted; an active member may not. */
static enum error check_not_active(struct call *call, struct text mailbox)
{
	struct member_row existing;
	bool              found;

	TRY(sql_find_member_by_mailbox(&call->db, mailbox, &existing, &found));
	return found && existing.status != MEMBER_STATUS_INACTIVE ? ERROR_MEMBER_EXISTS : ERROR_NONE;
}

/* A changed address leaves the account behind: the place may be taken though no member has this address. Whoever comes
 * back sees rates if they did before, and perhaps more of them in another role. */
static enum error check_place(struct call *call, int64_t user_id, int64_t role)
{
	struct member_row place;
	bool              found;

	TRY(sql_find_member(&call->db, user_id, &place, &found));
	if (!found)
		return ERROR_NONE;
	if (place.deleted_at == NONE && place.status != MEMBER_STATUS_INACTIVE)
		return ERROR_MEMBER_EXISTS;
	return role == place.current_role ? ERROR_NONE : roles_check_reach(place.rate_status, call->db.sees_rates);
}

/* Each invitation is a mail to somebody who may not want it. */
static enum error check_invitations(struct call *call, int64_t user_id)
{
	int64_t made_within_a_day = call->db.now + (INVITATION_DAYS - 1) * SECONDS_PER_DAY, count;

	TRY(sql_count_invitations(&call->db, user_id, made_within_a_day, &count));
	return count < INVITATIONS_A_DAY ? ERROR_NONE : ERROR_INVITED_TOO_OFTEN;
}

enum error membership_end_work(struct db_context *db, int64_t user_id)
{
	TRY(tracker_end(db, user_id, NONE));
	return sql_pause_member_contracts(db, user_id);
}

enum error membership_invite(struct call *call, const struct invitee *invitee, int64_t *ret_user_id,
                             struct text *ret_link)
{
	struct arena     *arena = call->db.arena;
	struct text       secret = random_secret(arena, INVITATION_PREFIX);
	struct member_row member = {
		.email = invitee->email,
		.mailbox = mailbox_of(arena, invitee->email),
		.firstname = invitee->firstname,
		.lastname = invitee->lastname,
		.current_role = invitee->role,
		.status = MEMBER_STATUS_INACTIVE,
		.rate_type = TEXT("hourly"),
		.rate_status = 0,
		.weekly_hours_limit = NO_WEEKLY_LIMIT,
		.screenshots = SCREENSHOTS_BLURRED,
		.invitation_hash = hash_secret(arena, secret),
	};

	TRY(check_not_active(call, member.mailbox));
	TRY(account_to_invite(&call->db, member.email, &member.id));
	TRY(check_place(call, member.id, member.current_role));
	TRY(check_invitations(call, member.id));
	TRY(sql_insert_member(&call->db, &member));
	TRY(member_tell(&call->db, EVENT_KIND_MEMBER_INVITED, member.id));
	if (role_tracks_time(member.current_role))
		TRY(sql_insert_attendance_of_joined(&call->db, member.id));
	else /* an invitation that is repeated may be one for another role */
		TRY(membership_end_work(&call->db, member.id));
	TRY(make_link(call, &member, secret, false, ret_link));
	TRY(retention_note(&call->db));
	*ret_user_id = member.id;
	return send_invitation(call, &member, *ret_link);
}

enum error membership_end(struct call *call, int64_t user_id)
{
	int64_t changed;

	TRY(sql_archive_member(&call->db, user_id, &changed));
	if (!changed)
		return ERROR_NOT_FOUND;
	TRY(member_tell(&call->db, EVENT_KIND_MEMBER_ARCHIVED, user_id));
	TRY(member_tell(&call->db, EVENT_KIND_MEMBER_DELETED, user_id));
	TRY(membership_end_work(&call->db, user_id));
	return sql_delete_user_workspace(&call->db, user_id);
}

enum error membership_restore(struct call *call, int64_t user_id)
{
	struct member_row member;
	int64_t           changed;

	TRY(sql_restore_member(&call->db, user_id, &changed));
	if (!changed)
		return ERROR_NOT_FOUND;
	TRY(member_tell(&call->db, EVENT_KIND_MEMBER_ACTIVATED, user_id));
	TRY(sql_get_member(&call->db, user_id, &member));
	if (member.status != MEMBER_STATUS_ACTIVE || member.is_blocked)
		return ERROR_NONE;
	return sql_insert_user_workspace(&call->db, user_id);
}
