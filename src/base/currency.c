/* Currencies, by ICU. */
#include "base/currency.h"

#include <unicode/ucurr.h>

#include "base/clock.h"

#define CODE_LENGTH             3
#define MILLISECONDS_PER_SECOND 1000.0 /* ICU's dates are in milliseconds */

bool currency_exists(struct text code)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar      wide[CODE_LENGTH + 1] = {0};

	if (code.length != CODE_LENGTH)
		return false;
	for (size_t i = 0; i < CODE_LENGTH; i++) {
		if (code.data[i] < 'A' || code.data[i] > 'Z')
			return false;
		wide[i] = (UChar)code.data[i];
	}
	return ucurr_isAvailable(wide, (double)clock_now() * MILLISECONDS_PER_SECOND, U_DATE_MAX, &error) &&
	       U_SUCCESS(error);
}
