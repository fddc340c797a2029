/* Texts that are kept under a client's word (an Idempotency-Key) and can be read only by whoever has that word: the
 * word itself is not kept, so the database alone tells nothing. */
#ifndef STINT_BASE_VAULT_H
#define STINT_BASE_VAULT_H

#include "base/text.h"

#define VAULT_NAME_SIZE 65 /* 64 hexadecimal digits and '\0' */

/* What follows from a word. */
struct vault {
	char          name[VAULT_NAME_SIZE]; /* under which the text is found again; tells nothing of the word */
	unsigned char print_key[32], seal_key[32];
};

/* Sets the installation's key: once, before threads start (seal_set_key calls it). */
void vault_set_key(const unsigned char key[static 32]);

/* The same word always leads to the same vault. Whoever has the word but comes with other `rights` finds the text and
 * cannot open it. */
void vault_of(struct text word, uint32_t rights, struct vault *ret);

/* A keyed fingerprint of what the word was used for. NO_TEXT when out of memory. */
struct text vault_fingerprint(const struct vault *vault, struct arena *arena, struct text content);

/* Encrypted and authenticated, as base64. NO_TEXT when out of memory. */
struct text vault_seal(const struct vault *vault, struct arena *arena, struct text content);

/* NO_TEXT: altered, sealed under another word or other rights, or out of memory. */
struct text vault_open(const struct vault *vault, struct arena *arena, struct text sealed);

#endif
