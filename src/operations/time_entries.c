/* Time entries (contract 3.12). */
#include "base/calendar.h"
#include "contract.h"
#include "operations/activity.h"
#include "operations/entry_times.h"
#include "operations/leaves.h"
#include "operations/manual_time.h"
#include "operations/slots.h"
#include "operations/trackers.h"

enum error op_get_time_entries(struct call *call, const struct get_time_entries_input *input,
                               struct get_time_entries_output *output)
{
	struct timeline timeline;

	TRY(timeline_view(&call->db, input->user_id, &timeline));
	TRY(sql_list_time_entries(&call->db, input->user_id, input->date, input->project_id, input->task_id, &call->page,
	                          &output->data));
	for (size_t i = 0; i < output->data.count; i++) {
		struct time_entry_row *row = &output->data.items[i];

		row->start_local = entry_times_local(&timeline, row->start_time);
		row->end_local = entry_times_local(&timeline, row->end_time);
	}
	return ERROR_NONE;
}

/* --- adding ------------------------------------------------------------------------------------------------------ */

static struct time_entry_row row_of(const struct timeline *timeline, const struct new_time_entry_row *entry,
                                    const struct activity *activity, struct text task_title)
{
	return (struct time_entry_row){
		.id = entry->id,
		.user_id = entry->user_id,
		.contract_id = entry->contract_id,
		.project_id = activity->work.project_id,
		.project_name = activity->work.project_name,
		.task_id = entry->task_id,
		.task_title = task_title,
		.activity_description = entry->description,
		.method = entry->method,
		.date = entry->day,
		.start_time = entry->start_at,
		.end_time = entry->end_at,
		.duration_minutes = entry->minutes,
		.total_minutes = entry->minutes,
		.start_local = entry_times_local(timeline, entry->start_at),
		.end_local = entry_times_local(timeline, entry->end_at),
	};
}

static enum error describe_added(struct call *call, const struct timeline *timeline, const struct added *added,
                                 const struct activity *activity, struct text task_title, struct added_time_row *ret)
{
	struct time_entry_row *rows = arena_alloc_array(call->db.arena, added->count, sizeof(*rows));

	if (!rows)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < added->count; i++)
		rows[i] = row_of(timeline, &added->entries[i], activity, task_title);
	*ret = (struct added_time_row){
		.id = rows[0].id,
		.user_id = rows[0].user_id,
		.contract_id = rows[0].contract_id,
		.project_id = rows[0].project_id,
		.project_name = rows[0].project_name,
		.task_id = rows[0].task_id,
		.task_title = rows[0].task_title,
		.activity_description = rows[0].activity_description,
		.method = rows[0].method,
		.date = rows[0].date,
		.start_time = rows[0].start_time,
		.end_time = rows[added->count - 1].end_time,
		.start_local = rows[0].start_local,
		.end_local = rows[added->count - 1].end_local,
		.duration_minutes = added->minutes,
		.total_minutes = added->minutes,
		.entries = {rows, added->count},
	};
	return ERROR_NONE;
}

enum error op_create_time_entry(struct call *call, const struct create_time_entry_input *input,
                                struct create_time_entry_output *output)
{
	struct timeline timeline;
	struct activity activity;
	struct text     task_title;
	struct added    added;
	struct span     span;

	TRY(activity_open(call, input->user_id, &timeline));
	TRY(activity_check_member(call, &timeline));
	TRY(activity_find(call, input->user_id, input->contract_id, input->task_id, &activity, &task_title));
	TRY(entry_times_new(call, &timeline, &(struct said_times){input->date, input->start_time, input->end_time}, &span));
	activity.description = input->notes;
	TRY(manual_time_add(call, &timeline, span, &activity, &added));
	call->message = manual_time_added(call, &timeline, span, &added);
	output->beside.saved_minutes = added.minutes;
	return describe_added(call, &timeline, &added, &activity, task_title, &output->data);
}

/* --- changing ---------------------------------------------------------------------------------------------------- */

static enum error choose_work(struct call *call, const struct update_time_entry_input *input,
                              const struct time_entry_row *entry, struct work_row *ret)
{
	bool found = true;

	*ret = (struct work_row){.contract_id = NONE, .project_id = NONE};
	if (!input->given.project_id || input->project_id == entry->project_id)
		return entry->contract_id == NONE ? ERROR_NONE :
		                                    sql_find_work_of_entry(&call->db, entry->contract_id, ret, &found);
	if (input->project_id == NONE)
		return ERROR_NONE;
	TRY(sql_find_work_on_project(&call->db, entry->user_id, input->project_id, ret, &found));
	if (!found)
		return call_fault(call, "project_id", "The member has no contract on this project.");
	return ret->status == CONTRACT_STATUS_ACTIVE ? ERROR_NONE : ERROR_CONTRACT_PAUSED;
}

/* What is not given stays; a task goes with its project. */
static enum error choose_activity(struct call *call, const struct update_time_entry_input *input,
                                  const struct time_entry_row *entry, struct activity *ret)
{
	struct text title;

	TRY(choose_work(call, input, entry, &ret->work));
	ret->method = entry->method;
	ret->description = input->given.notes ? input->notes : entry->activity_description;
	ret->task_id = ret->work.project_id == entry->project_id ? entry->task_id : NONE;
	if (!input->given.task_id || input->task_id == ret->task_id) /* what stays may have been deleted since */
		return ERROR_NONE;
	ret->task_id = input->task_id;
	return ret->task_id == NONE ? ERROR_NONE : activity_find_task(call, ret->work.project_id, ret->task_id, &title);
}

/* Recorded time that a person takes over or away does not come back with slots that arrive later. */
static enum error take_out(const struct timeline *timeline, const struct new_time_entry_row *entry)
{
	TRY(timeline_remove(timeline, entry));
	if (!entry->from_slots)
		return ERROR_NONE;
	return sql_insert_removed_span(timeline->db, entry->user_id, entry->start_at, entry->end_at);
}

/* What an entry left free may go to other slots. */
static enum error settle(const struct timeline *timeline, const struct new_time_entry_row *entry)
{
	TRY(slots_derive(timeline, entry_span(entry)));
	return tracker_reconsider(timeline);
}

/* Locks the timeline of the entry's member, and reads it anew: it may have been changed by then. */
static enum error open_entry(struct call *call, int64_t id, struct timeline *ret_timeline, struct time_entry_row *ret)
{
	TRY(sql_get_time_entry(&call->db, id, ret));
	TRY(timeline_open(&call->db, ret->user_id, ret_timeline));
	TRY(sql_get_time_entry(&call->db, id, ret));
	return sheet_check_open(call, ret->user_id, ret->date);
}

/* Time of somebody who left, or is blocked, does not grow. */
static enum error check_lengthened(struct call *call, const struct timeline *timeline,
                                   const struct new_time_entry_row *old, struct span span)
{
	return span_seconds(span) > span_seconds(entry_span(old)) ? activity_check_member(call, timeline) : ERROR_NONE;
}

/* An edit that asks for no more time than there is deletes none: where a limit has no room for it, it is refused. */
static enum error check_kept(const struct new_time_entry_row *old, struct span span, const struct fit *fit)
{
	bool more = span_seconds(span) > span_seconds(entry_span(old));

	return fit->limited_at != NONE && !more ? ERROR_LIMIT_REACHED : ERROR_NONE;
}

static bool is_same_time(const struct new_time_entry_row *old, struct span span, const struct activity *activity)
{
	return span.start == old->start_at && span.end == old->end_at && activity->work.contract_id == old->contract_id;
}

enum error op_update_time_entry(struct call *call, const struct update_time_entry_input *input)
{
	struct said_times         said = {input->given.date ? input->date : NONE, input->start_time, input->end_time};
	struct time_entry_row     entry;
	struct new_time_entry_row old, changed;
	struct timeline           timeline;
	struct activity           activity;
	struct added              added;
	struct span               span;

	TRY(open_entry(call, input->time_entry_id, &timeline, &entry));
	TRY(choose_activity(call, input, &entry, &activity));
	TRY(entry_times_change(call, &timeline, &said, &entry, &span));
	TRY(sql_get_stored_entry(&call->db, entry.id, &old));
	if (is_same_time(&old, span, &activity) && activity.task_id == old.task_id &&
	    text_equal(activity.description, old.description))
		return ERROR_NONE; /* nobody has taken it over from its slots */
	TRY(check_lengthened(call, &timeline, &old, span));
	TRY(take_out(&timeline, &old));
	if (is_same_time(&old, span, &activity)) {
		changed = old;
		changed.task_id = activity.task_id;
		changed.description = activity.description;
		changed.from_slots = false;
		TRY(timeline_insert(&timeline, &changed));
		return timeline_deal(&timeline);
	}
	TRY(timeline_add(&timeline, span, &activity, &old, &added));
	TRY(manual_time_check(call, &added));
	TRY(check_kept(&old, span, &added.fit));
	TRY(leave_time_follow(&call->db, &added));
	call->message = manual_time_rest(call, "Time entry updated successfully", span, &added);
	return settle(&timeline, &old);
}

enum error op_delete_time_entry(struct call *call, const struct delete_time_entry_input *input)
{
	struct time_entry_row     entry;
	struct new_time_entry_row old;
	struct timeline           timeline;

	TRY(open_entry(call, input->time_entry_id, &timeline, &entry));
	TRY(sql_get_stored_entry(&call->db, entry.id, &old));
	TRY(take_out(&timeline, &old));
	return settle(&timeline, &old);
}
