/* Exports: all of a workspace, or what has changed of it, row by row, so that memory does not grow with it. */
#include "base/calendar.h"
#include "base/seal.h"
#include "contract.h"
#include "operations/entry_changes.h"
#include "operations/entry_times.h"

#define MEMBERS_AT_ONCE 25

struct exported_member {
	struct call    *call;
	struct timeline timeline;
};

static enum error export_entry(void *data, const struct exported_entry_row *found)
{
	const struct exported_member *member = data;
	struct exported_entry_row     row = *found;

	row.start_local = row.end_local = NONE;
	if (row.deleted_at == NONE) {
		row.start_local = entry_times_local(&member->timeline, row.start_time);
		row.end_local = entry_times_local(&member->timeline, row.end_time);
	}
	return put_export_time_entries(member->call, &row);
}

static enum error export_days(struct call *call, int64_t user_id, int64_t first_day, int64_t last_day)
{
	struct exported_member member = {.call = call};
	struct arena_mark      mark;

	TRY(db_mark(&call->db, &mark));
	TRY(timeline_view(&call->db, user_id, &member.timeline));
	TRY(sql_list_exported_entries(&call->db, user_id, first_day, last_day, export_entry, &member));
	arena_rewind(call->db.arena, mark);
	return ERROR_NONE;
}

static enum error export_changes(struct call *call, const struct changed_member_row *changed, int64_t after)
{
	struct exported_member member = {.call = call};
	struct arena_mark      mark;

	TRY(db_mark(&call->db, &mark));
	TRY(timeline_view(&call->db, changed->user_id, &member.timeline));
	TRY(sql_list_changed_entries(&call->db, changed->user_id, after, changed->is_whole, export_entry, &member));
	arena_rewind(call->db.arena, mark);
	return changed->is_whole ? export_days(call, changed->user_id, DAY_MIN, DAY_MAX) : ERROR_NONE;
}

static enum error export_everything(struct call *call, int64_t first_day, int64_t last_day)
{
	struct exported_member_rows members;
	struct arena_mark           mark;
	int64_t                     after_id = 0;

	TRY(db_mark(&call->db, &mark));
	do {
		TRY(sql_list_exported_members(&call->db, after_id, MEMBERS_AT_ONCE, &members));
		for (size_t i = 0; i < members.count; i++)
			TRY(export_days(call, members.items[i].user_id, first_day, last_day));
		after_id = members.count ? members.items[members.count - 1].user_id : 0;
		arena_rewind(call->db.arena, mark);
	} while (members.count == MEMBERS_AT_ONCE);
	return ERROR_NONE;
}

static enum error export_what_changed(struct call *call, int64_t after)
{
	struct changed_member_rows members;
	struct arena_mark          mark;
	int64_t                    after_id = 0;

	TRY(db_mark(&call->db, &mark));
	do {
		TRY(sql_list_changed_members(&call->db, after, after_id, MEMBERS_AT_ONCE, &members));
		for (size_t i = 0; i < members.count; i++)
			TRY(export_changes(call, &members.items[i], after));
		after_id = members.count ? members.items[members.count - 1].user_id : 0;
		arena_rewind(call->db.arena, mark);
	} while (members.count == MEMBERS_AT_ONCE);
	return ERROR_NONE;
}

/* Before the snapshot is taken: what it then has is what the position says. */
enum error prepare_export_time_entries(struct call *call, struct export_time_entries_input *input)
{
	struct export_position_row newest;

	if (input->since != NONE && (input->start_date != NONE || input->end_date != NONE))
		return call_fault(call, "since", "What leaves a range of days would be missed: ask for since without dates.");
	return entry_changes_number(&call->db, &newest);
}

static enum error tell_position(struct call *call)
{
	struct export_position_row newest;
	bool                       found;
	char                       sealed[SEALED_ID_SIZE];

	TRY(sql_newest_export_position(&call->db, &newest, &found));
	if (!found)
		return ERROR_INTERNAL; /* it was made a moment ago */
	seal_id(POSITION_SEALED, position_id(&newest), sealed);
	call->next_since = text_copy(call->db.arena, text_of(sealed));
	return call->next_since.data ? ERROR_NONE : ERROR_NO_MEMORY;
}

enum error op_export_time_entries(struct call *call, const struct export_time_entries_input *input)
{
	struct export_position_row since;
	bool                       found;

	TRY(tell_position(call));
	if (input->since == NONE)
		return export_everything(call, input->start_date == NONE ? DAY_MIN : input->start_date,
		                         input->end_date == NONE ? DAY_MAX : input->end_date);
	TRY(position_find(&call->db, input->since, &since, &found));
	return found ? export_what_changed(call, since.position) : ERROR_CURSOR_TOO_OLD;
}
