/* What mails about timesheets say. Only dates and numbers are in their subjects: names and reasons are other people's
 * words. */
#include "operations/sheet_mails.h"

#include "base/calendar.h"
#include "contract.h"
#include "operations/mail.h"

static enum error sheet_mail_to(struct call *call, int64_t user_id, struct text subject, struct text body)
{
	struct workspace_settings_row settings;
	struct member_row             member;
	bool                          found;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	if (!settings.timesheet_mails || !call->settings->sends_mail)
		return ERROR_NONE;
	TRY(sql_find_member(&call->db, user_id, &member, &found));
	if (!found || member.deleted_at != NONE || member.is_blocked || member.status != MEMBER_STATUS_ACTIVE)
		return ERROR_NONE;
	return subject.data && body.data ? mail_queue(&call->db, member.email, subject, body) : ERROR_NO_MEMORY;
}

enum error sheet_mail_waiting(struct call *call, int64_t user_id, int64_t count)
{
	struct text subject =
		count == 1 ? TEXT("1 more timesheet waits for your decision") :
					 text_format(call->db.arena, "%lld more timesheets wait for your decision", (long long)count);

	return sheet_mail_to(call, user_id, subject, TEXT("Look at what was submitted, and approve or reject it.\n"));
}

/* "Your timesheet of … to … " and what is to be said. */
static enum error sheet_mail(struct call *call, const struct timesheet_row *sheet, const char *what, struct text body)
{
	char first[DATE_SIZE], last[DATE_SIZE];

	calendar_format_date(sheet->date_from, first);
	calendar_format_date(sheet->date_to, last);
	return sheet_mail_to(call, sheet->user_id,
	                     text_format(call->db.arena, "Your timesheet of %s to %s %s", first, last, what), body);
}

enum error sheet_mail_reminder(struct call *call, const struct timesheet_row *sheet)
{
	return sheet_mail(call, sheet, "is not submitted yet",
	                  TEXT("Its period has ended. Look whether all your time is on it, and submit it.\n"));
}

static const struct decision_mail {
	int64_t     action;
	const char *what, *next;
} decision_mails[] = {
	{OBJECT_ACTION_APPROVE, "was approved", ""},
	{OBJECT_ACTION_REJECT, "was rejected", "\nCorrect it, and submit it again.\n"},
	{OBJECT_ACTION_REOPEN, "was reopened", "\nIt is no longer approved. Submit it again when it is right.\n"},
};

enum error sheet_mail_decision(struct call *call, const struct timesheet_row *sheet, const struct sheet_action *action)
{
	const struct decision_mail *mail = NULL;
	struct member_row           decider;
	bool                        found;

	for (size_t i = 0; i < sizeof(decision_mails) / sizeof(decision_mails[0]); i++)
		if (decision_mails[i].action == action->action)
			mail = &decision_mails[i];
	if (!mail || action->who == BY_SERVER || call->db.caller_id == sheet->user_id)
		return ERROR_NONE;
	TRY(sql_find_member(&call->db, call->db.caller_id, &decider, &found));
	if (!found)
		return ERROR_NONE;
	return sheet_mail(call, sheet, mail->what,
	                  text_format(call->db.arena, "It %s by %s %s.\n%s%s%s%s", mail->what, decider.firstname.data,
	                              decider.lastname.data, action->reason.data ? "\n" : "",
	                              action->reason.data ? action->reason.data : "", action->reason.data ? "\n" : "",
	                              mail->next));
}
