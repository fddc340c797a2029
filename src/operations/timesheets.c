/* Timesheets (contract 3.7): what stands on them, what is done with them, and who has which pay period. */
#include "operations/timesheets.h"

#include "base/calendar.h"
#include "base/zone.h"
#include "contract.h"
#include "operations/activity.h"
#include "operations/settings.h"
#include "operations/sheet_lines.h"
#include "operations/sheet_mails.h"
#include "operations/sheets.h"
#include "operations/slots.h"
#include "operations/trackers.h"
#include "operations/transitions.h"

#define CHOSEN_DAYS_MAX 366

/* --- reading ----------------------------------------------------------------------------------------------------- */

enum error op_get_timesheets(struct call *call, const struct get_timesheets_input *input,
                             struct get_timesheets_output *output)
{
	TRY(sql_list_timesheets(&call->db, input->order_by, input->id, input->status, input->date_from, input->date_to,
	                        input->user_id, &call->page, &output->data));
	return sheet_lines_fill(&call->db, output->data.items, output->data.count);
}

/* --- doing ------------------------------------------------------------------------------------------------------- */

/* What a tracker has run in the period is on the sheet before it closes; the tracker goes on. */
static enum error sheet_save_running(struct db_context *db, const struct timeline *timeline,
                                     const struct timesheet_row *sheet)
{
	struct running_tracker_row tracker;
	bool                       found;

	TRY(tracker_find(db, sheet->user_id, &tracker, &found));
	if (!found || tracker.start_at >= zone_day_start(timeline->zone, sheet->date_to + 1))
		return ERROR_NONE;
	return tracker_save(db, sheet->user_id);
}

/* Slots that came while it was closed count when it is open again. */
static enum error sheet_settle(const struct timeline *timeline, const struct timesheet_row *sheet, int64_t status)
{
	struct sheet before = {.status = sheet->status}, after = {.status = status};
	struct span  span = {zone_day_start(timeline->zone, sheet->date_from),
	                     zone_day_start(timeline->zone, sheet->date_to + 1)};

	if (!sheet_is_closed(&before) || sheet_is_closed(&after))
		return ERROR_NONE;
	TRY(slots_derive(timeline, span));
	return tracker_reconsider(timeline);
}

/* Where nobody wants to decide. */
static enum error sheet_approve_at_once(struct call *call, const struct timeline *timeline,
                                        const struct timesheet_row *sheet)
{
	struct workspace_settings_row settings;
	struct timesheet_row          submitted = *sheet;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	if (!settings.auto_approve_timesheets)
		return ERROR_NONE;
	submitted.status = OBJECT_STATUS_SUBMITTED;
	return sheet_act(call, timeline, &submitted,
	                 &(struct sheet_action){.action = OBJECT_ACTION_APPROVE, .who = BY_SERVER});
}

enum error sheet_act(struct call *call, const struct timeline *timeline, const struct timesheet_row *sheet,
                     const struct sheet_action *action)
{
	struct transition_request request = {
		.kind = OBJECT_KIND_TIMESHEET,
		.id = sheet->id,
		.from = sheet->status,
		.action = action->action,
		.who = action->who,
		.update = sql_set_timesheet_status,
		.tell = sheet_tell,
		.reason = action->reason,
		.values = action->values,
		.value_count = action->value_count,
	};
	int64_t status;

	if (action->action == OBJECT_ACTION_SUBMIT)
		TRY(sheet_save_running(&call->db, timeline, sheet));
	TRY(transition_apply(call, &request, &status));
	if (status == OBJECT_STATUS_APPROVED)
		TRY(sheet_lines_freeze(&call->db, sheet));
	if (sheet->status == OBJECT_STATUS_APPROVED)
		TRY(sql_delete_timesheet_lines(&call->db, sheet->id));
	TRY(sheet_settle(timeline, sheet, status));
	TRY(sheet_mail_decision(call, sheet, action));
	return status == OBJECT_STATUS_SUBMITTED ? sheet_approve_at_once(call, timeline, sheet) : ERROR_NONE;
}

static enum error sheet_do(struct call *call, int64_t id, int64_t action, struct text reason)
{
	struct workspace_settings_row settings;
	struct timesheet_row          sheet;
	struct timeline               timeline;

	TRY(sql_get_timesheet(&call->db, id, &sheet));
	TRY(timeline_open(&call->db, sheet.user_id, &timeline)); /* nobody adds time meanwhile */
	TRY(sql_get_timesheet(&call->db, id, &sheet));
	TRY(sql_get_workspace_settings(&call->db, &settings));
	return sheet_act(call, &timeline, &sheet,
	                 &(struct sheet_action){
						 .action = action,
						 .who = transition_who(call, sheet.user_id, settings.timesheet_approvers),
						 .reason = reason,
					 });
}

enum error op_submit_timesheet(struct call *call, const struct submit_timesheet_input *input)
{
	return sheet_do(call, input->timesheet_id, OBJECT_ACTION_SUBMIT, NO_TEXT);
}

enum error op_unsubmit_timesheet(struct call *call, const struct unsubmit_timesheet_input *input)
{
	return sheet_do(call, input->timesheet_id, OBJECT_ACTION_UNSUBMIT, NO_TEXT);
}

enum error op_approve_timesheet(struct call *call, const struct approve_timesheet_input *input)
{
	return sheet_do(call, input->timesheet_id, OBJECT_ACTION_APPROVE, NO_TEXT);
}

enum error op_reject_timesheet(struct call *call, const struct reject_timesheet_input *input)
{
	return sheet_do(call, input->timesheet_id, OBJECT_ACTION_REJECT, input->reason);
}

enum error op_reopen_timesheet(struct call *call, const struct reopen_timesheet_input *input)
{
	return sheet_do(call, input->timesheet_id, OBJECT_ACTION_REOPEN, input->reason);
}

/* What the history says of another range. */
static struct text days_text(struct arena *arena, struct day_range days)
{
	char first[DATE_SIZE], last[DATE_SIZE];

	calendar_format_date(days.first, first);
	calendar_format_date(days.last, last);
	return text_format(arena, "%s to %s", first, last);
}

static enum error sheet_submit_days(struct call *call, int64_t user_id, struct day_range days,
                                    struct timesheet_row *ret)
{
	struct transition_value_row value = {.name = TEXT("days")};
	struct timeline             timeline;
	struct day_range            before;
	struct sheet                sheet;

	TRY(timeline_open(&call->db, user_id, &timeline));
	TRY(sheet_choose(call, user_id, days, &sheet, &before));
	value.before = days_text(call->db.arena, before);
	value.after = days_text(call->db.arena, days);
	TRY(sql_get_timesheet(&call->db, sheet.id, ret));
	return sheet_act(call, &timeline, ret,
	                 &(struct sheet_action){
						 .action = OBJECT_ACTION_SUBMIT,
						 .who = transition_who(call, user_id, 0),
						 .values = &value,
						 .value_count = before.first != days.first || before.last != days.last,
					 });
}

enum error op_create_timesheet(struct call *call, const struct create_timesheet_input *input,
                               struct create_timesheet_output *output)
{
	struct day_range days = {input->date_from, input->date_to};
	int64_t          user_id;

	TRY(activity_whose(call, input->user_id, &user_id));
	if (days.last - days.first >= CHOSEN_DAYS_MAX)
		return call_fault(call, "date_to", "A timesheet has %d days at most.", CHOSEN_DAYS_MAX);
	TRY(sheet_submit_days(call, user_id, days, &output->data));
	TRY(sql_get_timesheet(&call->db, output->data.id, &output->data));
	return sheet_lines_fill(&call->db, &output->data, 1);
}

/* --- assignments ------------------------------------------------------------------------------------------------- */

enum error op_get_timesheet_assignments(struct call *call, const struct get_timesheet_assignments_input *input,
                                        struct get_timesheet_assignments_output *output)
{
	return sql_list_timesheet_assignments(&call->db, input->user_id, &call->page, &output->data);
}

static enum error assign_member(struct call *call, int64_t user_id, int64_t first_day)
{
	struct timeline timeline;
	enum error      error = timeline_open(&call->db, user_id, &timeline);

	if (error == ERROR_NOT_FOUND)
		return call_missing(call, "The member was not found.");
	return error ? error : sheets_of_member(&call->db, user_id, first_day);
}

/* Whoever adds time meanwhile has the member's timeline, and so has whoever makes sheets of it: the assignment is
 * written first, so that none of both misses the other. */
enum error op_assign_timesheets(struct call *call, const struct assign_timesheets_input *input,
                                struct assign_timesheets_output *output)
{
	int64_t                      user_id = input->user_id == NONE ? EVERYBODY : input->user_id;
	int64_t                      first_day = input->date_from;
	struct member_with_time_rows members;

	if (first_day == NONE)
		TRY(settings_today(&call->db, &first_day));
	TRY(sql_set_timesheet_assignment(&call->db, user_id, first_day, input->period));
	output->data = (struct timesheet_assignment_row){input->user_id, input->period, first_day, call->db.now};
	if (user_id != EVERYBODY)
		return assign_member(call, user_id, first_day);
	TRY(sql_list_members_with_time(&call->db, first_day, &members));
	for (size_t i = 0; i < members.count; i++)
		TRY(assign_member(call, members.items[i].user_id, first_day));
	return ERROR_NONE;
}
