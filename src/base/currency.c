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
	bool common; /* money somewhere, and not of the past */
} currencies[CURRENCIES_MAX];
static size_t currency_count;

static void currency_widen(const char *code, UChar ret[static CODE_LENGTH + 1])
{
	for (size_t i = 0; i < CODE_LENGTH; i++)
		ret[i] = (UChar)code[i];
	ret[CODE_LENGTH] = 0;
}

static size_t currency_index(struct text code)
{
	size_t i = 0;

	while (i < currency_count && !text_equal(code, (struct text){currencies[i].code, CODE_LENGTH}))
		i++;
	return i;
}

static void currency_mark_common(UErrorCode *error)
{
	UEnumeration *codes = ucurr_openISOCurrencies(UCURR_COMMON | UCURR_NON_DEPRECATED, error);
	const char   *code;

	while ((code = uenum_next(codes, NULL, error))) {
		size_t i = currency_index((struct text){code, CODE_LENGTH});

		if (i < currency_count)
			currencies[i].common = true;
	}
	uenum_close(codes);
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
	currency_mark_common(&error);
	return currency_exists(TEXT("EUR")) && U_SUCCESS(error);
}

int currency_digits(struct text code)
{
	size_t i = currency_index(code);

	return i < currency_count ? currencies[i].digits : 0;
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
	size_t index = currency_index(code);
	if (index < currency_count && currencies[index].common)
		return true;
	/* Of a currency of several countries ICU knows the last one's dates alone: GBP would be gone. */
	currency_widen(code.data, wide);
	return ucurr_isAvailable(wide, (double)clock_now() * MILLISECONDS_PER_SECOND, U_DATE_MAX, &error) &&
	       U_SUCCESS(error);
}
