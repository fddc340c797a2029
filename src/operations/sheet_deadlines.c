/* Timesheets of which the member is reminded, that are submitted by the server, and of which those who decide are told.
 */
#include "operations/sheet_deadlines.h"

#include "base/zone.h"
#include "contract.h"
#include "operations/sheet_mails.h"

#define REMINDER_DAYS 3 /* a period that ended earlier is past reminding: nobody wants a mail for each of last year */

/* What is due. */
enum { TO_SUBMIT, TO_REMIND, TO_TELL };

/* --- looking ----------------------------------------------------------------------------------------------------- */

static bool is_wanted(const struct workspace_settings_row *settings, int64_t what)
{
	return what == TO_SUBMIT ? settings->timesheet_auto_submit_days != NONE : settings->timesheet_mails;
}

static bool has_deadlines(const struct workspace_settings_row *settings)
{
	return is_wanted(settings, TO_SUBMIT) || is_wanted(settings, TO_REMIND);
}

static void deadlines_are(struct due_sheet_rows *due, int64_t what)
{
	for (size_t i = 0; i < due->count; i++)
		due->items[i].what = what;
}

/* The sheets of which the period, and the day since which they are pending, ended so many days ago; or those whose
 * members are reminded; or who is told. */
static enum error deadlines_of_zone(struct db_context *db, const struct workspace_settings_row *settings,
                                    struct text timezone, int64_t what, int64_t most, struct due_sheet_rows *ret)
{
	const struct zone *zone = zone_find(timezone);
	int64_t            today, day;

	if (!zone)
		return ERROR_NONE; /* the machine's database has lost it: others need not wait until it is back */
	today = zone_day(zone, db->now);
	if (what == TO_SUBMIT) {
		day = today - settings->timesheet_auto_submit_days;
		return sql_list_sheets_to_submit(db, timezone, day, zone_day_start(zone, day), most, ret);
	}
	if (what == TO_REMIND)
		return sql_list_sheets_to_remind(db, timezone, today - REMINDER_DAYS, today, most, ret);
	return sql_list_deciders_to_tell(db, timezone, zone_day_start(zone, today - REMINDER_DAYS),
	                                 zone_day_start(zone, today), most, ret);
}

enum error sheet_deadlines_find(struct db_context *db, int64_t most, struct due_sheet_rows *ret)
{
	struct workspace_settings_row settings;
	struct member_zone_rows       zones = {0};
	struct due_sheet_rows         due = {0};

	TRY(sql_get_workspace_settings(db, &settings));
	if (has_deadlines(&settings))
		TRY(sql_list_member_zones(db, &zones));
	/* All that is submitted before anybody is told of it, in every zone: several have the same midnight. */
	for (int64_t what = TO_SUBMIT; what <= TO_TELL && !due.count; what++)
		for (size_t i = 0; i < zones.count && !due.count && is_wanted(&settings, what); i++) {
			TRY(deadlines_of_zone(db, &settings, zones.items[i].timezone, what, most, &due));
			deadlines_are(&due, what);
		}
	*ret = due;
	return ERROR_NONE;
}

static enum error next_midnight(struct db_context *db, int64_t *ret)
{
	struct member_zone_rows zones;
	int64_t                 next = INT64_MAX;

	TRY(sql_list_member_zones(db, &zones));
	for (size_t i = 0; i < zones.count; i++) {
		const struct zone *zone = zone_find(zones.items[i].timezone);
		int64_t            midnight;

		if (!zone)
			continue;
		midnight = zone_day_start(zone, zone_day(zone, db->now) + 1);
		next = midnight < next ? midnight : next;
	}
	*ret = next;
	return ERROR_NONE;
}

enum error sheet_deadlines_next(struct db_context *db, int64_t otherwise, int64_t *ret)
{
	struct workspace_settings_row settings;
	struct due_sheet_rows         left;

	TRY(sql_get_workspace_settings(db, &settings));
	if (!has_deadlines(&settings)) {
		*ret = otherwise;
		return ERROR_NONE;
	}
	TRY(sheet_deadlines_find(db, 1, &left));
	if (!left.count)
		return next_midnight(db, ret);
	*ret = db->now;
	return ERROR_NONE;
}

/* --- doing ------------------------------------------------------------------------------------------------------- */

/* Once, on whatever number of nodes. */
static enum error sheet_remind(struct call *call, int64_t id)
{
	struct timesheet_row sheet;
	int64_t              changed;

	TRY(sql_set_sheet_reminded(&call->db, id, &changed));
	if (!changed)
		return ERROR_NONE;
	TRY(sql_get_timesheet(&call->db, id, &sheet));
	return sheet_mail_reminder(call, &sheet);
}

/* Of all that waits for them since they were told, in one mail: on the night on which the server submits, that is much.
 */
static enum error sheet_tell_decider(struct call *call, const struct due_sheet_row *due)
{
	struct call       as = *call;
	struct member_row decider;
	int64_t           changed, count;
	bool              found;

	TRY(sql_set_decider_told(&call->db, due->user_id, due->updated_at, &changed));
	TRY(sql_find_member(&call->db, due->user_id, &decider, &found));
	if (!changed || !found)
		return ERROR_NONE;
	as.db.caller_id = decider.id;
	as.db.caller_role = decider.current_role;
	TRY(sql_waiting_sheets_count(&as.db, due->updated_at, &count));
	return count ? sheet_mail_waiting(call, decider.id, count) : ERROR_NONE;
}

enum error sheet_deadline_meet(struct call *call, const struct due_sheet_row *due)
{
	struct timeline      timeline;
	struct timesheet_row sheet;

	if (due->what == TO_REMIND)
		return sheet_remind(call, due->id);
	if (due->what == TO_TELL)
		return sheet_tell_decider(call, due);
	TRY(timeline_open(&call->db, due->user_id, &timeline));
	TRY(sql_get_timesheet(&call->db, due->id, &sheet));
	if (sheet.status != OBJECT_STATUS_PENDING || sheet.updated_at != due->updated_at)
		return ERROR_NONE;
	return sheet_act(call, &timeline, &sheet, &(struct sheet_action){.action = OBJECT_ACTION_SUBMIT, .who = BY_SERVER});
}
