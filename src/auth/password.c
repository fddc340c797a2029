/* Password hashing by libsodium. */
#include "auth/password.h"

#include <sodium.h>

#define MEMORY_BYTES (19u * 1024 * 1024)
#define PASSES       2

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

bool password_matches(struct text password, struct text hash)
{
	char stored[crypto_pwhash_STRBYTES] = {0};

	if (!hash.data || hash.length >= sizeof(stored))
		return false;
	memcpy(stored, hash.data, hash.length);
	return crypto_pwhash_str_verify(stored, password.data, password.length) == 0;
}

void password_matches_nothing(struct text password)
{
	static const char nobodys[] = "$argon2id$v=19$m=19456,t=2,p=1$"
								  "ucmku/GzILGrt84rX05qeA$4IFN1s+Xkvz6LztttMa8LoOK6BcgpBbmTDD/koUWAnw";
	volatile bool     matches = password_matches(password, text_of(nobodys));

	(void)matches;
}
