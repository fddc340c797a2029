/* Passkeys (WebAuthn level 2): key pairs whose private half stays with whoever holds it; a sign-in is a signature over
 * a challenge of ours. Nobody is asked what kind of device it is (attestation). Knows no database.
 *
 * All that comes from a browser is base64url, as it hands it over. */
#ifndef STINT_AUTH_PASSKEY_H
#define STINT_AUTH_PASSKEY_H

#include "base/error.h"
#include "base/text.h"

/* A challenge is answered within so many seconds. */
#define PASSKEY_SECONDS 300

/* Whose passkeys they are: the name of the machine, and the origin of its pages. */
struct passkey_party {
	struct text id, origin;
};

/* What is kept of a passkey, and its last state. */
struct passkey {
	struct text id, public_key;
	int64_t     algorithm;  /* COSE's number */
	int64_t     sign_count; /* of signatures made with it; 0 where the device does not count */
};

/* What a browser says of a ceremony. `issued_at` is of the challenge that it answers. */
struct passkey_answer {
	struct text client_data, authenticator_data, signature;
	int64_t     binding, now;
};

/* From the address at which the installation is reached. */
enum error passkey_party_of(struct arena *arena, struct text public_url, struct passkey_party *ret);

/* A challenge for whom `binding` says: the user who registers, or 0 where somebody signs in. Nothing is kept of it:
 * it is sealed under the installation's key. */
struct text passkey_challenge(struct arena *arena, int64_t binding, int64_t now);

/* ERROR_PASSKEY_REFUSED: not an answer to a challenge of ours, made for this party, with the person verified.
 * `ret_issued_at` is when the challenge was made. */
enum error passkey_registered(struct arena *arena, const struct passkey_party *party,
                              const struct passkey_answer *answer, struct passkey *ret, int64_t *ret_issued_at);

/* The same of a signature by a passkey that is known; `ret_sign_count` is its counter now. A counter that does not grow
 * tells of a copy, and is refused, too. */
enum error passkey_signed(struct arena *arena, const struct passkey_party *party, const struct passkey_answer *answer,
                          const struct passkey *passkey, int64_t *ret_sign_count, int64_t *ret_issued_at);

#endif
