/* What leaves charge, and what they leave. */
#include "rules/leaves.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/calendar.h"

#define MONTHS_PER_YEAR 12

int64_t leave_weekday(int64_t day)
{
	/* 1970-01-01 was a Thursday. */
	return ((day + 3) % DAYS_PER_WEEK + DAYS_PER_WEEK) % DAYS_PER_WEEK + 1;
}

static const struct free_day *find_free_day(const struct working_time *working_time, int64_t day)
{
	size_t low = 0, high = working_time->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (working_time->free_days[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low < working_time->count && working_time->free_days[low].day == day ? &working_time->free_days[low] : NULL;
}

int64_t leave_quarters(const struct working_time *working_time, int64_t day)
{
	const struct free_day *free_day;

	if (!(working_time->weekdays >> leave_weekday(day) & 1))
		return 0;
	free_day = find_free_day(working_time, day);
	return free_day ? free_day->quarters : QUARTERS_PER_DAY;
}

/* By the quarters up to which a day is worked: its parts add up, also where one is no whole minutes. */
static struct leave_charge charge_of_quarters(const struct leave_span *span, int64_t day, int64_t from, int64_t to)
{
	return (struct leave_charge){
		.day = day,
		.amount = to - from,
		.minutes = span->minutes * to / QUARTERS_PER_DAY - span->minutes * from / QUARTERS_PER_DAY,
	};
}

size_t leave_charges(const struct leave_span *span, const struct working_time *working_time, struct leave_charge *ret)
{
	size_t count = 0;

	for (int64_t day = span->start; day <= span->end; day++) {
		int64_t quarters = leave_quarters(working_time, day), half = quarters / 2;
		int64_t period = day == span->start ? span->period : FULL_DAY;

		if (quarters == 0)
			continue;
		if (span->by_hours)
			ret[count++] = (struct leave_charge){day, span->minutes, span->minutes};
		else
			ret[count++] =
				charge_of_quarters(span, day, period == SECOND_HALF ? half : 0, period == FIRST_HALF ? half : quarters);
	}
	return count;
}

int64_t leave_earned(int64_t allowance, int64_t months)
{
	return allowance * months / MONTHS_PER_YEAR;
}

int64_t leave_balance(const struct leave_account *account)
{
	int64_t carried = account->carried;

	if (account->has_expired && account->in_time < carried)
		carried = account->in_time;
	return account->allowance + carried - account->approved - account->pending;
}

int64_t leave_carried(int64_t balance, int64_t most)
{
	if (balance <= 0)
		return 0;
	return balance < most ? balance : most;
}

void leave_format(int64_t amount, bool by_hours, char ret[static LEAVE_AMOUNT_SIZE])
{
	static const char *const decimals[] = {"", ".25", ".5", ".75"};

	const char *sign = amount < 0 ? "-" : "";
	int64_t     unit = by_hours ? MINUTES_PER_HOUR : QUARTERS_PER_DAY, whole, rest;
	int64_t     quarter = unit / QUARTERS_PER_DAY;

	amount = amount < 0 ? -amount : amount;
	whole = amount / unit;
	rest = amount % unit;
	if (rest % quarter != 0)
		snprintf(ret, LEAVE_AMOUNT_SIZE, "%s%" PRId64 " hours %" PRId64 " minutes", sign, whole, rest);
	else
		snprintf(ret, LEAVE_AMOUNT_SIZE, "%s%" PRId64 "%s %s", sign, whole, decimals[rest / quarter],
		         by_hours ? "hours" : "days");
}
