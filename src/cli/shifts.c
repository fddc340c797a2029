/* stint shift, stint break-policy: when people are expected, and their breaks, with the checks of the API. */
#include "base/calendar.h"
#include "cli/cli.h"
#include "contract.h"
#include "http/value.h"

#define COLUMNS_OF_SHIFT  3 /* id, name, kind: the others are shown of one */
#define COLUMNS_OF_POLICY 4 /* all but for whom they are */

static const char *id_argument(struct cli *cli, int64_t id)
{
	return text_format(&cli->arena, "%lld", (long long)id).data;
}

/* A list of people with one more, or without one. `room` has one more than `count`. */
static struct integer_list changed_list(int64_t *ids, size_t count, int64_t user_id, bool is_given)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (ids[i] != user_id)
			ids[kept++] = ids[i];
	if (is_given)
		ids[kept++] = user_id;
	return (struct integer_list){ids, kept};
}

/* --- shifts ------------------------------------------------------------------------------------------------------ */

static enum error find_shift(struct cli *cli, struct db_context *context, const struct shift_row **ret)
{
	const void *found;

	TRY(cli_operate_find(cli, context, "getShifts", "shift", cli->arguments[0], &found));
	*ret = found;
	return ERROR_NONE;
}

/* What the rule says against it is what the command says. */
static enum error change_shift(struct cli *cli, struct db_context *context, const struct update_shift_input *input)
{
	struct call                 call = {.db = *context};
	struct update_shift_output *output = arena_new(&cli->arena, struct update_shift_output);
	enum error                  error = output ? op_update_shift(&call, input, output) : ERROR_NO_MEMORY;

	if (error == ERROR_INVALID && call.faults)
		return cli_refuse(cli, "%s", call.faults->text.data);
	return error && call.message ? cli_refuse(cli, "%s", call.message) : error;
}

enum error shift_create(struct cli *cli, struct db_context *context)
{
	const char      **words = cli->arguments;
	const struct said said[] = {
		{"name", words[0]}, {"weekdays", words[1]}, {"start", words[2]}, {"end", words[3]}, {NULL, NULL}};
	void *output;

	TRY(cli_operate(cli, context, "createShift", said, &output));
	buffer_append_format(&cli->out, "%lld\n", (long long)((const struct create_shift_output *)output)->data.id);
	return ERROR_NONE;
}

enum error shift_list(struct cli *cli, struct db_context *context)
{
	return cli_operate_list(cli, context, "getShifts", COLUMNS_OF_SHIFT);
}

enum error shift_show(struct cli *cli, struct db_context *context)
{
	const struct shift_row *shift;

	TRY(find_shift(cli, context, &shift));
	cli_print_members(cli, "getShifts", shift);
	return ERROR_NONE;
}

enum error shift_set(struct cli *cli, struct db_context *context)
{
	const struct shift_row *shift;

	TRY(find_shift(cli, context, &shift));
	const struct said said[] = {
		{cli->arguments[1], cli->arguments[2]}, {"shiftId", id_argument(cli, shift->id)}, {NULL, NULL}};
	return cli_operate_setting(cli, context, "updateShift", said, "stint shift show");
}

static bool parse_weekday(struct text name, int64_t *ret)
{
	for (size_t i = 0; i < enumeration_weekday.count; i++)
		if (text_equal_ignoring_case(name, enumeration_weekday.values[i].name)) {
			*ret = enumeration_weekday.values[i].code;
			return true;
		}
	return false;
}

/* Monday=09:00-17:00 */
static bool parse_hours(struct text item, struct shift_hours_input *ret)
{
	const char *equals = item.length ? memchr(item.data, '=', item.length) : NULL;
	struct text clock = {equals ? equals + 1 : NULL, equals ? (size_t)(item.data + item.length - equals) - 1 : 0};

	*ret = (struct shift_hours_input){0};
	return clock.length == strlen("09:00-17:00") && clock.data[5] == '-' &&
	       parse_weekday((struct text){item.data, (size_t)(equals - item.data)}, &ret->weekday) &&
	       calendar_parse_time((struct text){clock.data, 5}, &ret->start) &&
	       calendar_parse_time((struct text){clock.data + 6, 5}, &ret->end);
}

enum error shift_hours(struct cli *cli, struct db_context *context)
{
	struct shift_hours_input  days[DAYS_PER_WEEK];
	struct update_shift_input input = {.days = {days, 0}, .given = {.days = true}};
	struct text               rest = text_of(cli->arguments[1]), item;
	const struct shift_row   *shift;

	while (value_next_item(&rest, &item))
		if (input.days.count == DAYS_PER_WEEK || !parse_hours(item, &days[input.days.count++]))
			return cli_refuse(cli, "%s: hours are written Monday=09:00-17:00,Friday=09:00-15:00", cli->arguments[1]);
	if (!input.days.count)
		return cli_refuse(cli, "a shift has hours on one day at least");
	TRY(find_shift(cli, context, &shift));
	input.shift_id = shift->id;
	return change_shift(cli, context, &input);
}

static enum error shift_give(struct cli *cli, struct db_context *context, bool is_given)
{
	struct update_shift_input input = {.given = {.user_ids = true}};
	const struct shift_row   *shift;
	struct member_row         member;
	int64_t                  *ids;

	TRY(find_shift(cli, context, &shift));
	TRY(cli_find_member(cli, context, cli->arguments[1], &member));
	ids = arena_alloc_array(&cli->arena, shift->members.count + 1, sizeof(*ids));
	for (size_t i = 0; ids && i < shift->members.count; i++)
		ids[i] = shift->members.items[i].user_id;
	if (!ids)
		return ERROR_NO_MEMORY;
	input.shift_id = shift->id;
	input.user_ids = changed_list(ids, shift->members.count, member.id, is_given);
	return change_shift(cli, context, &input);
}

enum error shift_assign(struct cli *cli, struct db_context *context)
{
	return shift_give(cli, context, true);
}

enum error shift_unassign(struct cli *cli, struct db_context *context)
{
	return shift_give(cli, context, false);
}

enum error shift_remove(struct cli *cli, struct db_context *context)
{
	const struct shift_row *shift;
	void                   *output;

	TRY(find_shift(cli, context, &shift));
	const struct said said[] = {{"shiftId", id_argument(cli, shift->id)}, {NULL, NULL}};
	return cli_operate(cli, context, "deleteShift", said, &output);
}

/* --- break policies ---------------------------------------------------------------------------------------------- */

static enum error find_break_policy(struct cli *cli, struct db_context *context, const struct break_policy_row **ret)
{
	const void *found;

	TRY(cli_operate_find(cli, context, "getBreakPolicies", "break policy", cli->arguments[0], &found));
	*ret = found;
	return ERROR_NONE;
}

enum error break_policy_create(struct cli *cli, struct db_context *context)
{
	const struct said said[] = {{"name", cli->arguments[0]}, {"minutes_per_day", cli->arguments[1]}, {NULL, NULL}};
	void             *output;

	TRY(cli_operate(cli, context, "createBreakPolicy", said, &output));
	buffer_append_format(&cli->out, "%lld\n", (long long)((const struct create_break_policy_output *)output)->data.id);
	return ERROR_NONE;
}

enum error break_policy_list(struct cli *cli, struct db_context *context)
{
	return cli_operate_list(cli, context, "getBreakPolicies", COLUMNS_OF_POLICY);
}

enum error break_policy_show(struct cli *cli, struct db_context *context)
{
	const struct break_policy_row *policy;

	TRY(find_break_policy(cli, context, &policy));
	cli_print_members(cli, "getBreakPolicies", policy);
	return ERROR_NONE;
}

enum error break_policy_set(struct cli *cli, struct db_context *context)
{
	const struct break_policy_row *policy;

	TRY(find_break_policy(cli, context, &policy));
	const struct said said[] = {
		{cli->arguments[1], cli->arguments[2]}, {"policyId", id_argument(cli, policy->id)}, {NULL, NULL}};
	return cli_operate_setting(cli, context, "updateBreakPolicy", said, "stint break-policy show");
}

static enum error break_policy_give(struct cli *cli, struct db_context *context, bool is_given)
{
	struct call                        call = {.db = *context};
	struct update_break_policy_input   input = {.given = {.user_ids = true}};
	struct update_break_policy_output *output = arena_new(&cli->arena, struct update_break_policy_output);
	const struct break_policy_row     *policy;
	struct member_row                  member;
	int64_t                           *ids;

	TRY(find_break_policy(cli, context, &policy));
	TRY(cli_find_member(cli, context, cli->arguments[1], &member));
	ids = arena_alloc_array(&cli->arena, policy->members.count + 1, sizeof(*ids));
	for (size_t i = 0; ids && i < policy->members.count; i++)
		ids[i] = policy->members.items[i].user_id;
	if (!ids || !output)
		return ERROR_NO_MEMORY;
	input.policy_id = policy->id;
	input.user_ids = changed_list(ids, policy->members.count, member.id, is_given);
	return op_update_break_policy(&call, &input, output);
}

enum error break_policy_assign(struct cli *cli, struct db_context *context)
{
	return break_policy_give(cli, context, true);
}

enum error break_policy_unassign(struct cli *cli, struct db_context *context)
{
	return break_policy_give(cli, context, false);
}

enum error break_policy_remove(struct cli *cli, struct db_context *context)
{
	const struct break_policy_row *policy;
	void                          *output;

	TRY(find_break_policy(cli, context, &policy));
	const struct said said[] = {{"policyId", id_argument(cli, policy->id)}, {NULL, NULL}};
	return cli_operate(cli, context, "deleteBreakPolicy", said, &output);
}
