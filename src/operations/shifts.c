/* Shifts, and for whom they and break policies are (contract 4). */
#include "operations/shifts.h"

#include "db/ids.h"
#include "operations/settings.h"
#include "rules/shifts.h"
#include "statements.h"

/* --- for whom ---------------------------------------------------------------------------------------------------- */

static bool people_have(const struct member_id_rows *people, int64_t id)
{
	for (size_t i = 0; i < people->count; i++)
		if (people->items[i].id == id)
			return true;
	return false;
}

enum error attendance_give(struct call *call, int64_t kind, int64_t object_id, struct integer_list user_ids)
{
	struct member_id_rows people = {0};

	if (user_ids.count)
		TRY(sql_list_attendance_people(&call->db, kind, object_id, user_ids, &people));
	for (size_t i = 0; i < user_ids.count; i++)
		if (!people_have(&people, user_ids.items[i]))
			return call_missing(
				call, text_format(call->db.arena, "Member %lld was not found.", (long long)user_ids.items[i]).data);
	TRY(sql_delete_attendance_members(&call->db, kind, object_id));
	return people.count ? sql_insert_attendance_members(&call->db, kind, object_id, user_ids) : ERROR_NONE;
}

enum error attendance_give_future(struct db_context *db, int64_t kind, int64_t object_id, bool is_given)
{
	return is_given ? sql_insert_attendance_of_future(db, kind, object_id) :
	                  sql_delete_attendance_of_future(db, kind, object_id);
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static enum error shifts_fill(struct db_context *db, struct shift_row *shifts, size_t count)
{
	TRY(sql_attach_to_shift(db, shifts, count));
	for (size_t i = 0; i < count; i++) {
		struct shift_day_rows *days = &shifts[i].days;

		shifts[i].type = SHIFT_TYPE_STANDARD;
		for (size_t k = 0; k < days->count; k++) {
			days->items[k].end = (days->items[k].start + days->items[k].minutes) % MINUTES_PER_DAY;
			if (days->items[k].start != days->items[0].start || days->items[k].minutes != days->items[0].minutes)
				shifts[i].type = SHIFT_TYPE_ADJUSTABLE;
		}
	}
	return ERROR_NONE;
}

static enum error get_shift(struct call *call, int64_t id, struct shift_row *ret)
{
	TRY(sql_get_shift(&call->db, id, ret));
	return shifts_fill(&call->db, ret, 1);
}

enum error op_get_shifts(struct call *call, const struct get_shifts_input *input, struct get_shifts_output *output)
{
	TRY(sql_list_shifts(&call->db, input->user_id, &call->page, &output->data));
	return shifts_fill(&call->db, output->data.items, output->data.count);
}

/* --- hours ------------------------------------------------------------------------------------------------------- */

/* Either list of hours, or what they have in common; NULL and NONE: not said. */
struct said_hours {
	const struct shift_hours_list *days;
	int64_t                        weekdays, start, end;
};

static enum error check_clock_times(struct call *call, int64_t start, int64_t end)
{
	if (start >= MINUTES_PER_DAY)
		return call_fault(call, "start", "The start must be a time as HH:mm, before 24:00.");
	if (end > MINUTES_PER_DAY)
		return call_fault(call, "end", "The end must be a time as HH:mm.");
	return ERROR_NONE;
}

static enum error read_days(struct call *call, const struct shift_hours_list *list, struct shift_pattern *pattern)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct shift_hours_input *item = &list->items[i];

		if (item->faults)
			return call_fault(call, "days", "%s", item->faults->text.data);
		TRY(check_clock_times(call, item->start, item->end));
		if (pattern->weekdays[item->weekday].minutes)
			return call_fault(call, "days", "A weekday must not come twice.");
		pattern->weekdays[item->weekday] = shift_hours_between(item->start, item->end);
	}
	return ERROR_NONE;
}

/* What is not said of a weekday is as it was, or as it was on the first one. */
static enum error read_common(struct call *call, const struct said_hours *said, const struct shift_day_rows *days,
                              struct shift_pattern *pattern)
{
	struct shift_day_row old[DAYS_PER_WEEK + 1] = {0};
	int64_t              weekdays = said->weekdays == NONE ? 0 : said->weekdays;

	if (!days->count && (said->weekdays == NONE || said->start == NONE || said->end == NONE))
		return call_fault(call, "weekdays", "The weekdays, start and end are required, unless days are given.");
	TRY(check_clock_times(call, said->start, said->end));
	for (size_t i = 0; i < days->count; i++) {
		old[days->items[i].weekday] = days->items[i];
		if (said->weekdays == NONE)
			weekdays |= INT64_C(1) << days->items[i].weekday;
	}
	for (int64_t weekday = 1; weekday <= DAYS_PER_WEEK; weekday++) {
		struct shift_day_row day = days->count && !old[weekday].minutes ? days->items[0] : old[weekday];

		if (weekdays >> weekday & 1)
			pattern->weekdays[weekday] = shift_hours_between(said->start == NONE ? day.start : said->start,
			                                                 said->end == NONE ? day.end : said->end);
	}
	return ERROR_NONE;
}

/* `shift`: as it is, for what is not said. */
static enum error read_hours(struct call *call, const struct said_hours *said, const struct shift_row *shift,
                             struct shift_pattern *ret)
{
	*ret = (struct shift_pattern){0};
	return said->days ? read_days(call, said->days, ret) : read_common(call, said, &shift->days, ret);
}

static enum error put_hours(struct call *call, int64_t shift_id, const struct shift_pattern *pattern)
{
	struct shift_day_row days[DAYS_PER_WEEK];
	size_t               count = 0;

	for (int64_t weekday = 1; weekday <= DAYS_PER_WEEK; weekday++)
		if (pattern->weekdays[weekday].minutes)
			days[count++] = (struct shift_day_row){.shift_id = shift_id,
			                                       .weekday = weekday,
			                                       .start = pattern->weekdays[weekday].start,
			                                       .minutes = pattern->weekdays[weekday].minutes};
	TRY(sql_delete_shift_days(&call->db, shift_id));
	return sql_insert_shift_days(&call->db, days, count);
}

/* --- changing ---------------------------------------------------------------------------------------------------- */

static struct shift_pattern pattern_of(const struct shift_row *shift)
{
	struct shift_pattern pattern = {shift->date_from, shift->date_until, shift->repeat, {{0, 0}}};

	for (size_t i = 0; i < shift->days.count; i++)
		pattern.weekdays[shift->days.items[i].weekday] =
			(struct shift_hours){shift->days.items[i].start, shift->days.items[i].minutes};
	return pattern;
}

/* Those of whoever has the shift, as it is stored by now. */
static enum error check_overlaps(struct call *call, const struct shift_row *shift)
{
	struct shift_pattern pattern = pattern_of(shift);
	struct shift_rows    beside;

	if (shifts_overlap(&pattern, &pattern))
		return call_fault(call, "days", "A shift must have ended when it begins again.");
	TRY(sql_list_shifts_beside(&call->db, shift->id, &beside));
	TRY(sql_attach_to_shift(&call->db, beside.items, beside.count));
	for (size_t i = 0; i < beside.count; i++) {
		struct shift_pattern other = pattern_of(&beside.items[i]);

		if (beside.items[i].id == shift->id || !shifts_overlap(&pattern, &other))
			continue;
		call->message = text_format(call->db.arena, "A member would have the shift \"%s\" at the same time.",
		                            beside.items[i].name.data)
		                    .data;
		return ERROR_SHIFTS_OVERLAP;
	}
	return ERROR_NONE;
}

enum error op_create_shift(struct call *call, const struct create_shift_input *input,
                           struct create_shift_output *output)
{
	struct said_hours    said = {input->given.days ? &input->days : NULL, input->weekdays, input->start, input->end};
	struct shift_pattern hours;
	struct shift_row     shift = {
			.name = input->name,
			.name_folded = text_fold(call->db.arena, input->name),
			.date_from = input->date_from,
			.date_until = input->date_until,
			.repeat = input->repeat,
			.minimum_minutes = input->minimum_minutes,
    };

	TRY(sql_lock_attendance(&call->db));
	if (shift.date_from == NONE)
		TRY(settings_today(&call->db, &shift.date_from));
	if (shift.date_until != NONE && shift.date_until < shift.date_from)
		return call_fault(call, "date_until", "The date_until must be a date after or equal to date_from.");
	TRY(read_hours(call, &said, &shift, &hours));
	TRY(ids_next(call->db.ids, SEQUENCE_SHIFTS, &shift.id));
	TRY(sql_insert_shift(&call->db, &shift));
	TRY(put_hours(call, shift.id, &hours));
	TRY(attendance_give(call, ATTENDANCE_KIND_SHIFT, shift.id, input->user_ids));
	TRY(attendance_give_future(&call->db, ATTENDANCE_KIND_SHIFT, shift.id, input->future_members));
	TRY(get_shift(call, shift.id, &output->data));
	return check_overlaps(call, &output->data);
}

enum error op_update_shift(struct call *call, const struct update_shift_input *input,
                           struct update_shift_output *output)
{
	struct said_hours    said = {input->given.days ? &input->days : NULL, input->weekdays, input->start, input->end};
	bool                 changes_hours = said.days || input->given.weekdays || input->given.start || input->given.end;
	struct shift_pattern hours;
	struct shift_row     shift;

	TRY(sql_lock_attendance(&call->db));
	TRY(get_shift(call, input->shift_id, &shift));
	merge_update_shift(&shift, input);
	shift.name_folded = text_fold(call->db.arena, shift.name);
	if (shift.date_until != NONE && shift.date_until < shift.date_from)
		return call_fault(call, "date_until", "The date_until must be a date after or equal to date_from.");
	if (changes_hours)
		TRY(read_hours(call, &said, &shift, &hours));
	TRY(sql_update_shift(&call->db, &shift));
	if (changes_hours)
		TRY(put_hours(call, shift.id, &hours));
	if (input->given.user_ids)
		TRY(attendance_give(call, ATTENDANCE_KIND_SHIFT, shift.id, input->user_ids));
	TRY(attendance_give_future(&call->db, ATTENDANCE_KIND_SHIFT, shift.id, shift.future_members));
	TRY(get_shift(call, shift.id, &output->data));
	return check_overlaps(call, &output->data);
}

enum error op_delete_shift(struct call *call, const struct delete_shift_input *input)
{
	int64_t today, changed;

	TRY(settings_today(&call->db, &today));
	TRY(sql_delete_shift(&call->db, input->shift_id, today - 1, &changed));
	if (!changed)
		return ERROR_NOT_FOUND;
	return attendance_give_future(&call->db, ATTENDANCE_KIND_SHIFT, input->shift_id, false);
}
