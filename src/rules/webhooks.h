/* What is the same for every webhook: the signature and the schedule of the Standard Webhooks specification, which
 * events a pattern means, and which addresses can be ones. Pure functions. */
#ifndef STINT_RULES_WEBHOOKS_H
#define STINT_RULES_WEBHOOKS_H

#include "base/random.h"

#define WEBHOOK_KEY_BYTES KEYED_HASH_BYTES

/* `whsec_` and the key as base64: what the receiver verifies with. NO_TEXT when out of memory. */
struct text webhook_secret(struct arena *arena, const unsigned char key[static WEBHOOK_KEY_BYTES]);

/* `v1,` and the signature of a message, as it stands in webhook-signature. NO_TEXT when out of memory. */
struct text webhook_signature(struct arena *arena, const unsigned char key[static WEBHOOK_KEY_BYTES], const char *id,
                              int64_t timestamp, struct text body);

#define WEBHOOK_ATTEMPTS_MAX 10
#define WEBHOOK_DELAY_MAX    86400 /* seconds, but for the jitter */

/* How many seconds after its failure an attempt is followed by the next, when this many have failed: never sooner than
 * the schedule says, and up to a tenth later, by `random`. NONE: by no other. What the receiver asked for (seconds; 0:
 * nothing) counts where it is more, up to a day. */
int64_t webhook_delay(int64_t attempts, int64_t retry_after, uint64_t random);

/* `project.created`, `project.*` or `*`. */
bool webhook_pattern_matches(struct text pattern, struct text event);

/* Where an address of http or https leads to. */
struct webhook_target {
	struct text host; /* in brackets where it is one of IPv6 */
};

/* False: it is no such address. */
bool webhook_target_of(struct text url, struct webhook_target *ret);

#endif
