/* Rates and amounts. */
#include "rules/rates.h"

#include "base/calendar.h"
#include "base/text.h"
#include "contract.h"

int64_t rates_hourly(const struct rates *rates)
{
	if (rates->project == NONE)
		return NONE;
	switch (rates->type) {
	case RATE_TYPE_CUSTOM:
		return rates->own;
	case RATE_TYPE_MEMBER:
		return rates->member;
	default:
		return rates->project;
	}
}

const struct rate_period *rate_on_day(const struct rate_period *periods, size_t count, int64_t contract_id, int64_t day)
{
	size_t begin = 0, end = count; /* the last that begins by then lies in [begin - 1, end) */

	while (begin < end) {
		size_t                    middle = begin + (end - begin) / 2;
		const struct rate_period *period = &periods[middle];

		if (period->contract_id < contract_id || (period->contract_id == contract_id && period->first_day <= day))
			begin = middle + 1;
		else
			end = middle;
	}
	return begin && periods[begin - 1].contract_id == contract_id ? &periods[begin - 1] : NULL;
}

int64_t rate_amount(int64_t minutes, int64_t rate)
{
	if (rate == NONE)
		return NONE;
	/* Hours' worth apart, so that nothing overflows on the way. */
	int64_t whole = minutes / MINUTES_PER_HOUR * rate, rest = minutes % MINUTES_PER_HOUR;

	return whole + (rest * rate + MINUTES_PER_HOUR / 2) / MINUTES_PER_HOUR;
}

int64_t rate_amount_on_day(const struct rate_period *periods, size_t count, int64_t contract_id, int64_t day,
                           int64_t minutes)
{
	const struct rate_period *period = rate_on_day(periods, count, contract_id, day);

	return period ? rate_amount(minutes, period->rate) : NONE;
}
