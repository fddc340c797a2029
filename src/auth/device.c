/* A number, and the secret that belongs to the user under that number. */
#include "auth/device.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/random.h"
#include "base/seal.h"

#define NUMBER_DIGITS 16
#define DIGITS        (NUMBER_DIGITS + 2 * SEAL_SECRET_BYTES)

static void write_device(int64_t user_id, uint64_t number, char ret[static DIGITS + 1])
{
	unsigned char secret[SEAL_SECRET_BYTES];

	snprintf(ret, NUMBER_DIGITS + 1, "%016" PRIx64, number);
	seal_secret("device", user_id, (int64_t)number, secret);
	for (size_t i = 0; i < sizeof(secret); i++)
		snprintf(ret + NUMBER_DIGITS + 2 * i, 3, "%02x", secret[i]);
}

struct text device_new(struct arena *arena, int64_t user_id)
{
	char digits[DIGITS + 1];

	write_device(user_id, random_number() >> 1 | 1, digits);
	return text_copy(arena, text_of(digits));
}

bool device_is_of(struct text device, int64_t user_id, int64_t *ret_number)
{
	char     digits[DIGITS + 1];
	uint64_t number = 0;

	if (device.length != DIGITS)
		return false;
	for (size_t i = 0; i < NUMBER_DIGITS; i++)
		number = number << 4 | (uint64_t)(text_hex_digit(device.data[i]) & 15);
	write_device(user_id, number, digits);
	if (!secrets_equal(device, text_of(digits)))
		return false;
	*ret_number = (int64_t)number;
	return true;
}
