/* What trackers send (Stint's own operation). A slot is taken or refused by itself. */
#include "base/calendar.h"
#include "contract.h"
#include "operations/activity.h"
#include "operations/slots.h"
#include "operations/trackers.h"
#include "rules/minutes.h"
#include "rules/when.h"

#define WEEKS_A_REQUEST 5    /* a tracker sends the present one, or what it has gathered over some */
#define SLOTS_A_WEEK    2016 /* twice as many as slots of ten minutes fill it */

/* What slots may refer to. */
struct known {
	int64_t                began; /* the membership */
	int64_t                days;  /* how far back they may reach, or NONE: any time */
	struct work_rows       works;
	struct task_title_rows tasks;
};

static enum error find_tasks(struct call *call, const struct slot_list *slots, struct task_title_rows *ret)
{
	int64_t *ids = arena_alloc_array(call->db.arena, slots->count + 1, sizeof(*ids));
	size_t   count = 0;

	*ret = (struct task_title_rows){0};
	if (!ids)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < slots->count; i++) {
		int64_t id = slots->items[i].task_id;

		if (id != NONE && (!count || ids[count - 1] != id)) /* slots of a task mostly come together */
			ids[count++] = id;
	}
	return count ? sql_list_task_titles(&call->db, (struct integer_list){ids, count}, ret) : ERROR_NONE;
}

static const struct work_row *find_work(const struct known *known, int64_t contract_id)
{
	for (size_t i = 0; i < known->works.count; i++)
		if (known->works.items[i].contract_id == contract_id)
			return &known->works.items[i];
	return NULL;
}

static const struct task_title_row *find_task(const struct known *known, int64_t task_id, int64_t project_id)
{
	for (size_t i = 0; i < known->tasks.count; i++)
		if (known->tasks.items[i].id == task_id)
			return known->tasks.items[i].project_id == project_id ? &known->tasks.items[i] : NULL;
	return NULL;
}

/* What ended by then. Work from before counts, however late it comes. */
static bool is_over(int64_t ended_at, const struct slot_input *slot)
{
	return ended_at != NONE && slot->end > ended_at;
}

static void reject(struct slot_result_row *result, const char *field, const char *message)
{
	result->status = SLOT_STATUS_REJECTED;
	result->field = text_of(field);
	result->message = text_of(message);
}

/* Leaves the result accepted, or says what is wrong. */
static void check_slot(const struct known *known, const struct slot_input *slot, int64_t now,
                       struct slot_result_row *result)
{
	const struct work_row       *work = slot->contract_id == NONE ? NULL : find_work(known, slot->contract_id);
	const struct task_title_row *task =
		slot->task_id == NONE || !work ? NULL : find_task(known, slot->task_id, work->project_id);
	struct span     reach = when_by_device(now, known->days, known->began, work ? work->created_at : NONE);
	enum when_fault when = when_of_span((struct span){slot->start, slot->end}, reach);

	if (slot->faults) {
		reject(result, NULL, NULL);
		result->field = slot->faults->field;
		result->message = slot->faults->text;
	} else if (when == WHEN_IMPOSSIBLE) {
		reject(result, "start", "The start must be after 1970.");
	} else if (slot->end <= slot->start) {
		reject(result, "end", "The end must be after start.");
	} else if (slot->end - slot->start > SLOT_SECONDS_MAX) {
		reject(result, "end", "A slot is at most ten minutes long.");
	} else if (slot->inactive_seconds > slot->end - slot->start) {
		reject(result, "inactive_seconds", "The slot has not so many seconds.");
	} else if (when == WHEN_AHEAD) {
		reject(result, "end", "The end is in the future.");
	} else if (when == WHEN_LONG_AGO) {
		reject(result, "start", "The slot is too old: time of long ago is entered by a manager.");
	} else if (slot->contract_id != NONE && (!work || is_over(work->ended_at, slot))) {
		reject(result, "contract_id", "The contract was not found among the member's.");
	} else if (work && work->status != CONTRACT_STATUS_ACTIVE) {
		reject(result, "contract_id", "This contract is paused.");
	} else if (slot->task_id != NONE && !work) {
		reject(result, "task_id", "The task_id field needs a contract_id.");
	} else if (slot->task_id != NONE && (!task || is_over(task->deleted_at, slot))) {
		reject(result, "task_id", "The task was not found in the contract's project.");
	}
}

/* Who counts one thing counts all of them: what is not said was not there. */
static int64_t slot_count(const struct slot_input *slot, int64_t count)
{
	bool counted =
		slot->keys != NONE || slot->clicks != NONE || slot->scrolls != NONE || slot->inactive_seconds != NONE;

	return count == NONE && counted ? 0 : count;
}

static struct tracked_slot_row slot_row_of(const struct slot_input *slot, int64_t user_id)
{
	return (struct tracked_slot_row){
		.slot_id = slot->id,
		.start_at = slot->start,
		.end_at = slot->end,
		.contract_id = slot->contract_id,
		.task_id = slot->task_id,
		.method = slot->method == NONE ? TIME_METHOD_DESKTOP_TRACKER : slot->method,
		.activity_level = slot->activity_level,
		.keys = slot_count(slot, slot->keys),
		.clicks = slot_count(slot, slot->clicks),
		.scrolls = slot_count(slot, slot->scrolls),
		.inactive_seconds = slot_count(slot, slot->inactive_seconds),
		.description = slot->activity_description,
		.user_id = user_id,
	};
}

/* --- which slots are new ----------------------------------------------------------------------------------------- */

/* A request while it is taken in. */
struct batch {
	struct call               *call;
	const struct timeline     *timeline;
	const struct slot_list    *slots;
	struct known               known;
	struct slot_names          names;
	struct tracked_slot_row   *taken; /* what is stored of it */
	size_t                     taken_count;
	struct new_slots          *weeks;                   /* that get something new */
	int64_t                    stored[WEEKS_A_REQUEST]; /* slots that begin in each */
	size_t                     week_count;
	struct ingested_slots_row *ingested;
};

static enum error list_names(struct batch *batch)
{
	struct arena            *arena = batch->call->db.arena;
	struct text             *ids = arena_alloc_array(arena, batch->slots->count, sizeof(*ids));
	struct slot_names       *names = &batch->names;
	struct tracked_slot_rows stored;

	names->items = arena_alloc_array(arena, batch->slots->count, sizeof(*names->items));
	if (!ids || !names->items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < batch->slots->count; i++)
		if (!batch->slots->items[i].faults)
			names->items[names->count++].id = batch->slots->items[i].id;
	slot_names_sort(names);
	for (size_t i = 0; i < names->count; i++)
		ids[i] = names->items[i].id;
	if (!names->count)
		return ERROR_NONE;
	TRY(sql_list_slots_of_ids(&batch->call->db, batch->timeline->owner.user_id, ids, names->count, &stored));
	for (size_t i = 0; i < stored.count; i++)
		slot_names_find(names, stored.items[i].slot_id)->slot = &stored.items[i];
	return ERROR_NONE;
}

/* What an id says that is stored already: the stored one stays, whatever the second one says. One that was taken when
 * it came first is a duplicate now, though it might not be taken any more. */
static void compare_slot(const struct tracked_slot_row *stored, const struct slot_input *slot,
                         struct slot_result_row *result)
{
	*result = (struct slot_result_row){
		.index = result->index, .id = slot->id, .status = SLOT_STATUS_DUPLICATE, .saved_minutes = NONE};
	if (stored->start_at != slot->start || stored->end_at != slot->end || stored->contract_id != slot->contract_id)
		reject(result, "id", "Another slot with this id is stored already.");
}

/* --- the weeks that they touch ----------------------------------------------------------------------------------- */

/* The index of the week; WEEKS_A_REQUEST where it would be one too many. */
static enum error find_week(struct batch *batch, int64_t instant, size_t *ret)
{
	struct span week;
	size_t      i = 0;

	while (i < batch->week_count && (instant < batch->weeks[i].week.start || instant >= batch->weeks[i].week.end))
		i++;
	*ret = i;
	if (i < batch->week_count || i == WEEKS_A_REQUEST)
		return ERROR_NONE;
	week = timeline_week(batch->timeline, instant);
	batch->weeks[batch->week_count++] = (struct new_slots){.week = week, .first = week.end};
	return sql_count_tracked_slots(&batch->call->db, batch->timeline->owner.user_id, week.start, week.end,
	                               &batch->stored[i]);
}

static void add_to_week(struct new_slots *week, int64_t start)
{
	start = start > week->week.start ? start : week->week.start;
	week->first = start < week->first ? start : week->first;
	week->count++;
}

/* What a request and a week may take bounds the work of each request, whatever came before. */
static enum error take_place(struct batch *batch, const struct slot_input *slot, struct slot_result_row *result)
{
	size_t first, last;

	TRY(find_week(batch, slot->start, &first));
	TRY(find_week(batch, slot->end - 1, &last));
	if (first == WEEKS_A_REQUEST || last == WEEKS_A_REQUEST) {
		reject(result, "start", "The request touches too many weeks: send this slot in another one.");
		return ERROR_NONE;
	}
	if (batch->stored[first] >= SLOTS_A_WEEK) {
		reject(result, "start", "The week has as many slots as it takes.");
		return ERROR_NONE;
	}
	batch->stored[first]++;
	add_to_week(&batch->weeks[first], slot->start);
	if (last != first)
		add_to_week(&batch->weeks[last], slot->start);
	return ERROR_NONE;
}

/* --- taking them ------------------------------------------------------------------------------------------------- */

static enum error take_slot(struct batch *batch, const struct slot_input *slot, struct slot_result_row *result)
{
	struct slot_name *name = slot->faults ? NULL : slot_names_find(&batch->names, slot->id);

	if (name && name->slot) {
		compare_slot(name->slot, slot, result);
		return ERROR_NONE;
	}
	check_slot(&batch->known, slot, batch->call->db.now, result);
	if (result->status == SLOT_STATUS_ACCEPTED)
		TRY(take_place(batch, slot, result));
	if (result->status != SLOT_STATUS_ACCEPTED)
		return ERROR_NONE;
	batch->taken[batch->taken_count] = slot_row_of(slot, batch->timeline->owner.user_id);
	name->slot = &batch->taken[batch->taken_count++];
	return ERROR_NONE;
}

static enum error take_slots(struct batch *batch)
{
	size_t                     count = batch->slots->count;
	struct ingested_slots_row *ingested = batch->ingested;
	struct slot_result_row    *results = arena_alloc_array(batch->call->db.arena, count, sizeof(*results));

	batch->taken = arena_alloc_array(batch->call->db.arena, count, sizeof(*batch->taken));
	batch->weeks = arena_alloc_array(batch->call->db.arena, WEEKS_A_REQUEST, sizeof(*batch->weeks));
	if (!results || !batch->taken || !batch->weeks)
		return ERROR_NO_MEMORY;
	ingested->results.items = results;
	ingested->results.count = count;
	for (size_t i = 0; i < count; i++) {
		const struct slot_input *slot = &batch->slots->items[i];

		results[i] = (struct slot_result_row){
			.index = (int64_t)i, .id = slot->id, .status = SLOT_STATUS_ACCEPTED, .saved_minutes = NONE};
		TRY(take_slot(batch, slot, &results[i]));
		ingested->accepted += results[i].status == SLOT_STATUS_ACCEPTED;
		ingested->duplicates += results[i].status == SLOT_STATUS_DUPLICATE;
		ingested->rejected += results[i].status == SLOT_STATUS_REJECTED;
	}
	return ERROR_NONE;
}

/* Slots of which a limit or a closed timesheet keeps a part out are named in the answer: a tracker may show it. */
static void tell_unsaved(const struct batch *batch)
{
	struct slot_result_row *results = batch->ingested->results.items;

	for (size_t i = 0; i < batch->ingested->results.count; i++) {
		const struct slot_name *name =
			results[i].status == SLOT_STATUS_ACCEPTED ? slot_names_find(&batch->names, results[i].id) : NULL;

		if (!name || !(name->is_limited || name->is_closed))
			continue;
		results[i].status = name->is_closed ? SLOT_STATUS_PERIOD_CLOSED : SLOT_STATUS_LIMITED;
		results[i].saved_minutes = minutes_dealt(0, name->seconds);
	}
}

static enum error store_slots(const struct batch *batch)
{
	if (batch->taken_count)
		TRY(sql_insert_tracked_slots(&batch->call->db, batch->taken, batch->taken_count));
	for (size_t i = 0; i < batch->week_count; i++)
		if (batch->weeks[i].count)
			TRY(slots_take(batch->timeline, &batch->known.works, &batch->weeks[i], &batch->names));
	tell_unsaved(batch);
	batch->ingested->saved_minutes = batch->timeline->changes->minutes;
	return batch->taken_count ? tracker_reconsider(batch->timeline) : ERROR_NONE;
}

enum error op_ingest_tracked_slots(struct call *call, const struct ingest_tracked_slots_input *input,
                                   struct ingest_tracked_slots_output *output)
{
	int64_t         user_id;
	struct timeline timeline;
	struct batch    batch = {.call = call, .timeline = &timeline, .slots = &input->slots, .ingested = &output->data};

	TRY(activity_whose(call, input->user_id, &user_id));
	TRY(activity_open(call, user_id, &timeline));
	TRY(activity_check_member(call, &timeline));
	batch.known.began = timeline.owner.created_at;
	batch.known.days = activity_records_for_others(call) ? NONE : call->settings->slot_days;
	TRY(sql_list_work(&call->db, user_id, &batch.known.works));
	TRY(find_tasks(call, &input->slots, &batch.known.tasks));
	TRY(list_names(&batch));
	TRY(take_slots(&batch));
	return store_slots(&batch);
}
