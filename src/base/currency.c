/* Currencies, by ICU. */
#include "base/currency.h"

#include <string.h>
#include <unicode/ucurr.h>
#include <unicode/uenum.h>

#include "base/clock.h"
#include "base/decimal.h"

#define CODE_LENGTH             3
#define CURRENCIES_MAX          1024
#define MILLISECONDS_PER_SECOND 1000.0 /* ICU's dates are in milliseconds */

/* All that there are or were. Read once: where memory is short in the middle of a request, ICU says for some that they
 * are not there, for all from then on, or that they have two decimals. */
static struct {
	char code[CODE_LENGTH];
	int  digits;
} currencies[CURRENCIES_MAX];
static size_t currency_count;

static void currency_widen(const char *code, UChar ret[static CODE_LENGTH + 1])
{
	for (size_t i = 0; i < CODE_LENGTH; i++)
		ret[i] = (UChar)code[i];
	ret[CODE_LENGTH] = 0;
}

bool currency_init(void)
{
	UErrorCode    error = U_ZERO_ERROR;
	UEnumeration *codes = ucurr_openISOCurrencies(UCURR_ALL, &error);
	const char   *code;
	UChar         wide[CODE_LENGTH + 1];

	currency_count = 0;
	while (currency_count < CURRENCIES_MAX && (code = uenum_next(codes, NULL, &error))) {
		currency_widen(code, wide);
		memcpy(currencies[currency_count].code, code, CODE_LENGTH);
		currencies[currency_count++].digits = ucurr_getDefaultFractionDigits(wide, &error);
	}
	uenum_close(codes);
	return currency_exists(TEXT("EUR")) && U_SUCCESS(error);
}

int currency_digits(struct text code)
{
	for (size_t i = 0; i < currency_count; i++)
		if (text_equal(code, (struct text){currencies[i].code, CODE_LENGTH}))
			return currencies[i].digits;
	return 0;
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

	if (code.length != CODE_LENGTH)
		return false;
	for (size_t i = 0; i < CODE_LENGTH; i++)
		if (code.data[i] < 'A' || code.data[i] > 'Z')
			return false;
	currency_widen(code.data, wide);
	return ucurr_isAvailable(wide, (double)clock_now() * MILLISECONDS_PER_SECOND, U_DATE_MAX, &error) &&
	       U_SUCCESS(error);
}
