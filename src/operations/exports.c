/* Exports: all of a workspace, row by row, so that memory does not grow with it. */
#include "base/calendar.h"
#include "contract.h"
#include "operations/entry_times.h"

#define MEMBERS_AT_ONCE 25

struct exported_member {
	struct call    *call;
	struct timeline timeline;
};

static enum error export_entry(void *data, const struct time_entry_row *found)
{
	const struct exported_member *member = data;
	struct time_entry_row         row = *found;

	row.start_local = entry_times_local(&member->timeline, row.start_time);
	row.end_local = entry_times_local(&member->timeline, row.end_time);
	return put_export_time_entries(member->call, &row);
}

static enum error export_member(struct call *call, const struct export_time_entries_input *input, int64_t user_id)
{
	struct exported_member member = {.call = call};
	struct arena_mark      mark;

	TRY(db_mark(&call->db, &mark));
	TRY(timeline_view(&call->db, user_id, &member.timeline));
	TRY(sql_list_exported_entries(&call->db, user_id, input->start_date == NONE ? DAY_MIN : input->start_date,
	                              input->end_date == NONE ? DAY_MAX : input->end_date, export_entry, &member));
	arena_rewind(call->db.arena, mark);
	return ERROR_NONE;
}

enum error op_export_time_entries(struct call *call, const struct export_time_entries_input *input)
{
	struct exported_member_rows members;
	struct arena_mark           mark;
	int64_t                     after_id = 0;

	TRY(db_mark(&call->db, &mark));
	do {
		TRY(sql_list_exported_members(&call->db, after_id, MEMBERS_AT_ONCE, &members));
		for (size_t i = 0; i < members.count; i++)
			TRY(export_member(call, input, members.items[i].user_id));
		after_id = members.count ? members.items[members.count - 1].user_id : 0;
		arena_rewind(call->db.arena, mark);
	} while (members.count == MEMBERS_AT_ONCE);
	return ERROR_NONE;
}
