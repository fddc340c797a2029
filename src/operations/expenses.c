/* Expenses (contract 3.10) and their categories. */
#include "base/calendar.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "contract.h"
#include "db/ids.h"
#include "operations/events.h"
#include "operations/projects.h"
#include "operations/transitions.h"
#include "statements.h"

/* --- reading ----------------------------------------------------------------------------------------------------- */

/* As the API has always written it: Jan 15, 2024. */
static struct text day_for_people(struct arena *arena, int64_t day)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int                      year;
	unsigned                 month, day_of_month;

	calendar_date(day, &year, &month, &day_of_month);
	return text_format(arena, "%s %u, %d", months[month - 1], day_of_month, year);
}

static enum error expense_get(struct db_context *db, int64_t id, struct expense_row *ret)
{
	TRY(sql_get_expense(db, id, ret));
	ret->expense_date = day_for_people(db->arena, ret->date);
	return ERROR_NONE;
}

static enum error expense_tell(struct db_context *db, const struct later_event *later)
{
	struct db_context  view = event_view(db);
	struct expense_row expense;

	TRY(expense_get(&view, later->object_id, &expense));
	return event_note(db, &(struct event){later->kind, expense.id, expense.user_id, expense.project_id}, &expense,
	                  NULL);
}

enum error op_get_expenses(struct call *call, const struct get_expenses_input *input,
                           struct get_expenses_output *output)
{
	TRY(sql_list_expenses(&call->db, input->id, input->date_from, input->date_to, input->user_id, input->project_id,
	                      &call->page, &output->data));
	for (size_t i = 0; i < output->data.count; i++)
		output->data.items[i].expense_date = day_for_people(call->db.arena, output->data.items[i].date);
	return ERROR_NONE;
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

/* More decimals than the currency has are refused: nobody can be paid them, and rounding would change what was asked.
 */
static enum error expense_check_amount(struct call *call, int64_t amount, struct text currency)
{
	return amount % currency_least(currency) == 0 ?
	           ERROR_NONE :
	           call_fault(call, "amount", "The amount must have at most %d decimals, as %s has.",
	                      currency_digits(currency), currency.data);
}

static enum error expense_check_category(struct call *call, int64_t category_id)
{
	struct named_row category;
	bool             found = true;

	if (category_id != NONE)
		TRY(sql_find_expense_category(&call->db, category_id, &category, &found));
	return found ? ERROR_NONE : call_missing(call, "The category was not found.");
}

/* `note` and `description` are two names of one text. Whoever writes back what they read has changed one of them. */
static enum error expense_merge_note(struct call *call, const struct expense_row *before, struct expense_row *after)
{
	if (text_equal(after->description, before->note))
		return ERROR_NONE;
	if (!text_equal(after->note, before->note) && !text_equal(after->note, after->description))
		return call_fault(call, "description", "The note and the description differ.");
	after->note = after->description;
	return ERROR_NONE;
}

enum error op_create_expense(struct call *call, const struct create_expense_input *input,
                             struct create_expense_output *output)
{
	struct workspace_settings_row settings;
	struct expense_row            expense = {
				   .user_id = call->db.caller_id,
				   .expense_name = input->expense_name,
				   .date = input->date,
				   .amount = input->amount,
				   .category_id = input->category_id,
				   .project_id = input->project_id,
				   .note = input->note,
				   .description = input->description,
				   .is_billable = input->is_billable,
    };

	TRY(expense_merge_note(call, &(struct expense_row){0}, &expense));
	TRY(sql_get_workspace_settings(&call->db, &settings));
	expense.currency = settings.currency;
	TRY(expense_check_amount(call, expense.amount, expense.currency));
	TRY(expense_check_category(call, expense.category_id));
	if (expense.project_id != NONE)
		TRY(project_check(call, expense.project_id));
	TRY(ids_next(call->db.ids, SEQUENCE_EXPENSES, &expense.id));
	TRY(sql_insert_expense(&call->db, &expense));
	TRY(transition_begin(call, OBJECT_KIND_EXPENSE, expense.id, OBJECT_STATUS_RECORDED, false, expense_tell));
	return expense_get(&call->db, expense.id, &output->data);
}

/* --- changing ---------------------------------------------------------------------------------------------------- */

static struct transition_request expense_transition(const struct call *call, const struct expense_row *expense,
                                                    int64_t action)
{
	return (struct transition_request){
		.kind = OBJECT_KIND_EXPENSE,
		.id = expense->id,
		.from = OBJECT_STATUS_RECORDED,
		.action = action,
		.who = transition_who(call, expense->user_id, 0),
		.update = sql_set_expense_status,
		.tell = expense_tell,
	};
}

#define EXPENSE_VALUES_MAX 7

static void expense_note(struct transition_request *request, const char *name, struct text before, struct text after)
{
	request->values[request->value_count++] =
		(struct transition_value_row){.name = text_of(name), .before = before, .after = after};
}

static void expense_note_text(struct transition_request *request, const char *name, struct text before,
                              struct text after)
{
	if (!text_equal(before, after))
		expense_note(request, name, before, after);
}

static struct text day_text(struct arena *arena, int64_t day)
{
	char text[DATE_SIZE];

	calendar_format_date(day, text);
	return text_copy(arena, text_of(text));
}

static struct text amount_text(struct arena *arena, int64_t amount)
{
	char text[DECIMAL_SIZE];

	return text_copy(arena, (struct text){text, decimal_format(amount, text)});
}

/* Of two that have one name the history tells too. */
static enum error expense_note_all(struct call *call, struct transition_request *request,
                                   const struct expense_row *before, const struct expense_row *after)
{
	struct arena *arena = call->db.arena;

	request->values = arena_alloc_array(arena, EXPENSE_VALUES_MAX, sizeof(*request->values));
	if (!request->values)
		return ERROR_NO_MEMORY;
	expense_note_text(request, "expense_name", before->expense_name, after->expense_name);
	expense_note_text(request, "date", day_text(arena, before->date), day_text(arena, after->date));
	expense_note_text(request, "amount", amount_text(arena, before->amount), amount_text(arena, after->amount));
	if (after->category_id != before->category_id)
		expense_note(request, "category", before->category, after->category);
	if (after->project_id != before->project_id)
		expense_note(request, "project", before->project, after->project);
	expense_note_text(request, "note", before->note, after->note);
	expense_note_text(request, "is_billable", before->is_billable ? TEXT("true") : TEXT("false"),
	                  after->is_billable ? TEXT("true") : TEXT("false"));
	return ERROR_NONE;
}

/* What stays may have been archived since; what is new must be there. */
static enum error expense_check_change(struct call *call, const struct expense_row *before,
                                       const struct expense_row *after)
{
	TRY(expense_check_amount(call, after->amount, after->currency));
	if (after->category_id != before->category_id)
		TRY(expense_check_category(call, after->category_id));
	if (after->project_id != before->project_id && after->project_id != NONE)
		TRY(project_check(call, after->project_id));
	return ERROR_NONE;
}

enum error op_update_expense(struct call *call, const struct update_expense_input *input,
                             struct update_expense_output *output)
{
	struct expense_row        before, after;
	struct transition_request change;
	int64_t                   status;

	TRY(sql_get_expense(&call->db, input->expense_id, &before));
	change = expense_transition(call, &before, OBJECT_ACTION_UPDATE);
	TRY(transition_find(change.kind, change.from, change.action, change.who, &status));
	after = before;
	merge_update_expense(&after, input);
	TRY(expense_merge_note(call, &before, &after));
	TRY(expense_check_change(call, &before, &after));
	TRY(sql_update_expense(&call->db, &after));
	TRY(expense_get(&call->db, before.id, &output->data));
	TRY(expense_note_all(call, &change, &before, &output->data));
	return change.value_count ? transition_apply(call, &change, &status) : ERROR_NONE;
}

enum error op_delete_expense(struct call *call, const struct delete_expense_input *input)
{
	struct expense_row        expense;
	struct transition_request deletion;
	int64_t                   status;

	TRY(sql_get_expense(&call->db, input->expense_id, &expense));
	deletion = expense_transition(call, &expense, OBJECT_ACTION_DELETE);
	return transition_apply(call, &deletion, &status);
}

/* --- categories -------------------------------------------------------------------------------------------------- */

enum error op_get_expense_categories(struct call *call, const struct get_expense_categories_input *input,
                                     struct get_expense_categories_output *output)
{
	(void)input;
	return sql_list_expense_categories(&call->db, &call->page, &output->data);
}

enum error op_create_expense_category(struct call *call, const struct create_expense_category_input *input,
                                      struct create_expense_category_output *output)
{
	output->data.name = input->name;
	TRY(ids_next(call->db.ids, SEQUENCE_EXPENSE_CATEGORIES, &output->data.id));
	return sql_insert_expense_category(&call->db, output->data.id, input->name, text_fold(call->db.arena, input->name));
}

enum error op_update_expense_category(struct call *call, const struct update_expense_category_input *input,
                                      struct update_expense_category_output *output)
{
	struct named_row category;
	bool             found;

	TRY(sql_find_expense_category(&call->db, input->category_id, &category, &found));
	if (!found)
		return ERROR_NOT_FOUND;
	output->data = (struct expense_category_row){category.id, input->given.name ? input->name : category.name};
	if (text_equal(output->data.name, category.name))
		return ERROR_NONE;
	return sql_rename_expense_category(&call->db, category.id, output->data.name,
	                                   text_fold(call->db.arena, output->data.name));
}

enum error op_delete_expense_category(struct call *call, const struct delete_expense_category_input *input)
{
	int64_t changed;

	TRY(sql_delete_expense_category(&call->db, input->category_id, &changed));
	return changed ? ERROR_NONE : ERROR_NOT_FOUND;
}
