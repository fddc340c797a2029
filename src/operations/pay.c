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

int64_t pay_of(const struct pay *pay, const struct paid_time *time, int64_t minutes)
{
	const struct frozen_amount_rows *approved = &pay->approved;
	const struct frozen_amount_row  *row =
        approved->count ? bsearch(time, approved->items, approved->count, sizeof(*row), compare_time) : NULL;

	if (!row)
		return rate_amount_on_day(pay->rates.items, pay->rates.count, time->contract_id, time->day, minutes);
	if (row->amount == NONE || !time->minutes)
		return row->amount;
	return (row->amount * minutes + time->minutes / 2) / time->minutes;
}
