/* Password hashing by libsodium. */
#include "auth/password.h"

#include <sodium.h>
#include <stdio.h>

#define MEMORY_BYTES (19u * 1024 * 1024)
#define PASSES       2
#define HASH_BYTES   32

enum error password_hash(struct arena *arena, struct text password, struct text *ret_hash)
{
	char hash[crypto_pwhash_STRBYTES];

	if (crypto_pwhash_str_alg(hash, password.data, password.length, PASSES, MEMORY_BYTES,
	                          crypto_pwhash_ALG_ARGON2ID13) != 0)
		return ERROR_NO_MEMORY;
	struct text copy = text_copy(arena, text_of(hash));
	if (!copy.data)
		return ERROR_NO_MEMORY;
	*ret_hash = copy;
	return ERROR_NONE;
}

/* "$argon2id$v=19$m=19456,t=2,p=1$" and, in base64, the salt and the hash. */
struct stored_hash {
	unsigned      kibibytes, passes;
	unsigned char salt[crypto_pwhash_SALTBYTES], hash[HASH_BYTES];
};

static bool read_base64(const char *text, unsigned char *ret, size_t length)
{
	const char *end;
	size_t      found;

	return sodium_base642bin(ret, length, text, strlen(text), NULL, &found, &end,
	                         sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
	       found == length && *end == '\0';
}

static bool read_hash(const char *text, struct stored_hash *ret)
{
	char salt[crypto_pwhash_STRBYTES], hash[crypto_pwhash_STRBYTES];

	return sscanf(text, "$argon2id$v=19$m=%u,t=%u,p=1$%127[^$]$%127[^$]", &ret->kibibytes, &ret->passes, salt, hash) ==
	           4 &&
	       read_base64(salt, ret->salt, sizeof(ret->salt)) && read_base64(hash, ret->hash, sizeof(ret->hash));
}

/* Not crypto_pwhash_str_verify, which takes it for a wrong password when there is no memory to look. */
enum error password_check(struct text password, struct text hash)
{
	struct stored_hash stored;
	unsigned char      made[HASH_BYTES];

	if (!hash.data || hash.length >= crypto_pwhash_STRBYTES || !read_hash(hash.data, &stored))
		return ERROR_WRONG_PASSWORD;
	if (crypto_pwhash(made, sizeof(made), password.data, password.length, stored.salt, stored.passes,
	                  (size_t)stored.kibibytes * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return ERROR_NO_MEMORY;
	return sodium_memcmp(made, stored.hash, sizeof(made)) == 0 ? ERROR_NONE : ERROR_WRONG_PASSWORD;
}

enum error password_check_nobodys(struct text password)
{
	static const char hash[] = "$argon2id$v=19$m=19456,t=2,p=1$"
							   "ucmku/GzILGrt84rX05qeA$4IFN1s+Xkvz6LztttMa8LoOK6BcgpBbmTDD/koUWAnw";
	enum error        error = password_check(password, text_of(hash));

	return error ? error : ERROR_WRONG_PASSWORD;
}
