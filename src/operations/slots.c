/* From tracked slots to entries. A week is derived alone; derived entries do not cross the ends of weeks. */
#include "operations/slots.h"

#include "contract.h"
#include "db/ids.h"
#include "rules/limits.h"

/* A week while it is derived. */
struct derivation {
	const struct timeline     *timeline;
	struct span                week;
	struct new_time_entry_rows present; /* all entries that touch the week, as they are */
	struct tracked_slot_rows   slots;
	struct work_rows           works;       /* the member's contracts */
	int64_t                   *used, *kept; /* minutes of the week, by index in works; see struct limit */
	int64_t                    used_by_member, kept_by_member;
	struct span               *blocked; /* where no slot counts: others' entries, and what was taken out; in order */
	size_t                     blocked_count;
	struct new_time_entry_row *wanted; /* runs of slots of one kind, then the same by days; without ids */
	size_t                     wanted_count;
};

/* --- what is there ----------------------------------------------------------------------------------------------- */

static size_t work_index(const struct derivation *derivation, int64_t contract_id)
{
	size_t i = 0;

	while (i < derivation->works.count && derivation->works.items[i].contract_id != contract_id)
		i++;
	return i; /* works.count: none */
}

static void add_minutes(const struct derivation *derivation, const struct new_time_entry_row *entry, int64_t *by_member,
                        int64_t *by_work)
{
	struct week_use use = {.week = derivation->week, .contract_id = entry->contract_id};

	week_use(&use, entry);
	*by_member += use.member_minutes;
	by_work[work_index(derivation, entry->contract_id)] += use.contract_minutes;
}

static void count_use(struct derivation *derivation, const struct new_time_entry_row *entry)
{
	add_minutes(derivation, entry, &derivation->used_by_member, derivation->used);
}

/* Entries that are not of slots, and what was taken out by hand. */
static enum error find_blocked(struct derivation *derivation)
{
	const struct timeline            *timeline = derivation->timeline;
	const struct new_time_entry_rows *present = &derivation->present;
	struct removed_span_rows          removed;
	struct span                      *blocked;
	size_t                            count = 0;

	TRY(sql_list_removed_spans(timeline->db, timeline->owner.user_id, derivation->week.start, derivation->week.end,
	                           &removed));
	blocked = arena_alloc_array(timeline->db->arena, present->count + removed.count + 1, sizeof(*blocked));
	if (!blocked)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < removed.count; i++)
		blocked[count++] = (struct span){removed.items[i].start_at, removed.items[i].end_at};
	for (size_t i = 0; i < present->count; i++) {
		const struct new_time_entry_row *entry = &present->items[i];

		add_minutes(derivation, entry, &derivation->kept_by_member, derivation->kept);
		if (entry->from_slots)
			continue;
		blocked[count++] = entry_span(entry);
		count_use(derivation, entry);
	}
	derivation->blocked = blocked;
	derivation->blocked_count = spans_join(blocked, count);
	return ERROR_NONE;
}

static enum error load(struct derivation *derivation)
{
	const struct timeline *timeline = derivation->timeline;
	struct db_context     *db = timeline->db;
	struct span            week = derivation->week;

	TRY(timeline_entries(timeline, week, &derivation->present));
	TRY(sql_list_tracked_slots(db, timeline->owner.user_id, week.start - SLOT_SECONDS_MAX - 1, week.start, week.end,
	                           &derivation->slots));
	TRY(sql_list_work(db, timeline->owner.user_id, &derivation->works));
	derivation->used = arena_alloc_array(db->arena, derivation->works.count + 1, sizeof(*derivation->used));
	derivation->kept = arena_alloc_array(db->arena, derivation->works.count + 1, sizeof(*derivation->kept));
	return derivation->used && derivation->kept ? find_blocked(derivation) : ERROR_NO_MEMORY;
}

/* --- what should be there ---------------------------------------------------------------------------------------- */

static bool is_same_run(const struct new_time_entry_row *run, const struct tracked_slot_row *slot)
{
	return run->contract_id == slot->contract_id && run->task_id == slot->task_id && run->method == slot->method &&
	       text_equal(run->description, slot->description);
}

/* Adds a part of a slot to the run that it continues, or begins another. */
static void extend(struct derivation *derivation, const struct tracked_slot_row *slot, struct span part)
{
	struct new_time_entry_row *last =
		derivation->wanted_count ? &derivation->wanted[derivation->wanted_count - 1] : NULL;

	if (part.end <= part.start)
		return;
	if (last && last->end_at == part.start && is_same_run(last, slot)) {
		last->end_at = part.end;
		return;
	}
	derivation->wanted[derivation->wanted_count++] = (struct new_time_entry_row){
		.user_id = derivation->timeline->owner.user_id,
		.start_at = part.start,
		.end_at = part.end,
		.contract_id = slot->contract_id,
		.task_id = slot->task_id,
		.method = slot->method,
		.from_slots = true,
		.description = slot->description,
	};
}

/* A free part of a slot, as much as the limits leave of it. */
static void take_part(struct derivation *derivation, const struct tracked_slot_row *slot, struct span part)
{
	size_t          index = work_index(derivation, slot->contract_id);
	struct activity activity = {.work = {.contract_id = NONE}, .method = slot->method};
	struct week_use use = {
		.member_minutes = derivation->used_by_member,
		.contract_minutes = derivation->used[index],
		.member_kept = derivation->kept_by_member,
		.contract_kept = derivation->kept[index],
	};

	if (index < derivation->works.count)
		activity.work = derivation->works.items[index];
	part = span_cut(part, week_left(derivation->timeline, &use, &activity));
	extend(derivation, slot, part);
	count_use(derivation, &(struct new_time_entry_row){
							  .start_at = part.start,
							  .end_at = part.end,
							  .contract_id = slot->contract_id,
							  .method = slot->method,
						  });
}

/* The slots in order. An earlier one's time is not a later one's, also where a limit cut it: `covered` only grows. */
static void sweep(struct derivation *derivation, struct span *free_parts)
{
	int64_t            covered = derivation->week.start;
	const struct span *blocked = derivation->blocked, *end = blocked + derivation->blocked_count;

	for (size_t i = 0; i < derivation->slots.count; i++) {
		const struct tracked_slot_row *slot = &derivation->slots.items[i];
		struct span part = {slot->start_at, slot->end_at < derivation->week.end ? slot->end_at : derivation->week.end};
		size_t      near = 0;

		part.start = part.start > covered ? part.start : covered;
		if (part.start >= part.end)
			continue;
		covered = part.end;
		while (blocked < end && blocked->end <= part.start)
			blocked++;
		while (blocked + near < end && blocked[near].start < part.end)
			near++;
		size_t count = spans_free(part, blocked, near, free_parts);
		for (size_t j = 0; j < count; j++)
			take_part(derivation, slot, free_parts[j]);
	}
}

/* The first part of a span that lies within one day. Where there is an entry of slots already its day stays, though the
 * member's zone may be another by now. `near` goes with the spans, which are in order. */
static struct day_span first_day(const struct derivation *derivation, struct span span, size_t *near)
{
	const struct new_time_entry_rows *present = &derivation->present;

	while (*near < present->count && (!present->items[*near].from_slots || present->items[*near].end_at <= span.start))
		(*near)++;
	if (*near < present->count && present->items[*near].start_at <= span.start)
		return (struct day_span){present->items[*near].day, span_overlap(span, entry_span(&present->items[*near]))};
	if (*near < present->count && present->items[*near].start_at < span.end)
		span.end = present->items[*near].start_at;
	return timeline_first_day(derivation->timeline, span);
}

/* Runs by days. */
static enum error split_days(struct derivation *derivation)
{
	struct new_time_entry_row *split;
	size_t                     room = 2 * derivation->present.count + 1, count = 0, near = 0;

	for (size_t i = 0; i < derivation->wanted_count; i++)
		room += timeline_days_max(entry_span(&derivation->wanted[i]));
	split = arena_alloc_array(derivation->timeline->db->arena, room, sizeof(*split));
	if (!split)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < derivation->wanted_count; i++) {
		struct new_time_entry_row run = derivation->wanted[i];
		int64_t                   end = run.end_at;
		size_t                    first = count;

		for (; run.start_at < end; run.start_at = run.end_at) {
			struct day_span part = first_day(derivation, (struct span){run.start_at, end}, &near);

			run.day = part.day;
			run.end_at = part.span.end;
			if (count > first && split[count - 1].day == run.day)
				split[count - 1].end_at = run.end_at;
			else
				split[count++] = run;
		}
	}
	derivation->wanted = split;
	derivation->wanted_count = count;
	return ERROR_NONE;
}

static enum error derive(struct derivation *derivation)
{
	struct arena *arena = derivation->timeline->db->arena;
	size_t        room = derivation->slots.count + derivation->blocked_count + 1;
	struct span  *free_parts = arena_alloc_array(arena, derivation->blocked_count + 1, sizeof(*free_parts));

	/* Each slot and each blocked span begins at most one part. */
	derivation->wanted = arena_alloc_array(arena, room, sizeof(*derivation->wanted));
	if (!free_parts || !derivation->wanted)
		return ERROR_NO_MEMORY;
	sweep(derivation, free_parts);
	return split_days(derivation);
}

/* --- making it so ------------------------------------------------------------------------------------------------ */

static bool is_same(const struct new_time_entry_row *a, const struct new_time_entry_row *b)
{
	return a->day == b->day && a->start_at == b->start_at && a->end_at == b->end_at &&
	       a->contract_id == b->contract_id && a->task_id == b->task_id && a->method == b->method &&
	       text_equal(a->description, b->description);
}

static int64_t minutes_of(const struct new_time_entry_row *entry)
{
	return span_minutes(entry_span(entry));
}

/* The part of an entry outside of the week, where the ends of weeks have moved since it was derived. */
static enum error put_back(const struct derivation *derivation, struct new_time_entry_row entry, struct span part,
                           int64_t *gained)
{
	if (part.start >= part.end)
		return ERROR_NONE;
	entry.start_at = part.start;
	entry.end_at = part.end;
	*gained += minutes_of(&entry);
	TRY(ids_next(derivation->timeline->db->ids, SEQUENCE_TIME_ENTRIES, &entry.id));
	return timeline_insert(derivation->timeline, &entry);
}

static enum error take_away(const struct derivation *derivation, const struct new_time_entry_row *entry,
                            int64_t *gained)
{
	struct span week = derivation->week;

	*gained -= minutes_of(entry);
	TRY(timeline_remove(derivation->timeline, entry));
	TRY(put_back(derivation, *entry, (struct span){entry->start_at, week.start}, gained));
	return put_back(derivation, *entry, (struct span){week.end, entry->end_at}, gained);
}

/* The wanted entry that begins where this one does. Both lists are in order. */
static struct new_time_entry_row *find_wanted(const struct derivation *derivation, int64_t start, size_t *from)
{
	while (*from < derivation->wanted_count && derivation->wanted[*from].start_at < start)
		(*from)++;
	if (*from == derivation->wanted_count || derivation->wanted[*from].start_at != start)
		return NULL;
	return &derivation->wanted[*from];
}

/* Entries that stay have their id already, and those that only change keep it. Room is made before it is taken. */
static enum error apply(const struct derivation *derivation, int64_t *gained)
{
	bool  *stays = arena_alloc_array(derivation->timeline->db->arena, derivation->wanted_count + 1, sizeof(*stays));
	size_t from = 0;

	if (!stays)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < derivation->present.count; i++) {
		const struct new_time_entry_row *old = &derivation->present.items[i];
		struct new_time_entry_row       *wanted;

		if (!old->from_slots)
			continue;
		wanted = find_wanted(derivation, old->start_at, &from);
		if (wanted)
			wanted->id = old->id;
		if (wanted && is_same(wanted, old))
			stays[from] = true;
		else
			TRY(take_away(derivation, old, gained));
	}
	for (size_t i = 0; i < derivation->wanted_count; i++) {
		struct new_time_entry_row *wanted = &derivation->wanted[i];

		if (stays[i])
			continue;
		if (!wanted->id)
			TRY(ids_next(derivation->timeline->db->ids, SEQUENCE_TIME_ENTRIES, &wanted->id));
		*gained += minutes_of(wanted);
		TRY(timeline_insert(derivation->timeline, wanted));
	}
	return ERROR_NONE;
}

static enum error derive_week(const struct timeline *timeline, struct span week, int64_t *gained)
{
	struct derivation derivation = {.timeline = timeline, .week = week};

	TRY(load(&derivation));
	TRY(derive(&derivation));
	return apply(&derivation, gained);
}

enum error slots_derive(const struct timeline *timeline, struct span span, int64_t *ret_gained)
{
	struct arena *arena = timeline->db->arena;
	int64_t       gained = 0;

	for (struct span week = timeline_week(timeline, span.start); week.start < span.end;
	     week = timeline_week(timeline, week.end)) {
		struct arena_mark mark = arena_mark(arena);

		TRY(derive_week(timeline, week, &gained));
		arena_rewind(arena, mark); /* a request may touch many weeks */
	}
	*ret_gained = gained;
	return ERROR_NONE;
}
