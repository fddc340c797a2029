/* What is left of allowances, by calendar year. */
#include "base/decimal.h"
#include "operations/leaves.h"
#include "rules/leaves.h"

#define YEARS_MAX 10 /* of one question */

/* --- books ------------------------------------------------------------------------------------------------------- */

enum error leave_books_open(struct call *call, struct integer_list user_ids, int64_t year, struct leave_books *ret)
{
	struct workspace_settings_row settings;

	TRY(sql_get_workspace_settings(&call->db, &settings));
	ret->year = year;
	ret->shared = settings.leave_duration == NONE ? NONE : settings.leave_duration * QUARTERS_PER_DAY / DECIMAL_ONE;
	TRY(sql_list_all_leave_policies(&call->db, &ret->policies));
	TRY(sql_list_allowances_of(&call->db, user_ids, year, year, &ret->allowances));
	return sql_list_leave_uses(&call->db, user_ids, leave_year_start(year), leave_year_start(year + 1) - 1, &ret->uses);
}

static int64_t allowance_of(const struct leave_books *books, int64_t user_id, const struct leave_policy_row *policy)
{
	for (size_t i = 0; i < books->allowances.count; i++) {
		const struct leave_allowance_row *row = &books->allowances.items[i];

		if (row->user_id == user_id && row->policy_id == policy->id)
			return row->amount;
	}
	return policy->amount;
}

struct leave_account leave_account_of(const struct leave_books *books, int64_t user_id,
                                      const struct leave_policy_row *policy)
{
	bool                 shared = books->shared != NONE && policy->time_unit == LEAVE_TIME_UNIT_DAYS;
	struct leave_account account = {.allowance = shared ? books->shared : allowance_of(books, user_id, policy)};
	int64_t              used = 0;

	for (size_t i = 0; i < books->uses.count; i++) {
		const struct leave_use_row *use = &books->uses.items[i];

		if (use->user_id != user_id)
			continue;
		if (use->policy_id == policy->id) {
			account.approved = use->approved;
			account.pending = use->pending;
		}
		if (use->policy_id == policy->id || (shared && use->time_unit == LEAVE_TIME_UNIT_DAYS))
			used += use->approved + use->pending;
	}
	account.balance = account.allowance - used;
	return account;
}

enum error leave_check_balance(struct call *call, int64_t user_id, int64_t policy_id, int64_t start_day,
                               int64_t end_day)
{
	struct leave_policy_row policy;
	struct leave_books      books;
	enum error              error = sql_get_leave_policy(&call->db, policy_id, &policy);

	if (error)
		return error == ERROR_NOT_FOUND ? ERROR_NONE : error; /* nobody looks after a policy that is gone */
	if (policy.allow_negative_balance)
		return ERROR_NONE;
	for (int64_t year = leave_year(start_day); year <= leave_year(end_day); year++) {
		struct leave_account account;
		char                 text[LEAVE_AMOUNT_SIZE];

		TRY(leave_books_open(call, (struct integer_list){&user_id, 1}, year, &books));
		account = leave_account_of(&books, user_id, &policy);
		if (account.balance >= 0)
			continue;
		leave_format(-account.balance, policy.time_unit == LEAVE_TIME_UNIT_HOURS, text);
		call->message = text_format(call->db.arena, "Not enough is left of %s in %lld: %s too few.", policy.name.data,
		                            (long long)year, text)
		                    .data;
		return ERROR_BALANCE_TOO_LOW;
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

/* The accounts of a page of members over all years, policy by policy. */
struct accounts {
	struct leave_books    books; /* of the last year */
	struct leave_account *items; /* by member, then by policy */
};

static enum error add_year(struct call *call, struct integer_list user_ids, int64_t year, struct accounts *accounts)
{
	struct leave_books *books = &accounts->books;
	size_t              policies;

	TRY(leave_books_open(call, user_ids, year, books));
	policies = books->policies.count;
	if (!accounts->items)
		accounts->items = arena_alloc_array(call->db.arena, user_ids.count * policies + 1, sizeof(*accounts->items));
	if (!accounts->items)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < user_ids.count * policies; i++) {
		struct leave_account *sum = &accounts->items[i];
		struct leave_account  more =
			leave_account_of(books, user_ids.items[i / policies], &books->policies.items[i % policies]);

		sum->allowance += more.allowance;
		sum->approved += more.approved;
		sum->pending += more.pending;
		sum->balance += more.balance;
	}
	return ERROR_NONE;
}

static enum error describe(struct call *call, const struct accounts *accounts, size_t member,
                           struct leave_balance_row *ret)
{
	const struct leave_policy_rows *policies = &accounts->books.policies;
	struct leave_information_row   *rows = arena_alloc_array(call->db.arena, policies->count + 1, sizeof(*rows));

	if (!rows)
		return ERROR_NO_MEMORY;
	for (size_t i = 0; i < policies->count; i++) {
		const struct leave_policy_row *policy = &policies->items[i];
		const struct leave_account    *account = &accounts->items[member * policies->count + i];
		struct arena                  *arena = call->db.arena;

		rows[i] = (struct leave_information_row){
			.policy_id = policy->id,
			.leave_type = policy->name,
			.balance = amount_said(arena, account->balance, policy->time_unit),
			.allowance = amount_said(arena, account->allowance, policy->time_unit),
			.approved = amount_said(arena, account->approved, policy->time_unit),
			.pending = amount_said(arena, account->pending, policy->time_unit),
		};
		if (accounts->books.shared != NONE && policy->time_unit == LEAVE_TIME_UNIT_DAYS)
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
	struct accounts           accounts = {0};
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
		TRY(add_year(call, (struct integer_list){ids, owners.count}, year, &accounts));
	for (size_t i = 0; i < owners.count; i++) {
		output->data.items[i] = (struct leave_balance_row){.user_id = ids[i], .user_name = owners.items[i].name};
		TRY(describe(call, &accounts, i, &output->data.items[i]));
	}
	output->data.count = owners.count;
	return ERROR_NONE;
}
