/* Writing events down, and reading them in order. */
#include "operations/events.h"

#include "base/clock.h"
#include "contract/encode.h"
#include "db/ids.h"
#include "operations/due_work.h"

#define EVENT_BYTES_FIRST 1024
#define RATED_BYTES_FIRST 64
#define EVENT_BYTES_MAX   (4u * 1024 * 1024)
#define QUEUE_BYTES_MAX   (32u * 1024 * 1024)
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

/* How much of a row a value takes. */
static size_t value_bytes(enum field_type type)
{
	switch (type) {
	case FIELD_BOOLEAN:
		return sizeof(bool);
	case FIELD_TEXT:
	case FIELD_JSON:
		return sizeof(struct text);
	case FIELD_LIST:
	case FIELD_MAP:
	case FIELD_VALUE_MAP:
	case FIELD_VALUE_LIST:
		return sizeof(struct row_list);
	case FIELD_OBJECT:
		return sizeof(void *);
	default:
		return sizeof(int64_t);
	}
}

static bool is_alike(const struct output_field *field, const char *a, const char *b)
{
	return memcmp(a + field->offset, b + field->offset, value_bytes(field->type)) == 0;
}

/* Members of `output` from one to before another. */
static struct output members_between(const struct output *output, unsigned from, unsigned to)
{
	return (struct output){&output->fields[from], (uint16_t)(to - from), output->row_size};
}

/* The object for both kinds of readers is the same but for a few members. It is written once, and of the other one what
 * reaches from the first of those to the last. */
static enum error event_encode(struct db_context *db, const struct output *output, const char *data, const char *rated,
                               struct new_event_row *ret)
{
	unsigned      from = 0, to = output->count;
	struct buffer text, part;

	while (rated && from < to && is_alike(&output->fields[from], data, rated))
		from++;
	while (rated && from < to && is_alike(&output->fields[to - 1], data, rated))
		to--;
	struct output head = members_between(output, 0, from), middle = members_between(output, from, to),
				  tail = members_between(output, to, output->count);
	buffer_init(&text, db->arena, EVENT_BYTES_FIRST, EVENT_BYTES_MAX);
	buffer_init(&part, db->arena, RATED_BYTES_FIRST, EVENT_BYTES_MAX);
	buffer_append_char(&text, '{');
	encode_members(&text, &head, data);
	ret->rated_from = (int64_t)text.length;
	encode_members(&text, &middle, data);
	ret->rated_to = (int64_t)text.length;
	encode_members(&text, &tail, data);
	buffer_append_char(&text, '}');
	if (rated && from < to)
		encode_members(&part, &middle, rated);
	if (text.overflown || part.overflown)
		return ERROR_NO_MEMORY;
	ret->data = buffer_text(&text);
	ret->rated = part.length ? buffer_text(&part) : NO_TEXT;
	return ERROR_NONE;
}

static enum error event_rate(struct db_context *db, struct event_row *event)
{
	struct buffer buffer;
	size_t        from = (size_t)event->rated_from, to = (size_t)event->rated_to;

	if (!event->rated.data)
		return ERROR_NONE;
	buffer_init(&buffer, db->arena, event->data.length + event->rated.length, EVENT_BYTES_MAX);
	buffer_append(&buffer, event->data.data, from);
	buffer_append_text(&buffer, event->rated);
	buffer_append(&buffer, event->data.data + to, event->data.length - to);
	if (buffer.overflown)
		return ERROR_NO_MEMORY;
	event->data = buffer_text(&buffer);
	return ERROR_NONE;
}

/* SQLite has one writer, whose transactions follow each other: an event is numbered at once. Elsewhere a number that
 * writers took by themselves would make all of a workspace wait for each other: jobs/sequencer gives it later. */
static enum error take_position(struct db_context *db, int64_t id, int64_t *ret)
{
	int64_t last = db_recall_number(db->connection, db->workspace_id);

	*ret = -id;
	if (!db_is_single_writer(db->connection))
		return ERROR_NONE;
	if (last == NONE)
		TRY(sql_last_event_position(db, &last));
	*ret = last + 1;
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
		.noted_at = clock_real_microseconds(),
		.actor_id = db->caller_id ? db->caller_id : NONE,
		.object_id = event->object_id,
		.user_id = event->user_id,
		.project_id = event->project_id,
	};

	if (WITHOUT_EVENTS)
		return ERROR_NONE;
	TRY(find_actor_name(db, &row.actor_name));
	TRY(ids_next(db->ids, SEQUENCE_EVENTS, &row.id));
	TRY(take_position(db, row.id, &row.position));
	TRY(event_encode(db, output_of_event(event->kind), data, rated, &row));
	db_wake_after_commit(db->connection, WAKE_NOTED);
	TRY(sql_insert_event(db, &row));
	/* Not before it is taken: who fails and has written nothing is not undone, and others go on in the transaction. */
	db_keep_number(db->connection, db->workspace_id, row.position);
	return ERROR_NONE;
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
		TRY(event_rate(db, event));
	}
	return ERROR_NONE;
}

enum error events_at(struct db_context *db, struct integer_list positions, struct event_rows *ret)
{
	TRY(sql_list_events_at(db, positions, ret));
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
	up_to = after > ends.oldest - 1 ? after : ends.oldest - 1;
	up_to = up_to + LOOKED_AT_MAX < ends.newest ? up_to + LOOKED_AT_MAX : ends.newest;
	TRY(sql_list_events_after(db, after, up_to, most, &rows));
	TRY(events_complete(db, &rows));
	*ret = (struct events_found){
		.items = rows.items,
		.count = rows.count,
		.position = (int64_t)rows.count == most ? rows.items[rows.count - 1].position : up_to,
		.newest = ends.newest,
	};
	if (ret->position < after)
		ret->position = after;
	return ERROR_NONE;
}

enum error op_get_events(struct call *call, const struct get_events_input *input, struct get_events_output *output)
{
	struct events_found found;

	TRY(events_after(&call->db, input->after, input->limit, &found));
	if (input->after > found.newest)
		return call_fault(call, "after", "There is no event yet at this position.");
	call->live_after = input->given.after ? input->after : found.newest;
	output->data = (struct event_rows){found.items, found.count};
	output->beside = (struct event_positions_row){found.position, found.newest};
	return ERROR_NONE;
}
