/* Fixed-point numbers and their text. No arithmetic: money and hours have their own rules (rules/). */
#include "base/decimal.h"

#define DECIMALS         4
#define LARGEST_EXPONENT 1000000000000000 /* beyond any text's digits: what is larger can stay as it is */

/* A number as it is written: significand * 10^exponent, where the significand does not end in 0 unless it is 0. */
struct scientific {
	int64_t significand, exponent;
	int64_t zeros;   /* read, and part of the significand only if another digit follows */
	int64_t dropped; /* last digits for which the significand has no room */
};

static bool is_digit(const char *at, const char *end)
{
	return at < end && *at >= '0' && *at <= '9';
}

/* What comes after the eighteen or nineteen digits that fit is dropped. */
static void take_digit(struct scientific *number, char digit)
{
	int64_t longer = number->significand;
	bool    fits = !number->dropped;

	if (digit == '0' && fits) {
		number->zeros += number->significand != 0;
		return;
	}
	for (int64_t i = 0; fits && i <= number->zeros; i++)
		fits = !__builtin_mul_overflow(longer, 10, &longer);
	if (fits && !__builtin_add_overflow(longer, digit - '0', &longer))
		number->significand = longer;
	else
		number->dropped += 1 + number->zeros;
	number->zeros = 0;
}

/* "e", a sign or none, digits. */
static bool read_exponent(const char **at, const char *end, int64_t *ret)
{
	(*at)++;
	bool negative = *at < end && **at == '-';
	if (*at < end && (**at == '-' || **at == '+'))
		(*at)++;
	if (!is_digit(*at, end))
		return false;
	int64_t exponent = 0;
	for (; is_digit(*at, end); (*at)++)
		if (exponent < LARGEST_EXPONENT)
			exponent = exponent * 10 + (**at - '0');
	*ret = negative ? -exponent : exponent;
	return true;
}

/* The unsigned part of the JSON grammar (RFC 8259 section 6). */
static bool read_number(const char *at, const char *end, struct scientific *number)
{
	if (!is_digit(at, end) || (*at == '0' && is_digit(at + 1, end)))
		return false;
	for (; is_digit(at, end); at++)
		take_digit(number, *at);
	int64_t fraction = 0, exponent = 0;
	if (at < end && *at == '.') {
		at++;
		if (!is_digit(at, end))
			return false;
		for (; is_digit(at, end); at++, fraction++)
			take_digit(number, *at);
	}
	if (at < end && (*at == 'e' || *at == 'E') && !read_exponent(&at, end, &exponent))
		return false;
	number->exponent = exponent + number->zeros + number->dropped - fraction;
	return at == end;
}

/* To a power of ten above: half up. */
static int64_t round_off(int64_t value, int64_t digits)
{
	for (; digits > 1 && value; digits--)
		value /= 10;
	return value / 10 + (value % 10 >= 5);
}

static bool parse_decimal(struct text text, bool rounds, int64_t *ret_value)
{
	struct scientific number = {0};
	bool              negative = text.length > 0 && text.data[0] == '-';
	if (!read_number(text.data + negative, text.data + text.length, &number))
		return false;
	int64_t value = number.significand, shift = number.exponent + DECIMALS;
	if (value != 0 && (rounds ? shift >= 0 && number.dropped : shift < 0 || number.dropped))
		return false;
	if (shift < 0)
		value = round_off(value, -shift);
	for (; value != 0 && shift > 0; shift--)
		if (__builtin_mul_overflow(value, 10, &value))
			return false;
	*ret_value = negative ? -value : value;
	return true;
}

bool decimal_parse(struct text text, int64_t *ret_value)
{
	return parse_decimal(text, false, ret_value);
}

bool decimal_parse_rounded(struct text text, int64_t *ret_value)
{
	return parse_decimal(text, true, ret_value);
}

size_t decimal_format(int64_t value, char ret[static DECIMAL_SIZE])
{
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
	unsigned fraction = (unsigned)(magnitude % DECIMAL_ONE);
	char     digits[DECIMAL_SIZE], *end = digits + sizeof(digits), *start = end;
	if (fraction) {
		int places = DECIMALS;
		for (; fraction % 10 == 0; places--)
			fraction /= 10;
		for (; places > 0; places--, fraction /= 10)
			*--start = (char)('0' + fraction % 10);
		*--start = '.';
	}
	start = text_write_digits(start, magnitude / DECIMAL_ONE);
	if (value < 0)
		*--start = '-';
	size_t length = (size_t)(end - start);
	memcpy(ret, start, length);
	ret[length] = '\0';
	return length;
}
