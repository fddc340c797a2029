/* The report of activity descriptions (contract 3.13): what members say that they did. It reads entries, as the
 * timeline does: texts are in no rollup. */
#include "contract.h"
#include "operations/report_entries.h"
#include "operations/report_range.h"
#include "rules/grouping.h"

#include <stdlib.h>

static int compare_texts(struct text a, struct text b)
{
	size_t length = a.length < b.length ? a.length : b.length;
	int    order = (a.data != NULL) - (b.data != NULL); /* none first */

	order = order || !length ? order : memcmp(a.data, b.data, length);
	return order ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_described_ids(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* What is shown together. */
static int compare_described(const struct described_minutes_row *a, const struct described_minutes_row *b)
{
	int order = compare_texts(a->activity_description, b->activity_description);

	order = order ? order : compare_described_ids(a->contract_id, b->contract_id);
	return order ? order : compare_described_ids(a->task_id, b->task_id);
}

static int compare_parts(const void *a, const void *b)
{
	const struct described_minutes_row *left = a, *right = b;
	int                                 order = compare_described_ids(left->user_id, right->user_id);

	order = order ? order : compare_described(left, right);
	return order ? order : compare_described_ids(left->day, right->day);
}

/* The longest first. */
static int compare_works(const void *a, const void *b)
{
	const struct described_work_row *left = a, *right = b;
	int                              order = compare_described_ids(right->total_minutes, left->total_minutes);

	order = order ? order : compare_texts(left->activity_description, right->activity_description);
	order = order ? order : compare_described_ids(left->contract_id, right->contract_id);
	return order ? order : compare_described_ids(left->task_id, right->task_id);
}

static struct text described_url(const struct db_context *db, struct day_range days,
                                 const struct described_minutes_row *part)
{
	const struct report_cell cell = {
		.days = days,
		.user_id = part->user_id,
		.work = "contracts",
		.work_id = part->contract_id,
		.by_task = true,
		.task_id = part->task_id,
		.described_as = part->entry_id,
	};

	return report_entries_url(db, &cell);
}

/* The user's parts, and room for as many works and days. */
static void descriptions_group(const struct db_context *db, struct day_range range,
                               const struct described_minutes_row *parts, size_t count,
                               struct described_work_row *works, struct described_day_row *days,
                               struct description_user_row *user)
{
	struct described_work_row *work;
	size_t                     found = 0;

	for (size_t i = 0; i < count; i++) {
		if (i == 0 || compare_described(&parts[i - 1], &parts[i]) != 0)
			works[found++] = (struct described_work_row){
				.activity_description = parts[i].activity_description,
				.contract_id = parts[i].contract_id,
				.project_id = parts[i].project_id,
				.project_name = parts[i].project_name,
				.task_id = parts[i].task_id,
				.task_title = parts[i].task_title,
				.entries_url = described_url(db, range, &parts[i]),
				.days = {&days[i], 0},
			};
		days[i] = (struct described_day_row){
			.date = parts[i].day,
			.total_minutes = parts[i].total_minutes,
			.entries_url = described_url(db, (struct day_range){parts[i].day, parts[i].day}, &parts[i]),
		};
		work = &works[found - 1];
		work->days.count++;
		work->total_minutes += parts[i].total_minutes;
		user->total_minutes += parts[i].total_minutes;
	}
	qsort(works, found, sizeof(*works), compare_works);
	user->descriptions = (struct described_work_rows){works, found};
}

/* `parts`: of all users. */
static enum error descriptions_fill(struct db_context *db, struct day_range range, struct described_minutes_rows *parts,
                                    struct description_user_rows *users)
{
	struct described_work_row *works = arena_alloc_array(db->arena, parts->count, sizeof(*works));
	struct described_day_row  *days = arena_alloc_array(db->arena, parts->count, sizeof(*days));
	size_t                     begin = 0, end = 0;

	if (!parts->count)
		return ERROR_NONE;
	if (!works || !days)
		return ERROR_NO_MEMORY;
	qsort(parts->items, parts->count, sizeof(*parts->items), compare_parts);
	for (size_t i = 0; i < users->count; i++, begin = end) {
		while (end < parts->count && parts->items[end].user_id == users->items[i].user_id)
			end++;
		descriptions_group(db, range, &parts->items[begin], end - begin, &works[begin], &days[begin], &users->items[i]);
	}
	return ERROR_NONE;
}

enum error op_get_activity_descriptions_report(struct call                                         *call,
                                               const struct get_activity_descriptions_report_input *input,
                                               struct get_activity_descriptions_report_output      *output)
{
	struct description_user_rows *users = &output->data.users;
	struct day_range              days;
	struct described_minutes_rows parts;
	struct integer_list           contracts, ids;

	TRY(report_range(call, input->start_date, input->end_date, REPORT_DAYS_MAX, &days));
	TRY(report_contracts(call, input->projects, &contracts));
	TRY(sql_list_description_users(&call->db, days.first, days.last, input->user_ids, contracts, &call->page, users));
	TRY(grouping_column(call->db.arena, users, user_id, &ids));
	TRY(sql_list_described_minutes(&call->db, ids, days.first, days.last, contracts, &parts));
	TRY(descriptions_fill(&call->db, days, &parts, users));
	output->data.report_type = TEXT("activity_descriptions");
	output->data.start_date = days.first;
	output->data.end_date = days.last;
	return ERROR_NONE;
}
