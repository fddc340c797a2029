/* Randomness (libsodium's) and hashes. What is sealed is in seal.c and vault.c, passwords are in auth/. */
#include "base/random.h"

#define XXH_INLINE_ALL
#include <sodium.h>
#include <xxhash.h>

static unsigned char table_key[crypto_shorthash_KEYBYTES];

bool random_init(void)
{
	if (sodium_init() < 0)
		return false;
	randombytes_buf(table_key, sizeof(table_key));
	return true;
}

struct text random_secret(struct arena *arena, const char *prefix)
{
	enum { BYTES = 32, VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
	unsigned char bytes[BYTES];
	char          digits[sodium_base64_ENCODED_LEN(BYTES, VARIANT)];
	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(digits, sizeof(digits), bytes, sizeof(bytes), VARIANT);
	struct text secret = text_format(arena, "%s%s", prefix, digits);
	sodium_memzero(bytes, sizeof(bytes));
	sodium_memzero(digits, sizeof(digits));
	return secret;
}

struct text random_key(struct arena *arena)
{
	unsigned char bytes[32];
	char         *digits = arena_alloc(arena, 2 * sizeof(bytes) + 1);
	if (!digits)
		return NO_TEXT;
	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(digits, 2 * sizeof(bytes) + 1, bytes, sizeof(bytes));
	sodium_memzero(bytes, sizeof(bytes));
	return (struct text){digits, 2 * sizeof(bytes)};
}

void random_bytes(unsigned char *ret, size_t length)
{
	randombytes_buf(ret, length);
}

uint64_t random_number(void)
{
	uint64_t number;
	randombytes_buf(&number, sizeof(number));
	return number;
}

/* Each thread counts from a random place of its own, and the hash hides how many there were. */
void random_request_id(char ret[static REQUEST_ID_SIZE])
{
	static _Thread_local uint64_t counter;
	if (counter == 0)
		randombytes_buf(&counter, sizeof(counter));
	uint64_t id = hash_table(&counter, sizeof(counter));
	counter++;
	sodium_bin2hex(ret, REQUEST_ID_SIZE, (const unsigned char *)&id, sizeof(id));
}

struct text hash_secret(struct arena *arena, struct text secret)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	size_t        size = 2 * sizeof(hash) + 1;
	char         *digits = arena_alloc(arena, size);
	if (!digits)
		return NO_TEXT;
	crypto_hash_sha256(hash, (const unsigned char *)secret.data, secret.length);
	sodium_bin2hex(digits, size, hash, sizeof(hash));
	return (struct text){digits, size - 1};
}

bool secrets_equal(struct text a, struct text b)
{
	return a.data && b.data && a.length == b.length && sodium_memcmp(a.data, b.data, a.length) == 0;
}

static struct text encode_base64(struct arena *arena, const unsigned char *bytes, size_t length, int variant)
{
	size_t size = sodium_base64_encoded_len(length, variant);
	char  *digits = arena_alloc(arena, size);

	if (!digits)
		return NO_TEXT;
	sodium_bin2base64(digits, size, bytes, length, variant);
	return (struct text){digits, size - 1};
}

struct text base64_of(struct arena *arena, const unsigned char *bytes, size_t length)
{
	return encode_base64(arena, bytes, length, sodium_base64_VARIANT_ORIGINAL);
}

struct text base64url_of(struct arena *arena, const unsigned char *bytes, size_t length)
{
	return encode_base64(arena, bytes, length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static struct text decode_base64(struct arena *arena, struct text digits, int variant)
{
	unsigned char *bytes = arena_alloc(arena, digits.length + 1);
	size_t         length;

	if (!bytes || !digits.data ||
	    sodium_base642bin(bytes, digits.length, digits.data, digits.length, NULL, &length, NULL, variant) != 0)
		return NO_TEXT;
	bytes[length] = '\0';
	return (struct text){(const char *)bytes, length};
}

struct text base64_to_bytes(struct arena *arena, struct text digits)
{
	return decode_base64(arena, digits, sodium_base64_VARIANT_ORIGINAL);
}

struct text base64url_to_bytes(struct arena *arena, struct text digits)
{
	return decode_base64(arena, digits, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

struct text base32_of(struct arena *arena, const unsigned char *bytes, size_t length)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char             *digits = arena_alloc(arena, length / 5 * 8 + 1), *at = digits;

	if (!digits)
		return NO_TEXT;
	for (size_t group = 0; group + 5 <= length; group += 5) {
		uint64_t bits = 0;

		for (size_t i = 0; i < 5; i++)
			bits = bits << 8 | bytes[group + i];
		for (int shift = 35; shift >= 0; shift -= 5)
			*at++ = alphabet[bits >> shift & 31];
	}
	return (struct text){digits, (size_t)(at - digits)};
}

struct text hash_challenge(struct arena *arena, struct text verifier)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)verifier.data, verifier.length);
	return base64url_of(arena, hash, sizeof(hash));
}

struct text hash_keyed(struct arena *arena, const unsigned char key[static KEYED_HASH_BYTES], struct text message)
{
	unsigned char hash[crypto_auth_hmacsha256_BYTES];

	_Static_assert(KEYED_HASH_BYTES == crypto_auth_hmacsha256_KEYBYTES, "of libsodium's length");
	crypto_auth_hmacsha256(hash, (const unsigned char *)message.data, message.length, key);
	return base64_of(arena, hash, sizeof(hash));
}

uint64_t hash_table(const void *data, size_t length)
{
	uint64_t hash;
	crypto_shorthash_siphash24((unsigned char *)&hash, data, length, table_key);
	return hash;
}

void hash_stable(const void *data, size_t length, char ret[static STABLE_HASH_SIZE])
{
	XXH128_canonical_t hash;
	XXH128_canonicalFromHash(&hash, XXH3_128bits(data, length));
	sodium_bin2hex(ret, STABLE_HASH_SIZE, hash.digest, sizeof(hash.digest));
}
