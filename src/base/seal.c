/* Synthetic initialisation vector encryption (Rogaway and Shrimpton 2006) of 64 bits: the tag is a keyed hash of kind
 * and id, and masks the id by a second keyed hash of itself.
 *
 * Both hashes are SipHash-2-4. It was made to be a pseudo-random function of short messages, its output is just as long
 * as each half of a UUID, and a long list of ids costs next to nothing. A guess is right once in 2^64. */
#include "base/seal.h"

#include <sodium.h>

#include "base/vault.h"

#define HALF     crypto_shorthash_BYTES
#define KIND_MAX 32
#define PURPOSE  "sealedid" /* the key may have others */

static unsigned char tag_key[crypto_shorthash_KEYBYTES], mask_key[crypto_shorthash_KEYBYTES];
static unsigned char secret_key[crypto_generichash_KEYBYTES];

_Static_assert(SEAL_KEY_BYTES == crypto_kdf_KEYBYTES, "a key that others are derived from");
_Static_assert(sizeof(PURPOSE) - 1 == crypto_kdf_CONTEXTBYTES, "libsodium reads just as much");

void seal_set_key(const unsigned char key[static SEAL_KEY_BYTES])
{
	crypto_kdf_derive_from_key(tag_key, sizeof(tag_key), 1, PURPOSE, key);
	crypto_kdf_derive_from_key(mask_key, sizeof(mask_key), 2, PURPOSE, key);
	crypto_kdf_derive_from_key(secret_key, sizeof(secret_key), 3, PURPOSE, key);
	vault_set_key(key);
}

bool seal_set_hexadecimal_key(struct text key)
{
	unsigned char bytes[SEAL_KEY_BYTES];
	size_t        length;

	if (sodium_hex2bin(bytes, sizeof(bytes), key.data, key.length, NULL, &length, NULL) != 0 || length != sizeof(bytes))
		return false;
	seal_set_key(bytes);
	sodium_memzero(bytes, sizeof(bytes));
	return true;
}

static void tag_of(const char *kind, const unsigned char id[static HALF], unsigned char ret[static HALF])
{
	unsigned char message[KIND_MAX + HALF];
	size_t        length = strnlen(kind, KIND_MAX);

	memcpy(message, id, HALF);
	memcpy(message + HALF, kind, length);
	crypto_shorthash(ret, message, HALF + length, tag_key);
}

static void mask(const unsigned char tag[static HALF], unsigned char id[static HALF])
{
	unsigned char bits[HALF];

	crypto_shorthash(bits, tag, HALF, mask_key);
	for (size_t i = 0; i < HALF; i++)
		id[i] ^= bits[i];
}

void seal_id(const char *kind, int64_t id, char ret[static SEALED_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char     sealed[2 * HALF];
	char             *at = ret;

	for (size_t i = 0; i < HALF; i++)
		sealed[HALF + i] = (unsigned char)((uint64_t)id >> (8 * i));
	tag_of(kind, sealed + HALF, sealed);
	mask(sealed, sealed + HALF);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = digits[sealed[i] >> 4];
		*at++ = digits[sealed[i] & 15];
	}
	*at = '\0';
}

static bool read_bytes(struct text text, unsigned char ret[static 2 * HALF])
{
	size_t length;

	if (text.length != SEALED_ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < text.length; i++)
		if ((text.data[i] == '-') != (i == 8 || i == 13 || i == 18 || i == 23))
			return false;
	return sodium_hex2bin(ret, 2 * HALF, text.data, text.length, "-", &length, NULL) == 0 && length == 2 * HALF;
}

bool seal_open(const char *kind, struct text sealed, int64_t *ret_id)
{
	unsigned char bytes[2 * HALF], tag[HALF];
	uint64_t      id = 0;

	if (!sealed.data || !read_bytes(sealed, bytes))
		return false;
	mask(bytes, bytes + HALF);
	tag_of(kind, bytes + HALF, tag);
	if (sodium_memcmp(tag, bytes, HALF) != 0)
		return false;
	for (size_t i = 0; i < HALF; i++)
		id |= (uint64_t)bytes[HALF + i] << (8 * i);
	*ret_id = (int64_t)id;
	return true;
}

void seal_secret(const char *kind, int64_t id, int64_t number, unsigned char ret[static SEAL_SECRET_BYTES])
{
	unsigned char message[KIND_MAX + 2 * HALF];
	size_t        length = strnlen(kind, KIND_MAX);

	for (size_t i = 0; i < HALF; i++) {
		message[i] = (unsigned char)((uint64_t)id >> (8 * i));
		message[HALF + i] = (unsigned char)((uint64_t)number >> (8 * i));
	}
	memcpy(message + 2 * HALF, kind, length);
	crypto_generichash(ret, SEAL_SECRET_BYTES, message, 2 * HALF + length, secret_key, sizeof(secret_key));
}
