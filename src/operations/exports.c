/* Exports: all of a workspace, piece by piece, so that memory does not grow with it. */
#include "base/calendar.h"
#include "contract.h"
#include "operations/entry_times.h"

#define PIECE 25 /* rows that are held at once: with the longest notes they fit in the memory of a request */

/* Where one piece ended. */
struct reached {
	int64_t day, start;
};

static enum error export_piece(struct call *call, const struct timeline *timeline,
                               const struct export_time_entries_input *input, struct reached *reached,
                               size_t *ret_count)
{
	struct time_entry_rows rows;
	int64_t                last = input->end_date == NONE ? DAY_MAX : input->end_date;

	/* The lower bound moves with what is reached, so that no engine reads again what is behind it. */
	TRY(sql_list_exported_entries(&call->db, timeline->owner.user_id, reached->day, last, reached->day, reached->start,
	                              PIECE, &rows));
	for (size_t i = 0; i < rows.count; i++) {
		struct time_entry_row *row = &rows.items[i];

		row->start_local = entry_times_local(timeline, row->start_time);
		row->end_local = entry_times_local(timeline, row->end_time);
		TRY(put_export_time_entries(call, row));
		*reached = (struct reached){row->date, row->start_time};
	}
	*ret_count = rows.count;
	return ERROR_NONE;
}

static enum error export_member(struct call *call, const struct export_time_entries_input *input, int64_t user_id)
{
	struct arena_mark mark, piece;
	struct timeline   timeline;
	struct reached    reached = {input->start_date == NONE ? DAY_MIN : input->start_date, INT64_MIN + 1};
	size_t            count;

	TRY(db_mark(&call->db, &mark));
	TRY(timeline_view(&call->db, user_id, &timeline));
	TRY(db_mark(&call->db, &piece));
	do {
		TRY(export_piece(call, &timeline, input, &reached, &count));
		arena_rewind(call->db.arena, piece);
	} while (count == PIECE);
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
		TRY(sql_list_exported_members(&call->db, after_id, PIECE, &members));
		for (size_t i = 0; i < members.count; i++)
			TRY(export_member(call, input, members.items[i].user_id));
		after_id = members.count ? members.items[members.count - 1].user_id : 0;
		arena_rewind(call->db.arena, mark);
	} while (members.count == PIECE);
	return ERROR_NONE;
}
