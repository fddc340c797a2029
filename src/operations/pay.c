/* What time was paid. */
#include "operations/pay.h"

#include <stdlib.h>

enum error pay_find(struct db_context *db, struct day_range days, struct integer_list people,
                    struct integer_list contracts, struct pay *ret)
{
	TRY(rates_of_contracts(db, contracts, days.first, &ret->rates));
	return people.items ? sql_list_frozen_amounts_of(db, days.first, days.last, people, &ret->approved) :
	                      sql_list_frozen_amounts(db, days.first, days.last, &ret->approved);
}

static int compare_time(const void *key, const void *item)
{
	const struct paid_time         *time = key;
	const struct frozen_amount_row *row = item;
	const int64_t                   pairs[][2] = {
						  {time->day, row->day}, {time->user_id, row->user_id}, {time->contract_id, row->contract_id}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] < pairs[i][1] ? -1 : 1;
	return 0;
}

/* NULL: it is not approved. */
static const struct frozen_amount_row *approved_find(const struct pay *pay, const struct paid_time *time)
{
	const struct frozen_amount_rows *approved = &pay->approved;

	return approved->count ? bsearch(time, approved->items, approved->count, sizeof(*approved->items), compare_time) :
	                         NULL;
}

int64_t pay_of(const struct pay *pay, const struct paid_time *time, int64_t minutes)
{
	const struct frozen_amount_row *row = approved_find(pay, time);

	if (!row)
		return rate_amount_on_day(pay->rates.items, pay->rates.count, time->contract_id, time->day, minutes);
	if (row->amount == NONE || !time->minutes)
		return row->amount;
	/* A minute's worth apart, so that nothing overflows on the way. */
	int64_t whole = row->amount / time->minutes, rest = row->amount % time->minutes;
	return whole * minutes + (rest * minutes + time->minutes / 2) / time->minutes;
}

int64_t pay_of_part(const struct pay *pay, const struct paid_time *time, int64_t before, int64_t minutes)
{
	int64_t amount = pay_of(pay, time, before + minutes);

	return amount == NONE ? NONE : amount - pay_of(pay, time, before);
}

const struct rate_period *pay_rate(const struct pay *pay, const struct paid_time *time)
{
	const struct frozen_amount_row *row = approved_find(pay, time);
	const struct rate_period *rate = rate_on_day(pay->rates.items, pay->rates.count, time->contract_id, time->day);

	return rate && row && row->amount != rate_amount(time->minutes, rate->rate) ? NULL : rate;
}
