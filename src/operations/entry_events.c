/* Several changes of an entry are one: added and removed again is nothing, and removed and added again, as an edit does
 * it, is changed. */
#include "operations/entry_events.h"

#include "operations/entry_times.h"
#include "operations/events.h"

/* Of an entry that is to be told of. */
struct told_entry {
	const struct zone    *zone;    /* its member's */
	struct time_entry_row removed; /* as it was */
};

static enum error entry_tell(struct db_context *db, const struct later_event *later)
{
	const struct told_entry *told = later->data;
	const struct timeline    timeline = {.zone = told->zone};
	struct time_entry_row    entry = told->removed;

	if (later->kind != EVENT_KIND_TIME_ENTRY_DELETED)
		TRY(sql_get_time_entry(db, later->object_id, &entry));
	entry.start_local = entry_times_local(&timeline, entry.start_time);
	entry.end_local = entry_times_local(&timeline, entry.end_time);
	return event_note(db, &(struct event){later->kind, entry.id, entry.user_id, entry.project_id}, &entry, NULL);
}

/* What is kept until then must outlast the part of the work that is done now. */
static struct db_context kept_context(const struct timeline *timeline)
{
	struct db_context kept = *timeline->db;

	if (kept.later)
		kept.arena = &kept.later->arena;
	return kept;
}

static enum error entry_tell_later(const struct timeline *timeline, int64_t kind, int64_t id,
                                   const struct time_entry_row *removed)
{
	struct told_entry *told = arena_new(kept_context(timeline).arena, struct told_entry);

	if (!told)
		return ERROR_NO_MEMORY;
	told->zone = timeline->zone;
	if (removed)
		told->removed = *removed;
	return event_note_later(timeline->db, kind, id, entry_tell, told);
}

enum error entry_added(const struct timeline *timeline, int64_t id)
{
	struct later_event *later = event_find_later(timeline->db, id, entry_tell);

	if (!later)
		return entry_tell_later(timeline, EVENT_KIND_TIME_ENTRY_CREATED, id, NULL);
	later->kind = EVENT_KIND_TIME_ENTRY_UPDATED;
	return ERROR_NONE;
}

enum error entry_changed(const struct timeline *timeline, int64_t id)
{
	if (event_find_later(timeline->db, id, entry_tell))
		return ERROR_NONE;
	return entry_tell_later(timeline, EVENT_KIND_TIME_ENTRY_UPDATED, id, NULL);
}

enum error entry_removed(const struct timeline *timeline, int64_t id)
{
	struct later_event   *later = event_find_later(timeline->db, id, entry_tell);
	struct db_context     kept = kept_context(timeline);
	struct time_entry_row entry;

	if (later && later->kind == EVENT_KIND_TIME_ENTRY_CREATED) {
		later->tell = NULL;
		return ERROR_NONE;
	}
	TRY(sql_get_time_entry(&kept, id, &entry));
	if (!later)
		return entry_tell_later(timeline, EVENT_KIND_TIME_ENTRY_DELETED, id, &entry);
	later->kind = EVENT_KIND_TIME_ENTRY_DELETED;
	((struct told_entry *)later->data)->removed = entry;
	return ERROR_NONE;
}
