/* Writing events down, and reading them in order. */
#include "operations/events.h"

#include "base/clock.h"
#include "db/ids.h"
#include "operations/due_work.h"
#include "operations/event_data.h"

#define QUEUE_BYTES_MAX (32u * 1024 * 1024)
#ifndef WITHOUT_EVENTS
#define WITHOUT_EVENTS 0 /* 1: none is noted; only to measure what they cost (script/bench) */
#endif
#define LOOKED_AT_MAX 1000 /* positions in a call: a caller who sees few of them makes others wait no longer */

struct db_context event_view(const struct db_context *db)
{
	struct db_context view = *db;

	view.caller_role = ROLE_OWNER;
	view.sees_rates = true;
	return view;
}

/* SQLite has one writer, whose transactions follow each other: an event is numbered at once. */
static enum error insert_numbered(struct db_context *db, struct new_event_row *row)
{
	int64_t last = db_recall_number(db->connection, db->workspace_id);

	if (last == NONE)
		TRY(sql_last_event_position(db, &last));
	row->position = last + 1;
	TRY(sql_insert_event(db, row));
	/* Not before it is taken: who fails and has written nothing is not undone, and others go on in the transaction. */
	db_keep_number(db->connection, db->workspace_id, row->position);
	return ERROR_NONE;
}

/* The caller's name, which admission has mostly read. */
static enum error find_actor_name(struct db_context *db, struct text *ret)
{
	const struct caller_name *known = &db->caller_name;
	struct actor_name_row     row = {NO_TEXT};
	bool                      found;

	if (known->text.data && known->workspace_id == db->workspace_id && known->user_id == db->caller_id)
		row.name = known->text;
	else if (db->caller_id)
		TRY(sql_find_actor_name(db, &row, &found));
	*ret = row.name;
	return ERROR_NONE;
}

enum error event_note(struct db_context *db, const struct event *event, const void *data, const void *rated)
{
	struct new_event_row row = {
		.kind = event->kind,
		.actor_id = db->caller_id ? db->caller_id : NONE,
		.object_id = event->object_id,
		.user_id = event->user_id,
		.project_id = event->project_id,
	};

	if (WITHOUT_EVENTS)
		return ERROR_NONE;
	TRY(find_actor_name(db, &row.actor_name));
	TRY(ids_next(db->ids, SEQUENCE_EVENTS, &row.id));
	TRY(event_data_write(db, event_shape_of(event->kind), data, rated, &row));
	db_wake_after_commit(db->connection, WAKE_NOTED);
	if (db_is_single_writer(db->connection))
		return insert_numbered(db, &row);
	/* A number that writers took by themselves would make all of a workspace wait for each other: jobs/sequencer gives
	 * it later. */
	row.noted_at = clock_real_microseconds();
	return sql_insert_noted_event(db, &row);
}

enum error event_note_later(struct db_context *db, int64_t kind, int64_t object_id, event_teller *tell, void *data)
{
	struct later_event *later = arena_new(db->later ? &db->later->arena : db->arena, struct later_event);

	if (!later)
		return ERROR_NO_MEMORY;
	*later = (struct later_event){.kind = kind, .object_id = object_id, .data = data, .tell = tell};
	if (!db->later)
		return tell(db, later);
	if (!db->later->first)
		db->later->end = &db->later->first;
	*db->later->end = later;
	db->later->end = &later->next;
	return ERROR_NONE;
}

struct later_event *event_find_later(const struct db_context *db, int64_t object_id, event_teller *tell)
{
	struct later_event *found = db->later ? db->later->first : NULL;

	while (found && (found->object_id != object_id || found->tell != tell))
		found = found->next;
	return found;
}

void events_begin(struct db_context *db, struct event_queue *queue)
{
	*queue = (struct event_queue){0};
	arena_init(&queue->arena, QUEUE_BYTES_MAX);
	db->later = queue;
}

enum error events_end(struct db_context *db, enum error error)
{
	for (struct later_event *later = db->later->first; later && !error; later = later->next)
		if (later->tell)
			error = later->tell(db, later);
	arena_destroy(&db->later->arena);
	db->later = NULL;
	return error;
}

/* --- numbering --------------------------------------------------------------------------------------------------- */

enum error events_number(struct db_context *db, size_t most, size_t *ret_count)
{
	struct noted_event_rows noted;
	int64_t                *ids;

	TRY(sql_list_noted_events(db, (int64_t)most, &noted));
	*ret_count = noted.count;
	if (!noted.count)
		return ERROR_NONE;
	ids = arena_alloc_array(db->arena, noted.count, sizeof(*ids));
	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < noted.count; i++)
		ids[i] = noted.items[i].id;
	struct integer_list these = {ids, noted.count};
	int64_t             first = noted.items[0].noted_at, last = noted.items[noted.count - 1].noted_at;
	TRY(sql_number_events(db, first, last, these));
	TRY(sql_forget_noted_events(db, first, last, these));
	db_wake_after_commit(db->connection, WAKE_NUMBERED);
	return ERROR_NONE;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static enum error events_complete(struct db_context *db, struct event_rows *events)
{
	struct event_actor_row *actors = arena_alloc_array(db->arena, events->count + 1, sizeof(*actors));

	if (!actors)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < events->count; i++) {
		struct event_row *event = &events->items[i];

		actors[i] = (struct event_actor_row){event->actor_id, event->actor_name};
		event->actor = &actors[i];
		TRY(event_data_read(db, event));
	}
	return ERROR_NONE;
}

enum error events_at(struct db_context *db, struct integer_list places, struct event_rows *ret)
{
	TRY(sql_list_events_at(db, places, ret));
	return events_complete(db, ret);
}

enum error events_after(struct db_context *db, int64_t after, int64_t most, struct events_found *ret)
{
	struct event_ends_row ends;
	struct event_rows     rows;
	int64_t               up_to;

	TRY(sql_find_event_ends(db, &ends));
	if (after && after < ends.oldest - 1)
		return ERROR_CURSOR_TOO_OLD;
	if (after >= ends.newest) {
		*ret = (struct events_found){.position = after, .newest = ends.newest};
		return ERROR_NONE;
	}
	up_to = after > ends.oldest - 1 ? after : ends.oldest - 1;
	up_to = ends.newest - up_to > LOOKED_AT_MAX ? up_to + LOOKED_AT_MAX : ends.newest;
	TRY(sql_list_events_after(db, after, up_to, most, &rows));
	TRY(events_complete(db, &rows));
	*ret = (struct events_found){
		.items = rows.items,
		.count = rows.count,
		.position = (int64_t)rows.count == most ? rows.items[rows.count - 1].position : up_to,
		.newest = ends.newest,
	};
	return ERROR_NONE;
}

enum error op_get_events(struct call *call, const struct get_events_input *input, struct get_events_output *output)
{
	struct events_found found;

	TRY(events_after(&call->db, input->after, call->is_live ? 1 : input->limit, &found));
	if (input->after > found.newest)
		return call_fault(call, "after", "There is no event yet at this position.");
	call->live_after = input->given.after ? input->after : found.newest;
	output->data = (struct event_rows){found.items, found.count};
	output->beside = (struct event_positions_row){found.position, found.newest};
	return ERROR_NONE;
}
