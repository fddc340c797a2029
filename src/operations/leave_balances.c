/* What is left of allowances, by calendar year. */
#include "base/calendar.h"
#include "base/decimal.h"
#include "operations/leaves.h"
#include "rules/grouping.h"
#include "rules/leaves.h"

#define YEARS_MAX 10 /* of one question, and of what is carried over */

/* --- books ------------------------------------------------------------------------------------------------------- */

/* What is needed to know the balances of some members in some years. */
struct leave_books {
	int64_t                     shared; /* quarters a year for all policies in days together, or NONE */
	struct leave_policy_rows    policies;
	struct leave_use_rows       uses;
	struct leave_allowance_rows allowances;
	struct joined_rows          joined;
};

static int64_t leave_year_end(int64_t year)
{
	return leave_month_start(year, 13) - 1;
}

/* Where anything is carried over, a year may have something of those before it. */
static int64_t books_begin(const struct leave_books *books, int64_t first_year)
{
	for (size_t i = 0; i < books->policies.count; i++)
		if (books->policies.items[i].carried_most)
			return first_year - YEARS_MAX;
	return first_year;
}

/* `except_id`: a leave that is left out, or NONE. */
static enum error books_read_uses(struct call *call, struct integer_list user_ids, int64_t first_year,
                                  int64_t last_year, int64_t except_id, struct leave_books *books)
{
	return sql_list_leave_uses(&call->db, user_ids, leave_month_start(books_begin(books, first_year), 1),
	                           leave_year_end(last_year), except_id, &books->uses);
}

static enum error leave_books_open(struct call *call, struct integer_list user_ids, int64_t first_year,
                                   int64_t last_year, struct leave_books *ret)
{
	struct workspace_settings_row settings;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	ret->shared = settings.leave_duration == NONE ? NONE : settings.leave_duration * QUARTERS_PER_DAY / DECIMAL_ONE;
	TRY(sql_list_all_leave_policies(&call->db, &ret->policies));
	TRY(sql_list_joined(&call->db, user_ids, &ret->joined));
	TRY(sql_list_allowances_of(&call->db, user_ids, books_begin(ret, first_year), last_year, &ret->allowances));
	return books_read_uses(call, user_ids, first_year, last_year, NONE, ret);
}

/* --- one account ------------------------------------------------------------------------------------------------- */

/* What is left to a member of a policy in a day's year: what is earned and has not expired by that day, less what is
 * used by another. */
struct leave_question {
	int64_t                        user_id;
	const struct leave_policy_row *policy;
	int64_t                        day, used_by;
};

static int64_t allowance_of(const struct leave_books *books, const struct leave_question *question, int64_t year)
{
	const struct leave_policy_row *policy = question->policy;

	for (size_t i = 0; i < books->allowances.count; i++) {
		const struct leave_allowance_row *row = &books->allowances.items[i];

		if (row->user_id == question->user_id && row->policy_id == policy->id && row->year == year)
			return row->amount;
	}
	return policy->amount;
}

static bool is_use_before(const struct leave_use_row *use, int64_t user_id, int64_t policy_id, int64_t day)
{
	if (use->user_id != user_id)
		return use->user_id < user_id;
	return use->policy_id != policy_id ? use->policy_id < policy_id : use->day < day;
}

static size_t uses_before(const struct leave_books *books, int64_t user_id, int64_t policy_id, int64_t day)
{
	size_t begin = 0, end = books->uses.count;

	while (begin < end) {
		size_t middle = begin + (end - begin) / 2;

		if (is_use_before(&books->uses.items[middle], user_id, policy_id, day))
			begin = middle + 1;
		else
			end = middle;
	}
	return begin;
}

/* A page has the uses of a hundred members, and each is asked for by policy and by year. */
static struct leave_use_rows uses_of_year(const struct leave_books *books, const struct leave_question *question,
                                          int64_t year)
{
	int64_t last = leave_year_end(year);
	size_t  begin, end;

	last = question->used_by < last ? question->used_by : last;
	begin = uses_before(books, question->user_id, question->policy->id, leave_month_start(year, 1));
	end = uses_before(books, question->user_id, question->policy->id, last + 1);
	return (struct leave_use_rows){books->uses.items + begin, end > begin ? end - begin : 0};
}

/* How many months of the year have begun by the day. */
static int64_t months_begun(int64_t year, int64_t day)
{
	int64_t month = 1;

	while (month < 12 && leave_month_start(year, month + 1) <= day)
		month++;
	return month;
}

/* Of one year, without what is carried. */
static struct leave_account account_of_year(const struct leave_books *books, const struct leave_question *question,
                                            int64_t year)
{
	const struct leave_policy_row *policy = question->policy;

	int64_t               allowance = allowance_of(books, question, year);
	int64_t               expiry = leave_month_start(year, policy->carry_over_months + 1);
	struct leave_use_rows uses = uses_of_year(books, question, year);
	struct leave_account  account = {.allowance = allowance, .has_expired = question->day >= expiry};

	if (policy->accrual == LEAVE_ACCRUAL_MONTHLY)
		account.allowance = leave_earned(allowance, months_begun(year, question->day));
	for (size_t i = 0; i < uses.count; i++) {
		const struct leave_use_row *use = &uses.items[i];

		account.approved += use->approved;
		account.pending += use->pending;
		if (use->day < expiry)
			account.in_time += use->approved + use->pending;
	}
	return account;
}

static bool is_shared(const struct leave_books *books, const struct leave_policy_row *policy)
{
	return books->shared != NONE && policy->time_unit == LEAVE_TIME_UNIT_DAYS;
}

static bool carries_over(const struct leave_books *books, const struct leave_policy_row *policy)
{
	return policy->carried_most && !is_shared(books, policy);
}

/* Since the policy and the member have been there. */
static int64_t first_carrying_year(const struct leave_books *books, const struct leave_question *question)
{
	int64_t first = leave_year(calendar_day_of(question->policy->created_at)), year = leave_year(question->day), joined;

	for (size_t i = 0; i < books->joined.count; i++) {
		if (books->joined.items[i].user_id != question->user_id)
			continue;
		joined = leave_year(calendar_day_of(books->joined.items[i].created_at));
		first = joined > first ? joined : first;
	}
	first = first < year - YEARS_MAX ? year - YEARS_MAX : first;
	return carries_over(books, question->policy) && first < year ? first : year;
}

/* One duration for all policies in days: the balance is what all of them have left. */
static struct leave_account account_of_shared(const struct leave_books *books, const struct leave_question *question,
                                              int64_t *ret_balance)
{
	int64_t              year = leave_year(question->day);
	struct leave_account account = account_of_year(books, question, year);
	size_t               end = uses_before(books, question->user_id, INT64_MAX, 0);

	account.allowance = books->shared;
	*ret_balance = account.allowance;
	for (size_t i = uses_before(books, question->user_id, 0, 0); i < end; i++) {
		const struct leave_use_row *use = &books->uses.items[i];

		if (use->time_unit == LEAVE_TIME_UNIT_DAYS && leave_year(use->day) == year && use->day <= question->used_by)
			*ret_balance -= use->approved + use->pending;
	}
	return account;
}

static struct leave_account account_of(const struct leave_books *books, const struct leave_question *question,
                                       int64_t *ret_balance)
{
	struct leave_account account;
	int64_t              carried = 0;

	if (is_shared(books, question->policy))
		return account_of_shared(books, question, ret_balance);
	for (int64_t year = first_carrying_year(books, question);; year++) {
		account = account_of_year(books, question, year);
		account.carried = carried;
		*ret_balance = leave_balance(&account);
		if (year == leave_year(question->day))
			return account;
		carried = leave_carried(*ret_balance, question->policy->carried_most);
	}
}

/* --- is there enough --------------------------------------------------------------------------------------------- */

static enum error leave_refuse(struct call *call, const struct leave_policy_row *policy, int64_t year, int64_t missing)
{
	char text[LEAVE_AMOUNT_SIZE];

	leave_format(missing, policy->time_unit == LEAVE_TIME_UNIT_HOURS, text);
	call->message = text_format(call->db.arena, "Not enough is left of %s in %lld: %s too few.", policy->name.data,
	                            (long long)year, text)
	                    .data;
	return ERROR_BALANCE_TOO_LOW;
}

/* At the end of each month, with what is earned and used by then: within a month nothing more is earned. */
enum error leave_check_balance(struct call *call, const struct leave_row *leave)
{
	struct integer_list     user_ids = {(int64_t *)&leave->user_id, 1};
	struct leave_books      books, without;
	struct leave_policy_row policy;
	int64_t                 first = leave_year(leave->start_date), last = leave_year(leave->end_date);
	enum error              error = sql_get_leave_policy(&call->db, leave->policy_id, &policy);

	if (error)
		return error == ERROR_NOT_FOUND ? ERROR_NONE : error; /* nobody looks after a policy that is gone */
	if (policy.allow_negative_balance)
		return ERROR_NONE;
	last += policy.carried_most ? YEARS_MAX : 0;
	TRY(leave_books_open(call, user_ids, first, last, &books));
	without = books;
	TRY(books_read_uses(call, user_ids, first, last, leave->id, &without));
	for (int64_t month = 1; month <= (last - first + 1) * 12; month++) {
		int64_t               year = first + (month - 1) / 12, day = leave_month_start(year, (month - 1) % 12 + 2) - 1;
		struct leave_question question = {leave->user_id, &policy, day, day};
		int64_t               balance, before;

		account_of(&books, &question, &balance);
		account_of(&without, &question, &before);
		if (balance < 0 && balance < before)
			return leave_refuse(call, &policy, year, -balance);
	}
	return ERROR_NONE;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static struct text amount_said(struct arena *arena, int64_t amount, int64_t time_unit)
{
	char text[LEAVE_AMOUNT_SIZE];

	leave_format(amount, time_unit == LEAVE_TIME_UNIT_HOURS, text);
	return text_copy(arena, text_of(text));
}

/* Over the years asked for. */
struct leave_sum {
	int64_t allowance, carried, approved, pending, balance;
};

/* By a day, and since a year; where something is carried over, the last year has it. */
static struct leave_sum sum_of_years(const struct leave_books *books, int64_t user_id,
                                     const struct leave_policy_row *policy, int64_t first, int64_t day)
{
	int64_t          last = leave_year(day), balance;
	struct leave_sum sum = {0};

	for (int64_t year = carries_over(books, policy) ? last : first; year <= last; year++) {
		int64_t               end = leave_year_end(year);
		struct leave_question question = {user_id, policy, year < last ? end : day, end};
		struct leave_account  account = account_of(books, &question, &balance);

		sum.allowance += account.allowance;
		sum.carried += balance - (account.allowance - account.approved - account.pending);
		sum.approved += account.approved;
		sum.pending += account.pending;
		sum.balance += balance;
	}
	return sum;
}

static enum error describe_balances(struct call *call, const struct leave_books *books,
                                    const struct get_leave_balances_input *input, struct leave_balance_row *ret)
{
	const struct leave_policy_rows *policies = &books->policies;
	struct leave_information_row   *rows = arena_alloc_array(call->db.arena, policies->count + 1, sizeof(*rows));

	if (!rows)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < policies->count; i++) {
		const struct leave_policy_row *policy = &policies->items[i];
		struct arena                  *arena = call->db.arena;
		struct leave_sum sum = sum_of_years(books, ret->user_id, policy, leave_year(input->date_from), input->date_to);

		rows[i] = (struct leave_information_row){
			.policy_id = policy->id,
			.leave_type = policy->name,
			.balance = amount_said(arena, sum.balance, policy->time_unit),
			.allowance = amount_said(arena, sum.allowance, policy->time_unit),
			.carried_over = amount_said(arena, is_shared(books, policy) ? 0 : sum.carried, policy->time_unit),
			.approved = amount_said(arena, sum.approved, policy->time_unit),
			.pending = amount_said(arena, sum.pending, policy->time_unit),
		};
		if (is_shared(books, policy))
			ret->total_balance = rows[i].balance;
	}
	ret->leave_information = (struct leave_information_rows){rows, policies->count};
	return ERROR_NONE;
}

enum error op_get_leave_balances(struct call *call, const struct get_leave_balances_input *input,
                                 struct get_leave_balances_output *output)
{
	int64_t                   first = leave_year(input->date_from), last = leave_year(input->date_to);
	struct balance_owner_rows owners;
	struct leave_books        books;
	struct integer_list       ids;

	if (last - first >= YEARS_MAX)
		return call_fault(call, "date_to", "The date_to must lie within %d years of date_from.", YEARS_MAX);
	TRY(sql_list_balance_owners(&call->db, input->user_id, &call->page, &owners));
	TRY(grouping_column(call->db.arena, &owners, id, &ids));
	output->data.items = arena_alloc_array(call->db.arena, owners.count + 1, sizeof(*output->data.items));
	if (!output->data.items)
		return ERROR_NO_MEMORY;
	if (owners.count)
		TRY(leave_books_open(call, ids, first, last, &books));
	for (size_t i = 0; i < owners.count; i++) {
		output->data.items[i] =
			(struct leave_balance_row){.user_id = owners.items[i].id, .user_name = owners.items[i].name};
		TRY(describe_balances(call, &books, input, &output->data.items[i]));
	}
	output->data.count = owners.count;
	return ERROR_NONE;
}
