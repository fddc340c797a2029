/* What trackers send (Stint's own operation). A slot is taken or refused by itself. */
#include "base/calendar.h"
#include "contract.h"
#include "operations/activity.h"
#include "operations/slots.h"
#include "operations/trackers.h"

#define FUTURE_SECONDS 600 /* by which a client's clock may be ahead */

/* What slots may refer to. */
struct known {
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

	if (slot->faults) {
		reject(result, NULL, NULL);
		result->field = slot->faults->field;
		result->message = slot->faults->text;
	} else if (slot->start < SECONDS_PER_DAY * 366) {
		reject(result, "start", "The start must be after 1970.");
	} else if (slot->end <= slot->start) {
		reject(result, "end", "The end must be after start.");
	} else if (slot->end - slot->start > SLOT_SECONDS_MAX) {
		reject(result, "end", "A slot is at most ten minutes long.");
	} else if (slot->end > now + FUTURE_SECONDS) {
		reject(result, "end", "The end is in the future.");
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

static struct tracked_slot_row row_of(const struct slot_input *slot, int64_t user_id)
{
	return (struct tracked_slot_row){
		.slot_id = slot->id,
		.start_at = slot->start,
		.end_at = slot->end,
		.contract_id = slot->contract_id,
		.task_id = slot->task_id,
		.method = slot->method == NONE ? TIME_METHOD_DESKTOP_TRACKER : slot->method,
		.activity_level = slot->activity_level,
		.description = slot->activity_description,
		.user_id = user_id,
	};
}

/* What an id says that is stored already: the stored one stays, whatever the second one says. */
static enum error compare_slot(struct call *call, const struct tracked_slot_row *row, struct slot_result_row *result,
                               bool *ret_found)
{
	struct tracked_slot_row stored;

	TRY(sql_find_tracked_slot(&call->db, row->user_id, row->slot_id, &stored, ret_found));
	if (!*ret_found)
		return ERROR_NONE;
	*result = (struct slot_result_row){.index = result->index, .id = row->slot_id, .status = SLOT_STATUS_DUPLICATE};
	if (stored.start_at != row->start_at || stored.end_at != row->end_at || stored.contract_id != row->contract_id)
		reject(result, "id", "Another slot with this id is stored already.");
	return ERROR_NONE;
}

/* One that was taken when it came first is a duplicate now, though it might not be taken any more. */
static enum error store_slot(struct call *call, const struct slot_input *slot, int64_t user_id,
                             struct slot_result_row *result)
{
	struct tracked_slot_row row = row_of(slot, user_id);
	int64_t                 changed = 0;
	bool                    found, is_taken = result->status == SLOT_STATUS_ACCEPTED;

	if (is_taken)
		TRY(sql_insert_tracked_slot(&call->db, &row, &changed));
	if (changed)
		return ERROR_NONE;
	TRY(compare_slot(call, &row, result, &found));
	return is_taken && !found ? ERROR_CONFLICT : ERROR_NONE; /* stored by another at this moment */
}

static enum error store_slots(struct call *call, const struct slot_list *slots, int64_t user_id,
                              const struct known *known, struct ingested_slots_row *ingested)
{
	struct slot_result_row *results = arena_alloc_array(call->db.arena, slots->count, sizeof(*results));

	if (!results)
		return ERROR_NO_MEMORY;
	ingested->results.items = results;
	ingested->results.count = slots->count;
	for (size_t i = 0; i < slots->count; i++) {
		const struct slot_input *slot = &slots->items[i];

		results[i] = (struct slot_result_row){.index = (int64_t)i, .id = slot->id, .status = SLOT_STATUS_ACCEPTED};
		check_slot(known, slot, call->db.now, &results[i]);
		if (!slot->faults)
			TRY(store_slot(call, slot, user_id, &results[i]));
		ingested->accepted += results[i].status == SLOT_STATUS_ACCEPTED;
		ingested->duplicates += results[i].status == SLOT_STATUS_DUPLICATE;
		ingested->rejected += results[i].status == SLOT_STATUS_REJECTED;
	}
	return ERROR_NONE;
}

/* Each week once. */
static enum error derive_weeks(const struct timeline *timeline, const struct slot_list *slots,
                               const struct slot_result_row *results, int64_t *gained)
{
	struct span *weeks = arena_alloc_array(timeline->db->arena, slots->count, sizeof(*weeks));
	size_t       count = 0;

	if (!weeks)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < slots->count; i++) {
		const struct slot_input *slot = &slots->items[i];

		if (results[i].status == SLOT_STATUS_ACCEPTED)
			weeks[count++] =
				(struct span){timeline_week(timeline, slot->start).start, timeline_week(timeline, slot->end - 1).end};
	}
	count = spans_join(weeks, count);
	for (size_t i = 0; i < count; i++) {
		int64_t more;

		TRY(slots_derive(timeline, weeks[i], &more));
		*gained += more;
	}
	return ERROR_NONE;
}

enum error op_ingesttrackedslots(struct call *call, const struct ingesttrackedslots_input *input,
                                 struct ingesttrackedslots_output *output)
{
	int64_t         user_id = input->user_id == NONE ? call->db.caller_id : input->user_id;
	struct timeline timeline;
	struct known    known;

	if (user_id != call->db.caller_id && call->db.caller_role != ROLE_OWNER &&
	    call->db.caller_role != ROLE_EXECUTIVE_MANAGER)
		return ERROR_FORBIDDEN;
	TRY(activity_open(call, user_id, &timeline));
	TRY(activity_check_member(call, &timeline));
	TRY(sql_list_work(&call->db, user_id, &known.works));
	TRY(find_tasks(call, &input->slots, &known.tasks));
	TRY(store_slots(call, &input->slots, user_id, &known, &output->data));
	TRY(derive_weeks(&timeline, &input->slots, output->data.results.items, &output->data.saved_minutes));
	return output->data.accepted ? tracker_reconsider(&timeline) : ERROR_NONE;
}
