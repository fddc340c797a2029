/* Currencies, by ICU. */
#include "base/currency.h"

#include <unicode/ucurr.h>

#include "base/clock.h"
#include "base/decimal.h"

#define CODE_LENGTH             3
#define MILLISECONDS_PER_SECOND 1000.0 /* ICU's dates are in milliseconds */

/* In UTF-16, as ICU has texts. False: no three capital letters. */
static bool currency_widen(struct text code, UChar ret[static CODE_LENGTH + 1])
{
	if (code.length != CODE_LENGTH)
		return false;
	for (size_t i = 0; i < CODE_LENGTH; i++) {
		if (code.data[i] < 'A' || code.data[i] > 'Z')
			return false;
		ret[i] = (UChar)code.data[i];
	}
	ret[CODE_LENGTH] = 0;
	return true;
}

int currency_digits(struct text code)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar      wide[CODE_LENGTH + 1];
	int        digits = currency_widen(code, wide) ? ucurr_getDefaultFractionDigits(wide, &error) : 0;

	return U_SUCCESS(error) ? digits : 0;
}

int64_t currency_least(struct text code)
{
	int64_t least = DECIMAL_ONE;

	for (int digits = currency_digits(code); digits > 0 && least > 1; digits--)
		least /= 10;
	return least;
}

bool currency_exists(struct text code)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar      wide[CODE_LENGTH + 1];

	return currency_widen(code, wide) &&
	       ucurr_isAvailable(wide, (double)clock_now() * MILLISECONDS_PER_SECOND, U_DATE_MAX, &error) &&
	       U_SUCCESS(error);
}
