/* Keys that follow from a word, by libsodium's keyed hash and key derivation; its secretbox seals the texts. */
#include "base/vault.h"

#include <sodium.h>

#define PURPOSE      "kept-txt"
#define VARIANT      sodium_base64_VARIANT_ORIGINAL_NO_PADDING
#define SEALED_EXTRA (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

enum subkey { SUBKEY_NAME = 1, SUBKEY_PRINT, SUBKEY_SEAL }; /* of rights 0; the others follow */

static unsigned char installation_key[crypto_generichash_KEYBYTES];

_Static_assert(sizeof(PURPOSE) - 1 == crypto_kdf_CONTEXTBYTES, "libsodium reads just as much");
_Static_assert(sizeof(((struct vault *)0)->print_key) == crypto_generichash_KEYBYTES, "a key of the hash");
_Static_assert(sizeof(((struct vault *)0)->seal_key) == crypto_secretbox_KEYBYTES, "a key of the box");

void vault_set_key(const unsigned char key[static 32])
{
	crypto_kdf_derive_from_key(installation_key, sizeof(installation_key), 1, PURPOSE, key);
}

void vault_of(struct text word, uint32_t rights, struct vault *ret)
{
	unsigned char root[crypto_kdf_KEYBYTES], name[(VAULT_NAME_SIZE - 1) / 2];

	crypto_generichash(root, sizeof(root), (const unsigned char *)word.data, word.length, installation_key,
	                   sizeof(installation_key));
	crypto_kdf_derive_from_key(name, sizeof(name), SUBKEY_NAME, PURPOSE, root);
	crypto_kdf_derive_from_key(ret->print_key, sizeof(ret->print_key), SUBKEY_PRINT, PURPOSE, root);
	crypto_kdf_derive_from_key(ret->seal_key, sizeof(ret->seal_key), SUBKEY_SEAL + (uint64_t)rights, PURPOSE, root);
	sodium_bin2hex(ret->name, sizeof(ret->name), name, sizeof(name));
	sodium_memzero(root, sizeof(root));
}

struct text vault_fingerprint(const struct vault *vault, struct arena *arena, struct text content)
{
	unsigned char hash[crypto_generichash_BYTES];
	char          digits[2 * sizeof(hash) + 1];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)content.data, content.length, vault->print_key,
	                   sizeof(vault->print_key));
	sodium_bin2hex(digits, sizeof(digits), hash, sizeof(hash));
	return text_copy(arena, text_of(digits));
}

struct text vault_seal(const struct vault *vault, struct arena *arena, struct text content)
{
	size_t         size = content.length + SEALED_EXTRA, digits_size = sodium_base64_encoded_len(size, VARIANT);
	unsigned char *bytes = arena_alloc_unset(arena, size);
	char          *digits = arena_alloc_unset(arena, digits_size);

	if (!bytes || !digits)
		return NO_TEXT;
	randombytes_buf(bytes, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(bytes + crypto_secretbox_NONCEBYTES, (const unsigned char *)content.data, content.length,
	                      bytes, vault->seal_key);
	sodium_bin2base64(digits, digits_size, bytes, size, VARIANT);
	return (struct text){digits, digits_size - 1};
}

struct text vault_open(const struct vault *vault, struct arena *arena, struct text sealed)
{
	unsigned char *bytes = arena_alloc_unset(arena, sealed.length + 1);
	char          *content = arena_alloc_unset(arena, sealed.length + 1);
	size_t         size;

	if (!bytes || !content ||
	    sodium_base642bin(bytes, sealed.length + 1, sealed.data, sealed.length, NULL, &size, NULL, VARIANT) != 0 ||
	    size < SEALED_EXTRA ||
	    crypto_secretbox_open_easy((unsigned char *)content, bytes + crypto_secretbox_NONCEBYTES,
	                               size - crypto_secretbox_NONCEBYTES, bytes, vault->seal_key) != 0)
		return NO_TEXT;
	content[size - SEALED_EXTRA] = '\0';
	return (struct text){content, size - SEALED_EXTRA};
}
