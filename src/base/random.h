/* Random secrets and hashes (libsodium). */
#ifndef STINT_BASE_RANDOM_H
#define STINT_BASE_RANDOM_H

#include "base/text.h"

/* Called once, before threads start; false when the machine offers no randomness. */
bool random_init(void);

/* `prefix` and 43 characters of base64url: 256 random bits. */
struct text random_secret(struct arena *arena, const char *prefix);

/* 64 random hexadecimal digits: 256 bits. */
struct text random_key(struct arena *arena);

void random_bytes(unsigned char *ret, size_t length);

/* 64 random bits. */
uint64_t random_number(void);

/* 16 random hexadecimal digits and '\0', for request ids; unique, not secret. Cheap. */
#define REQUEST_ID_SIZE 17
void random_request_id(char ret[static REQUEST_ID_SIZE]);

/* SHA-256 as 64 hexadecimal digits: how secrets of 256 random bits are stored and looked up. */
struct text hash_secret(struct arena *arena, struct text secret);

/* SHA-256 as 43 characters of base64url: what PKCE calls S256 (RFC 7636 4.2). NO_TEXT when out of memory. */
struct text hash_challenge(struct arena *arena, struct text verifier);

/* In a time that tells nothing of where they differ. */
bool secrets_equal(struct text a, struct text b);

/* Bytes as base64 (RFC 4648). NO_TEXT when out of memory. */
struct text base64_of(struct arena *arena, const unsigned char *bytes, size_t length);

/* The same in the alphabet of addresses, without padding (RFC 4648 section 5). */
struct text base64url_of(struct arena *arena, const unsigned char *bytes, size_t length);

/* And back; in the arena, and ended by '\0'. NO_TEXT: it is none, or out of memory. */
struct text base64_to_bytes(struct arena *arena, struct text digits);
struct text base64url_to_bytes(struct arena *arena, struct text digits);

/* Bytes as base32 (RFC 4648): what people type. A whole number of groups of 5, so that there is no padding. */
struct text base32_of(struct arena *arena, const unsigned char *bytes, size_t length);

/* HMAC-SHA256 (RFC 2104), as base64. NO_TEXT when out of memory. */
#define KEYED_HASH_BYTES 32
struct text hash_keyed(struct arena *arena, const unsigned char key[static KEYED_HASH_BYTES], struct text message);

/* A fast 64-bit hash of bytes for tables in memory. Its key is made by random_init, so that nobody outside can aim for
 * collisions; each process therefore hashes differently, and the value must never be stored or sent. */
uint64_t hash_table(const void *data, size_t length);

/* The same in every process, for what is stored or sent: entity tags, request fingerprints. 128 bits as 32 hexadecimal
 * digits and '\0' (XXH3): no protection against someone who wants two inputs to collide. */
#define STABLE_HASH_SIZE 33
void hash_stable(const void *data, size_t length, char ret[static STABLE_HASH_SIZE]);

#endif
