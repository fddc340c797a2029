/* Fixed-point numbers and their text. No arithmetic: money and hours have their own rules (rules/). */
#include "base/decimal.h"

#define DECIMALS         4
#define LARGEST_EXPONENT 1000000000000000 /* beyond any text's digits: what is larger can stay as it is */

/* A number as it is written: significand * 10^exponent, where the significand does not end in 0 unless it is 0. */
struct scientific {
	int64_t significand, exponent;
	int64_t zeros; /* read, and part of the significand only if another digit follows */
};

static bool is_digit(const char *at, const char *end)
{
	return at < end && *at >= '0' && *at <= '9';
}

/* False when the digits are more than an int64_t holds: then the value does not fit, or has too many decimals. */
static bool take_digit(struct scientific *number, char digit)
{
	if (digit == '0') {
		number->zeros += number->significand != 0;
		return true;
	}
	for (; number->zeros > 0; number->zeros--)
		if (__builtin_mul_overflow(number->significand, 10, &number->significand))
			return false;
	return !__builtin_mul_overflow(number->significand, 10, &number->significand) &&
	       !__builtin_add_overflow(number->significand, digit - '0', &number->significand);
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
		if (!take_digit(number, *at))
			return false;
	int64_t fraction = 0, exponent = 0;
	if (at < end && *at == '.') {
		at++;
		if (!is_digit(at, end))
			return false;
		for (; is_digit(at, end); at++, fraction++)
			if (!take_digit(number, *at))
				return false;
	}
	if (at < end && (*at == 'e' || *at == 'E') && !read_exponent(&at, end, &exponent))
		return false;
	number->exponent = exponent + number->zeros - fraction;
	return at == end;
}

bool decimal_parse(struct text text, int64_t *ret_value)
{
	struct scientific number = {0};
	bool              negative = text.length > 0 && text.data[0] == '-';
	if (!read_number(text.data + negative, text.data + text.length, &number))
		return false;
	int64_t value = number.significand, shift = number.exponent + DECIMALS;
	if (value != 0 && shift < 0)
		return false;
	for (; value != 0 && shift > 0; shift--)
		if (__builtin_mul_overflow(value, 10, &value))
			return false;
	*ret_value = negative ? -value : value;
	return true;
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
