/* One-time codes: liboath makes those of a step. */
#include "auth/one_time.h"

#include <liboath/oath.h>

#include "base/random.h"
#include "base/seal.h"

#define ISSUER            "Stint"
#define STEPS_AROUND      1
#define STEPS_OF_CLOCKS   10 /* by which those of nodes may differ; what is further ahead was written by a wrong one */
#define BACKUP_CODE_BYTES 10
#define BACKUP_CODE_GROUP 4

_Static_assert(ONE_TIME_SECRET_BYTES <= SEAL_SECRET_BYTES, "the beginning of what follows from the key");

void one_time_secret(int64_t user_id, int64_t begun_at, unsigned char ret[static ONE_TIME_SECRET_BYTES])
{
	unsigned char secret[SEAL_SECRET_BYTES];

	seal_secret("one-time codes", user_id, begun_at, secret);
	memcpy(ret, secret, ONE_TIME_SECRET_BYTES);
}

/* By their numbers, which takes as long whichever digits are wrong. */
static bool is_code_of(const unsigned char *secret, int64_t step, int64_t code)
{
	char    digits[ONE_TIME_DIGITS + 1];
	int64_t right;

	return oath_hotp_generate((const char *)secret, ONE_TIME_SECRET_BYTES, (uint64_t)step, ONE_TIME_DIGITS, false,
	                          OATH_HOTP_DYNAMIC_TRUNCATION, digits) == OATH_OK &&
	       text_to_integer(text_of(digits), &right) && right == code;
}

int64_t one_time_step(const unsigned char secret[static ONE_TIME_SECRET_BYTES], struct text code, int64_t now,
                      int64_t last_step)
{
	int64_t present = now / ONE_TIME_STEP_SECONDS, number, found = NONE;

	if (code.length != ONE_TIME_DIGITS || strspn(code.data, "0123456789") < ONE_TIME_DIGITS ||
	    !text_to_integer(code, &number))
		return NONE;
	if (last_step > present + STEPS_OF_CLOCKS)
		last_step = 0;
	for (int64_t step = present - STEPS_AROUND; step <= present + STEPS_AROUND; step++)
		if (is_code_of(secret, step, number) && step > last_step && found == NONE)
			found = step;
	return found;
}

struct text one_time_base32(struct arena *arena, const unsigned char secret[static ONE_TIME_SECRET_BYTES])
{
	return base32_of(arena, secret, ONE_TIME_SECRET_BYTES);
}

/* RFC 3986: all but letters, digits and four marks is percent-encoded, byte by byte. */
static struct text encode_percent(struct arena *arena, struct text text)
{
	static const char digits[] = "0123456789ABCDEF";
	char             *encoded = arena_alloc(arena, 3 * text.length + 1), *at = encoded;

	if (!encoded)
		return NO_TEXT;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		bool          plain = (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z') ||
		             (byte && strchr("-._~", byte));

		if (!plain)
			*at++ = '%';
		*at++ = plain ? (char)byte : digits[byte >> 4];
		if (!plain)
			*at++ = digits[byte & 15];
	}
	return (struct text){encoded, (size_t)(at - encoded)};
}

struct text one_time_uri(struct arena *arena, struct text base32, struct text account)
{
	struct text label = encode_percent(arena, account);

	if (!base32.data || !label.data)
		return NO_TEXT;
	return text_format(arena, "otpauth://totp/" ISSUER ":%s?secret=%s&issuer=" ISSUER, label.data, base32.data);
}

struct text backup_code(struct arena *arena)
{
	unsigned char bytes[BACKUP_CODE_BYTES];

	random_bytes(bytes, sizeof(bytes));
	struct text digits = text_lower(arena, base32_of(arena, bytes, sizeof(bytes)));
	if (!digits.data)
		return NO_TEXT;
	return text_format(arena, "%.4s-%.4s-%.4s-%.4s", digits.data, digits.data + BACKUP_CODE_GROUP,
	                   digits.data + 2 * BACKUP_CODE_GROUP, digits.data + 3 * BACKUP_CODE_GROUP);
}

struct text backup_code_hash(struct arena *arena, struct text code)
{
	struct text lower = text_lower(arena, code);
	char       *digits = arena_alloc(arena, code.length + 1);
	size_t      length = 0;

	if (!lower.data || !digits)
		return NO_TEXT;
	for (size_t i = 0; i < lower.length; i++)
		if (lower.data[i] != '-' && lower.data[i] != ' ')
			digits[length++] = lower.data[i];
	return hash_secret(arena, (struct text){digits, length});
}
