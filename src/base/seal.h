/* Opaque ids: a kind and a number, encrypted and authenticated, in the shape of a UUID. Nobody without the
 * installation's key can make one, change one into another, or use one of another kind. */
#ifndef STINT_BASE_SEAL_H
#define STINT_BASE_SEAL_H

#include "base/text.h"

#define SEAL_KEY_BYTES 32
#define SEALED_ID_SIZE 37 /* "a1b2c3d4-e5f6-7890-abcd-ef1234567890" and '\0' */

/* Sets the installation's key: once, before threads start. Without it nothing can be sealed or opened. */
void seal_set_key(const unsigned char key[static SEAL_KEY_BYTES]);

/* The same from 64 hexadecimal digits; false when they are not. */
bool seal_set_hexadecimal_key(struct text key);

/* The same id of the same kind always looks the same. `kind` is a short word that never changes its meaning. */
void seal_id(const char *kind, int64_t id, char ret[static SEALED_ID_SIZE]);

/* False: not of this kind, altered, made under another key, or no sealed id at all. Letters in either case. */
bool seal_open(const char *kind, struct text sealed, int64_t *ret_id);

#define SEAL_SECRET_BYTES 32

/* A secret that belongs to an object, without being kept anywhere: it follows from the installation's key. Another
 * `number` is another secret of the same object. */
void seal_secret(const char *kind, int64_t id, int64_t number, unsigned char ret[static SEAL_SECRET_BYTES]);

#endif
