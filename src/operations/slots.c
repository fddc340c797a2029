/* From tracked slots to entries. A week is derived alone; derived entries do not cross the ends of weeks.
 *
 * New slots that begin where all others of their week have ended, as trackers send them all day, change nothing before
 * them: only what follows is derived then, and the last entry grows.
 *
 * An example, in the member's clock. Slots of one kind begin at 23:40, 23:50 and 00:00, each of ten minutes; an entry
 * by hand blocks 23:45 to 23:48. `sweep` takes the free parts of each slot, as far as limits allow, and joins those
 * that touch into runs: 23:40 to 23:45, and 23:48 to 00:10. `split_days` cuts the second run at midnight, because an
 * entry lies within one day. `apply` compares these three with what is there. Had the first slot come alone, that would
 * be entries of 23:40 to 23:45, which stays, and of 23:48 to 23:50, which keeps its id and grows to midnight; the third
 * one is inserted. */
#include "operations/slots.h"

#include "contract.h"
#include "db/ids.h"
#include "rules/limits.h"

#include <stdlib.h>

/* A week while it is derived. */
struct derivation {
	const struct timeline     *timeline;
	const struct work_rows    *works; /* the member's contracts */
	const struct slot_names   *names; /* who wants to know what is saved of their slots */
	struct span                week;
	struct span                part;        /* of the week that is derived: all of it, or its end */
	bool                       is_append;   /* its end; the entry that the part begins with may go on */
	struct closed_parts        closed;      /* of the week: what is there stays, and nothing is added */
	struct new_time_entry_rows present;     /* all entries that touch the part; those on closed sheets as others' */
	struct tracked_slot_rows   slots;       /* of the part */
	int64_t                   *used, *kept; /* seconds of the week, by index in works; see struct limit */
	int64_t                    used_by_member, kept_by_member;
	struct span               *blocked; /* where no slot counts: others' entries, and what was taken out; in order */
	size_t                     blocked_count;
	struct new_time_entry_row *wanted; /* runs of slots of one kind, then the same by days; without ids */
	size_t                     wanted_count;
};

/* --- names ------------------------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
	const struct text *one = &((const struct slot_name *)a)->id, *two = &((const struct slot_name *)b)->id;
	size_t             length = one->length < two->length ? one->length : two->length;
	int                order = memcmp(one->data, two->data, length);

	return order ? order : (one->length > two->length) - (one->length < two->length);
}

void slot_names_sort(struct slot_names *names)
{
	size_t kept = 0;

	qsort(names->items, names->count, sizeof(*names->items), compare_names);
	for (size_t i = 0; i < names->count; i++)
		if (!kept || compare_names(&names->items[kept - 1], &names->items[i]) != 0)
			names->items[kept++] = names->items[i];
	names->count = kept;
}

struct slot_name *slot_names_find(const struct slot_names *names, struct text id)
{
	struct slot_name key = {.id = id};

	return bsearch(&key, names->items, names->count, sizeof(*names->items), compare_names);
}

/* --- what is there ----------------------------------------------------------------------------------------------- */

static size_t work_index(const struct derivation *derivation, int64_t contract_id)
{
	size_t i = 0;

	while (i < derivation->works->count && derivation->works->items[i].contract_id != contract_id)
		i++;
	return i; /* works->count: none */
}

static void add_use(const struct derivation *derivation, const struct new_time_entry_row *entry, int64_t *by_member,
                    int64_t *by_work)
{
	struct week_use use = {.week = derivation->week, .contract_id = entry->contract_id};

	week_use(&use, entry);
	*by_member += use.member_used;
	by_work[work_index(derivation, entry->contract_id)] += use.contract_used;
}

static void count_use(struct derivation *derivation, const struct new_time_entry_row *entry)
{
	add_use(derivation, entry, &derivation->used_by_member, derivation->used);
}

static bool is_limited(const struct derivation *derivation)
{
	bool limited = derivation->timeline->owner.weekly_hours_limit != NO_WEEKLY_LIMIT;

	for (size_t i = 0; i < derivation->works->count; i++)
		limited |= derivation->works->items[i].weekly_hours_limit != NO_WEEKLY_LIMIT;
	return limited;
}

/* What slots that are not derived again have of the limits, and what all have had. */
static enum error measure_use(struct derivation *derivation)
{
	struct arena              *arena = derivation->timeline->db->arena;
	struct new_time_entry_rows entries = derivation->present;

	derivation->used = arena_alloc_array(arena, derivation->works->count + 1, sizeof(*derivation->used));
	derivation->kept = arena_alloc_array(arena, derivation->works->count + 1, sizeof(*derivation->kept));
	if (!derivation->used || !derivation->kept)
		return ERROR_NO_MEMORY;
	if (!is_limited(derivation))
		return ERROR_NONE;
	if (derivation->is_append)
		TRY(timeline_entries(derivation->timeline, derivation->week, &entries));
	for (size_t i = 0; i < entries.count; i++) {
		const struct new_time_entry_row *entry = &entries.items[i];

		add_use(derivation, entry, &derivation->kept_by_member, derivation->kept);
		if (!entry->from_slots || derivation->is_append)
			count_use(derivation, entry);
	}
	return ERROR_NONE;
}

static bool slot_day_is_closed(const struct derivation *derivation, int64_t day)
{
	for (size_t i = 0; i < derivation->closed.count; i++)
		if (sheet_has_day(&derivation->closed.items[i].sheet, day))
			return true;
	return false;
}

static enum error list_present(struct derivation *derivation, struct span span)
{
	TRY(timeline_entries(derivation->timeline, span, &derivation->present));
	for (size_t i = 0; i < derivation->present.count; i++)
		if (slot_day_is_closed(derivation, derivation->present.items[i].day))
			derivation->present.items[i].from_slots = false;
	return ERROR_NONE;
}

/* Entries that are not of slots, what was taken out by hand, and what is closed. */
static enum error find_blocked(struct derivation *derivation)
{
	const struct timeline            *timeline = derivation->timeline;
	const struct new_time_entry_rows *present = &derivation->present;
	struct removed_span_rows          removed;
	struct span                      *blocked;
	size_t                            count = 0;

	TRY(sql_list_removed_spans(timeline->db, timeline->owner.user_id, derivation->part.start, derivation->part.end,
	                           &removed));
	blocked = arena_alloc_array(timeline->db->arena, present->count + removed.count + derivation->closed.count + 1,
	                            sizeof(*blocked));
	if (!blocked)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < removed.count; i++)
		blocked[count++] = (struct span){removed.items[i].start_at, removed.items[i].end_at};
	for (size_t i = 0; i < present->count; i++)
		if (!present->items[i].from_slots)
			blocked[count++] = entry_span(&present->items[i]);
	for (size_t i = 0; i < derivation->closed.count; i++)
		blocked[count++] = derivation->closed.items[i].span;
	derivation->blocked = blocked;
	derivation->blocked_count = spans_join(blocked, count);
	return ERROR_NONE;
}

static enum error list_slots(const struct timeline *timeline, struct span span, struct tracked_slot_rows *ret)
{
	return sql_list_tracked_slots(timeline->db, timeline->owner.user_id, span.start - SLOT_SECONDS_MAX - 1, span.start,
	                              span.end, ret);
}

static enum error load(struct derivation *derivation)
{
	if (!derivation->is_append) {
		derivation->part = derivation->week;
		TRY(list_slots(derivation->timeline, derivation->week, &derivation->slots));
		TRY(list_present(derivation, derivation->week));
	}
	TRY(measure_use(derivation));
	return find_blocked(derivation);
}

/* --- the end of a week alone ------------------------------------------------------------------------------------- */

/* Since when the member's limits are what they are, or longer. Of a week that began later no slot was cut by a lower
 * one; in an older week such slots come back when it is derived. */
static int64_t limits_since(const struct derivation *derivation)
{
	int64_t since = derivation->timeline->owner.updated_at;

	for (size_t i = 0; i < derivation->works->count; i++)
		if (derivation->works->items[i].updated_at > since)
			since = derivation->works->items[i].updated_at;
	return since;
}

/* Whether it is enough to derive from the first new slot on. The part begins a second earlier: the entry that ends
 * there goes on. */
static enum error find_end(struct derivation *derivation, const struct new_slots *new_slots)
{
	struct span part = {new_slots->first - 1, derivation->week.end};

	if (limits_since(derivation) >= derivation->week.start)
		return ERROR_NONE;
	if (part.start < derivation->week.start)
		part.start = derivation->week.start;
	TRY(list_slots(derivation->timeline, (struct span){new_slots->first, part.end}, &derivation->slots));
	if (derivation->slots.count != new_slots->count)
		return ERROR_NONE;
	TRY(list_present(derivation, part));
	for (size_t i = 0; i < derivation->present.count; i++) {
		const struct new_time_entry_row *entry = &derivation->present.items[i];

		/* One over the beginning of the week, where that has moved since. */
		if (entry->from_slots && (entry->start_at < derivation->week.start || entry->end_at > new_slots->first))
			return ERROR_NONE;
	}
	derivation->part = part;
	derivation->is_append = true;
	return ERROR_NONE;
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

/* A free part of a slot, as much as the limits leave of it: so many seconds. */
static int64_t take_part(struct derivation *derivation, const struct tracked_slot_row *slot, struct span part)
{
	size_t          index = work_index(derivation, slot->contract_id);
	struct activity activity = {.work = {.contract_id = NONE}, .method = slot->method};
	struct week_use use = {
		.member_used = derivation->used_by_member,
		.contract_used = derivation->used[index],
		.member_kept = derivation->kept_by_member,
		.contract_kept = derivation->kept[index],
	};

	if (index < derivation->works->count)
		activity.work = derivation->works->items[index];
	part = span_cut(part, week_left(derivation->timeline, &use, &activity));
	extend(derivation, slot, part);
	count_use(derivation, &(struct new_time_entry_row){
							  .start_at = part.start,
							  .end_at = part.end,
							  .contract_id = slot->contract_id,
							  .method = slot->method,
						  });
	return span_seconds(part);
}

static void note_saved(const struct derivation *derivation, const struct tracked_slot_row *slot, int64_t asked,
                       int64_t saved)
{
	struct slot_name *name = derivation->names ? slot_names_find(derivation->names, slot->slot_id) : NULL;

	if (!name)
		return;
	name->seconds += saved;
	name->is_limited |= saved < asked;
	for (size_t i = 0; i < derivation->closed.count; i++) {
		struct span inside =
			span_overlap(derivation->closed.items[i].span, (struct span){slot->start_at, slot->end_at});

		name->is_closed |= inside.start < inside.end;
	}
}

/* The slots in order. Time of an earlier slot never goes to a later one, even where a limit cut it: `covered` only
 * grows. */
static void sweep(struct derivation *derivation, struct span *free_parts)
{
	int64_t            covered = derivation->week.start;
	const struct span *blocked = derivation->blocked, *end = blocked + derivation->blocked_count;

	for (size_t i = 0; i < derivation->slots.count; i++) {
		const struct tracked_slot_row *slot = &derivation->slots.items[i];
		struct span part = {slot->start_at, slot->end_at < derivation->week.end ? slot->end_at : derivation->week.end};
		size_t      near = 0;
		int64_t     asked = 0, saved = 0;

		part.start = part.start > covered ? part.start : covered;
		if (part.start >= part.end)
			continue;
		covered = part.end;
		while (blocked < end && blocked->end <= part.start)
			blocked++;
		while (blocked + near < end && blocked[near].start < part.end)
			near++;
		size_t count = spans_free(part, blocked, near, free_parts);
		for (size_t j = 0; j < count; j++) {
			asked += span_seconds(free_parts[j]);
			saved += take_part(derivation, slot, free_parts[j]);
		}
		note_saved(derivation, slot, asked, saved);
	}
}

/* The first part of a span that lies within one day. Where an entry of slots is already there, its day stays, though
 * the member may be in another zone by now. `near` advances with the spans, which are in order. */
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
			ACTIVITY_SUMS_SET(&run, &(struct activity_sums){0}); /* it is of the entry that the run goes on with */
		}
	}
	derivation->wanted = split;
	derivation->wanted_count = count;
	return ERROR_NONE;
}

/* --- what was seen of it ----------------------------------------------------------------------------------------- */

static struct activity_sums slot_seen(const struct tracked_slot_row *slot)
{
	int64_t seconds = slot->end_at - slot->start_at;

	if (slot->keys == NONE)
		return (struct activity_sums){
			.seconds = seconds, .level_seconds = seconds, .level_points = seconds * slot->activity_level};
	return (struct activity_sums){
		.seconds = seconds,
		.inactive_seconds = slot->inactive_seconds,
		.keys = slot->keys,
		.clicks = slot->clicks,
		.scrolls = slot->scrolls,
	};
}

/* Adds to an entry what its slots saw: each of what no earlier one covers, and of that the share that lies in the
 * entry. `slots` from `from` on: all that touch it and have not been added, in order. */
static void add_seen(struct new_time_entry_row *entry, const struct tracked_slot_rows *slots, size_t from)
{
	struct activity_sums seen = ACTIVITY_SUMS_OF(entry);
	int64_t              covered = entry->start_at;

	for (size_t i = from; i < slots->count && slots->items[i].start_at < entry->end_at; i++) {
		const struct tracked_slot_row *slot = &slots->items[i];
		struct span                    part = {slot->start_at > covered ? slot->start_at : covered, slot->end_at};
		struct activity_sums           sums = slot_seen(slot), share;

		if (part.end > entry->end_at)
			part.end = entry->end_at;
		if (part.end <= part.start)
			continue;
		share = activity_sums_part(&sums, slot->end_at - slot->start_at, part.start - slot->start_at,
		                           part.end - slot->start_at);
		activity_sums_add(&seen, &share);
		covered = part.end;
	}
	ACTIVITY_SUMS_SET(entry, &seen);
}

static void add_all_seen(struct derivation *derivation)
{
	const struct tracked_slot_rows *slots = &derivation->slots;
	size_t                          from = 0;

	for (size_t i = 0; i < derivation->wanted_count; i++) {
		struct new_time_entry_row *wanted = &derivation->wanted[i];

		while (from < slots->count && slots->items[from].end_at <= wanted->start_at)
			from++;
		add_seen(wanted, slots, from);
	}
}

/* The run that new slots may go on with: entries of slots that touch an end are the one before it. */
static void begin_with_last(struct derivation *derivation)
{
	for (size_t i = 0; i < derivation->present.count; i++)
		if (derivation->present.items[i].from_slots) {
			derivation->wanted[0] = derivation->present.items[i];
			derivation->wanted[0].id = 0;
			derivation->wanted_count = 1;
		}
}

static enum error derive(struct derivation *derivation)
{
	struct arena *arena = derivation->timeline->db->arena;
	size_t        room = derivation->slots.count + derivation->blocked_count + 2;
	struct span  *free_parts = arena_alloc_array(arena, derivation->blocked_count + 1, sizeof(*free_parts));

	/* Each slot and each blocked span begins at most one part. */
	derivation->wanted = arena_alloc_array(arena, room, sizeof(*derivation->wanted));
	if (!free_parts || !derivation->wanted)
		return ERROR_NO_MEMORY;
	if (derivation->is_append)
		begin_with_last(derivation);
	sweep(derivation, free_parts);
	TRY(split_days(derivation));
	add_all_seen(derivation);
	return ERROR_NONE;
}

/* --- making it so ------------------------------------------------------------------------------------------------ */

/* But for the end, and what was seen until then. */
static bool is_same(const struct new_time_entry_row *a, const struct new_time_entry_row *b)
{
	return a->day == b->day && a->start_at == b->start_at && a->contract_id == b->contract_id &&
	       a->task_id == b->task_id && a->method == b->method && text_equal(a->description, b->description);
}

/* The part of an entry outside of the week, where the ends of weeks have moved since it was derived. */
static enum error put_back(const struct derivation *derivation, struct new_time_entry_row entry, struct span part)
{
	struct tracked_slot_rows slots;

	if (part.start >= part.end)
		return ERROR_NONE;
	entry.start_at = part.start;
	entry.end_at = part.end;
	ACTIVITY_SUMS_SET(&entry, &(struct activity_sums){0});
	TRY(list_slots(derivation->timeline, part, &slots));
	add_seen(&entry, &slots, 0);
	TRY(ids_next(derivation->timeline->db->ids, SEQUENCE_TIME_ENTRIES, &entry.id));
	return timeline_insert(derivation->timeline, &entry);
}

static enum error take_away(const struct derivation *derivation, const struct new_time_entry_row *entry)
{
	struct span week = derivation->week;

	TRY(timeline_remove(derivation->timeline, entry));
	TRY(put_back(derivation, *entry, (struct span){entry->start_at, week.start}));
	return put_back(derivation, *entry, (struct span){week.end, entry->end_at});
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

/* What is there in the place of `wanted` (NULL: nothing). */
static enum error replace(const struct derivation *derivation, const struct new_time_entry_row *old,
                          struct new_time_entry_row *wanted, bool *ret_stays)
{
	bool                 is_inside = old->start_at >= derivation->week.start && old->end_at <= derivation->week.end;
	struct activity_sums seen, before = ACTIVITY_SUMS_OF(old);

	*ret_stays = wanted && is_inside && is_same(wanted, old);
	if (wanted)
		wanted->id = old->id;
	if (!*ret_stays)
		return take_away(derivation, old);
	seen = ACTIVITY_SUMS_OF(wanted);
	if (wanted->end_at == old->end_at && activity_sums_equal(&seen, &before))
		return ERROR_NONE;
	return timeline_resize(derivation->timeline, old, wanted);
}

/* Entries that stay have their id already, and those that only change keep it. Room is made before it is taken. */
static enum error apply(const struct derivation *derivation)
{
	bool  *stays = arena_alloc_array(derivation->timeline->db->arena, derivation->wanted_count + 1, sizeof(*stays));
	size_t from = 0;

	if (!stays)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < derivation->present.count; i++) {
		const struct new_time_entry_row *old = &derivation->present.items[i];
		struct new_time_entry_row *wanted = old->from_slots ? find_wanted(derivation, old->start_at, &from) : NULL;
		bool                       same;

		if (!old->from_slots)
			continue;
		TRY(replace(derivation, old, wanted, &same));
		if (wanted)
			stays[from] = same;
	}
	for (size_t i = 0; i < derivation->wanted_count; i++) {
		struct new_time_entry_row *wanted = &derivation->wanted[i];

		if (stays[i])
			continue;
		if (!wanted->id)
			TRY(ids_next(derivation->timeline->db->ids, SEQUENCE_TIME_ENTRIES, &wanted->id));
		TRY(timeline_insert(derivation->timeline, wanted));
	}
	return ERROR_NONE;
}

static enum error make_so(struct derivation *derivation)
{
	TRY(load(derivation));
	TRY(derive(derivation));
	return apply(derivation);
}

enum error slots_take(const struct timeline *timeline, const struct work_rows *works, const struct new_slots *new_slots,
                      const struct slot_names *names)
{
	struct arena     *arena = timeline->db->arena;
	struct arena_mark mark = arena_mark(arena);
	struct derivation derivation = {.timeline = timeline, .works = works, .names = names, .week = new_slots->week};

	TRY(timeline_closed(timeline, derivation.week, &derivation.closed));
	TRY(find_end(&derivation, new_slots));
	TRY(make_so(&derivation));
	TRY(timeline_deal(timeline));
	arena_rewind(arena, mark);
	return ERROR_NONE;
}

enum error slots_derive(const struct timeline *timeline, struct span span)
{
	struct arena    *arena = timeline->db->arena;
	struct work_rows works;

	TRY(sql_list_work(timeline->db, timeline->owner.user_id, &works));
	for (struct span week = timeline_week(timeline, span.start); week.start < span.end;
	     week = timeline_week(timeline, week.end)) {
		struct arena_mark mark = arena_mark(arena);
		struct derivation derivation = {.timeline = timeline, .works = &works, .week = week};

		TRY(timeline_closed(timeline, week, &derivation.closed));
		TRY(make_so(&derivation));
		arena_rewind(arena, mark);
	}
	return timeline_deal(timeline);
}
