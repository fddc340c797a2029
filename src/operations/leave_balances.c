/* What is left of allowances, by calendar year. */
#include "base/calendar.h"
#include "base/decimal.h"
#include "operations/leaves.h"
#include "rules/leaves.h"

#define YEARS_MAX 10 /* of one question */

/* --- books ------------------------------------------------------------------------------------------------------- */

/* What is needed to know the balances of some members by a day. */
struct leave_books {
	int64_t                     day, year; /* the year is the day's */
	int64_t                     shared;    /* quarters a year for all policies in days together, or NONE */
	struct leave_policy_rows    policies;
	struct leave_use_rows       uses;
	struct leave_allowance_rows allowances;
	struct joined_rows          joined;
};

/* Nothing is carried over for longer than this. */
static int64_t first_year_of(const struct leave_books *books)
{
	for (size_t i = 0; i < books->policies.count; i++)
		if (books->policies.items[i].carried_most)
			return books->year - YEARS_MAX;
	return books->year;
}

static enum error leave_books_open(struct call *call, struct integer_list user_ids, int64_t day,
                                   struct leave_books *ret)
{
	struct workspace_settings_row settings;
	int64_t                       first;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	ret->day = day;
	ret->year = leave_year(day);
	ret->shared = settings.leave_duration == NONE ? NONE : settings.leave_duration * QUARTERS_PER_DAY / DECIMAL_ONE;
	TRY(sql_list_all_leave_policies(&call->db, &ret->policies));
	first = first_year_of(ret);
	TRY(sql_list_joined(&call->db, user_ids, &ret->joined));
	TRY(sql_list_allowances_of(&call->db, user_ids, first, ret->year, &ret->allowances));
	return sql_list_leave_uses(&call->db, user_ids, leave_month_start(first, 1), leave_month_start(ret->year, 13) - 1,
	                           &ret->uses);
}

/* --- one account ------------------------------------------------------------------------------------------------- */

static int64_t allowance_of(const struct leave_books *books, int64_t user_id, const struct leave_policy_row *policy,
                            int64_t year)
{
	for (size_t i = 0; i < books->allowances.count; i++) {
		const struct leave_allowance_row *row = &books->allowances.items[i];

		if (row->user_id == user_id && row->policy_id == policy->id && row->year == year)
			return row->amount;
	}
	return policy->amount;
}

/* A member's own: a page has the uses of a hundred, and each is asked for by policy and by year. */
static struct leave_use_rows uses_of(const struct leave_books *books, int64_t user_id)
{
	const struct leave_use_rows *all = &books->uses;
	size_t                       begin = 0, end = all->count;

	while (begin < end) {
		size_t middle = begin + (end - begin) / 2;

		if (all->items[middle].user_id < user_id)
			begin = middle + 1;
		else
			end = middle;
	}
	while (end < all->count && all->items[end].user_id == user_id)
		end++;
	return (struct leave_use_rows){all->items + begin, end - begin};
}

/* How many months of the year have begun by the day of the books. */
static int64_t months_of(const struct leave_books *books, int64_t year)
{
	int64_t month = 1;

	while (month < 12 && leave_month_start(year, month + 1) <= books->day)
		month++;
	return month;
}

/* Of one year, without what is carried. `shared`: of all policies in days. */
static struct leave_account account_of_year(const struct leave_books *books, int64_t user_id,
                                            const struct leave_policy_row *policy, int64_t year)
{
	int64_t               months = months_of(books, year), allowance = allowance_of(books, user_id, policy, year);
	int64_t               expiry = leave_month_start(year, policy->carry_over_months + 1);
	struct leave_use_rows uses = uses_of(books, user_id);
	struct leave_account  account = {
		 .allowance = policy->accrual == LEAVE_ACCRUAL_MONTHLY ? leave_earned(allowance, months) : allowance,
		 .has_expired = books->day >= expiry,
    };

	for (size_t i = 0; i < uses.count; i++) {
		const struct leave_use_row *use = &uses.items[i];

		if (use->policy_id != policy->id || leave_year(use->day) != year)
			continue;
		account.approved += use->approved;
		account.pending += use->pending;
		if (use->day < expiry)
			account.in_time += use->approved + use->pending;
	}
	return account;
}

/* Since the policy and the member have been there. */
static int64_t first_carrying_year(const struct leave_books *books, int64_t user_id,
                                   const struct leave_policy_row *policy)
{
	int64_t first = leave_year(calendar_day_of(policy->created_at)), joined;

	for (size_t i = 0; i < books->joined.count; i++) {
		if (books->joined.items[i].user_id != user_id)
			continue;
		joined = leave_year(calendar_day_of(books->joined.items[i].created_at));
		first = joined > first ? joined : first;
	}
	first = first < books->year - YEARS_MAX ? books->year - YEARS_MAX : first;
	return policy->carried_most && first < books->year ? first : books->year;
}

static bool is_shared(const struct leave_books *books, const struct leave_policy_row *policy)
{
	return books->shared != NONE && policy->time_unit == LEAVE_TIME_UNIT_DAYS;
}

/* One duration for all policies in days: the balance is what all of them have left. */
static struct leave_account account_of_shared(const struct leave_books *books, int64_t user_id,
                                              const struct leave_policy_row *policy, int64_t *ret_balance)
{
	struct leave_account  account = account_of_year(books, user_id, policy, books->year);
	struct leave_use_rows uses = uses_of(books, user_id);

	account.allowance = books->shared;
	*ret_balance = account.allowance;
	for (size_t i = 0; i < uses.count; i++) {
		const struct leave_use_row *use = &uses.items[i];

		if (use->time_unit == LEAVE_TIME_UNIT_DAYS && leave_year(use->day) == books->year)
			*ret_balance -= use->approved + use->pending;
	}
	return account;
}

static struct leave_account account_of(const struct leave_books *books, int64_t user_id,
                                       const struct leave_policy_row *policy, int64_t *ret_balance)
{
	struct leave_account account;
	int64_t              carried = 0;

	if (is_shared(books, policy))
		return account_of_shared(books, user_id, policy, ret_balance);
	for (int64_t year = first_carrying_year(books, user_id, policy);; year++) {
		account = account_of_year(books, user_id, policy, year);
		account.carried = carried;
		*ret_balance = leave_balance(&account);
		if (year == books->year)
			return account;
		carried = leave_carried(*ret_balance, policy->carried_most);
	}
}

/* --- is there enough --------------------------------------------------------------------------------------------- */

static enum error check_year(struct call *call, int64_t user_id, const struct leave_policy_row *policy, int64_t day)
{
	struct leave_books books;
	int64_t            balance;
	char               text[LEAVE_AMOUNT_SIZE];

	TRY(leave_books_open(call, (struct integer_list){&user_id, 1}, day, &books));
	account_of(&books, user_id, policy, &balance);
	if (balance >= 0)
		return ERROR_NONE;
	leave_format(-balance, policy->time_unit == LEAVE_TIME_UNIT_HOURS, text);
	call->message = text_format(call->db.arena, "Not enough is left of %s in %lld: %s too few.", policy->name.data,
	                            (long long)books.year, text)
	                    .data;
	return ERROR_BALANCE_TOO_LOW;
}

/* By the last day of the leave in each of its years: what will be earned by then counts. Where what is left goes over,
 * the next year may have been promised it already. */
enum error leave_check_balance(struct call *call, int64_t user_id, int64_t policy_id, int64_t start_day,
                               int64_t end_day)
{
	struct leave_policy_row policy;
	int64_t                 final_year;
	enum error              error = sql_get_leave_policy(&call->db, policy_id, &policy);

	if (error)
		return error == ERROR_NOT_FOUND ? ERROR_NONE : error; /* nobody looks after a policy that is gone */
	if (policy.allow_negative_balance)
		return ERROR_NONE;
	final_year = leave_year(end_day) + (policy.carried_most ? 1 : 0);
	for (int64_t year = leave_year(start_day); year <= final_year; year++) {
		int64_t last = leave_month_start(year, 13) - 1;

		TRY(check_year(call, user_id, &policy, year == leave_year(end_day) ? end_day : last));
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

/* Of a member and a policy, over the years asked for. */
struct sum {
	int64_t allowance, carried, approved, pending, balance;
};

/* The accounts of a page of members. */
struct sums {
	struct leave_books books; /* of the last year */
	struct sum        *items; /* by member, then by policy */
};

static void add_account(const struct leave_books *books, int64_t user_id, const struct leave_policy_row *policy,
                        struct sum *sum)
{
	int64_t              balance;
	struct leave_account account = account_of(books, user_id, policy, &balance);

	if (policy->carried_most && !is_shared(books, policy))
		*sum = (struct sum){0}; /* the last year has what was carried from those before */
	sum->allowance += account.allowance;
	sum->carried += balance - (account.allowance - account.approved - account.pending);
	sum->approved += account.approved;
	sum->pending += account.pending;
	sum->balance += balance;
}

static enum error add_year(struct call *call, struct integer_list user_ids, int64_t day, struct sums *sums)
{
	struct leave_books *books = &sums->books;
	size_t              policies;

	TRY(leave_books_open(call, user_ids, day, books));
	policies = books->policies.count;
	if (!sums->items)
		sums->items = arena_alloc_array(call->db.arena, user_ids.count * policies + 1, sizeof(*sums->items));
	if (!sums->items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < user_ids.count * policies; i++)
		add_account(books, user_ids.items[i / policies], &books->policies.items[i % policies], &sums->items[i]);
	return ERROR_NONE;
}

static enum error describe_member(struct call *call, const struct sums *sums, size_t member,
                                  struct leave_balance_row *ret)
{
	const struct leave_policy_rows *policies = &sums->books.policies;
	struct leave_information_row   *rows = arena_alloc_array(call->db.arena, policies->count + 1, sizeof(*rows));

	if (!rows)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < policies->count; i++) {
		const struct leave_policy_row *policy = &policies->items[i];
		const struct sum              *sum = &sums->items[member * policies->count + i];
		struct arena                  *arena = call->db.arena;

		rows[i] = (struct leave_information_row){
			.policy_id = policy->id,
			.leave_type = policy->name,
			.balance = amount_said(arena, sum->balance, policy->time_unit),
			.allowance = amount_said(arena, sum->allowance, policy->time_unit),
			.carried_over = amount_said(arena, is_shared(&sums->books, policy) ? 0 : sum->carried, policy->time_unit),
			.approved = amount_said(arena, sum->approved, policy->time_unit),
			.pending = amount_said(arena, sum->pending, policy->time_unit),
		};
		if (is_shared(&sums->books, policy))
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
	struct sums               sums = {0};
	int64_t                  *ids;

	if (last - first >= YEARS_MAX)
		return call_fault(call, "date_to", "The date_to must lie within %d years of date_from.", YEARS_MAX);
	TRY(sql_list_balance_owners(&call->db, input->user_id, &call->page, &owners));
	ids = arena_alloc_array(call->db.arena, owners.count + 1, sizeof(*ids));
	output->data.items = arena_alloc_array(call->db.arena, owners.count + 1, sizeof(*output->data.items));
	if (!ids || !output->data.items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < owners.count; i++)
		ids[i] = owners.items[i].id;
	for (int64_t year = first; owners.count && year <= last; year++)
		TRY(add_year(call, (struct integer_list){ids, owners.count},
		             year < last ? leave_month_start(year, 13) - 1 : input->date_to, &sums));
	for (size_t i = 0; i < owners.count; i++) {
		output->data.items[i] = (struct leave_balance_row){.user_id = ids[i], .user_name = owners.items[i].name};
		TRY(describe_member(call, &sums, i, &output->data.items[i]));
	}
	output->data.count = owners.count;
	return ERROR_NONE;
}
