/* Settings of a workspace (DESIGN.md 5). */
#include "operations/settings.h"

#include "base/calendar.h"
#include "base/zone.h"
#include "contract.h"
#include "operations/due_work.h"
#include "operations/leaves.h"
#include "operations/sheet_deadlines.h"
#include "statements.h"

enum error settings_today(struct db_context *db, int64_t *ret_day)
{
	struct workspace_settings_row settings;
	const struct zone            *zone;

	TRY(sql_get_workspace_settings(db, &settings));
	zone = zone_find(settings.timezone);
	if (!zone)
		return ERROR_INTERNAL; /* a stored zone that the machine's database has lost */
	*ret_day = zone_day(zone, db->now);
	return ERROR_NONE;
}

enum error op_get_settings(struct call *call, const struct get_settings_input *input,
                           struct get_settings_output *output)
{
	(void)input;
	return sql_get_workspace_settings(&call->db, &output->data);
}

/* An instant is no clock time here. */
static enum error check_working_day(struct call *call, const struct workspace_settings_row *settings)
{
	if (settings->working_day_start >= MINUTES_PER_DAY)
		return call_fault(call, "working_day_start", "The working_day_start must be a time as HH:mm, before 24:00.");
	if (settings->working_day_start + settings->working_minutes_per_day > MINUTES_PER_DAY)
		return call_fault(call, "working_minutes_per_day", "A working day must end on the day on which it begins.");
	if (settings->working_day_end >= MINUTES_PER_DAY)
		return call_fault(call, "working_day_end", "The working_day_end must be a time as HH:mm, before 24:00.");
	if (settings->working_day_end != NONE &&
	    settings->working_day_end < settings->working_day_start + settings->working_minutes_per_day)
		return call_fault(call, "working_day_end", "A working day must not end before its minutes are over.");
	return ERROR_NONE;
}

enum error op_update_settings(struct call *call, const struct update_settings_input *input,
                              struct update_settings_output *output)
{
	struct workspace_settings_row settings;
	int64_t                       quarters;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	merge_update_settings(&settings, input);
	TRY(check_working_day(call, &settings));
	if (settings.leave_duration != NONE)
		TRY(leave_amount_read(call, "leave_duration", settings.leave_duration, LEAVE_TIME_UNIT_DAYS, &quarters));
	TRY(sql_update_workspace_settings(&call->db, &settings));
	if (input->given.timesheet_auto_submit_days || input->given.timesheet_mails)
		TRY(due_work_note(&call->db, TIMESHEETS_KIND, call->db.now));
	return sql_get_workspace_settings(&call->db, &output->data);
}
