/* What webhooks are told: which events become deliveries, what the message of each says, and what follows from an
 * attempt to deliver it. jobs/webhooks sends them; this knows no network. */
#ifndef STINT_OPERATIONS_DELIVERIES_H
#define STINT_OPERATIONS_DELIVERIES_H

#include "base/seal.h"
#include "contract.h"
#include "rules/webhooks.h"

/* Workspaces of webhooks that have something due. */
enum error deliveries_search(struct db_context *db, struct due_workspace_rows *ret);

/* The keys of a webhook: the current one, and while it counts the one before. */
struct webhook_keys {
	unsigned char bytes[2][WEBHOOK_KEY_BYTES];
	unsigned      count;
};

struct webhook_keys webhook_keys_of(const struct webhook_row *webhook);

/* One message, to be sent now. */
struct delivery {
	int64_t             event_id, webhook_id, position;
	int64_t             asked, attempts; /* so far */
	int64_t             leased_until;
	bool                failing;            /* the last attempt at this webhook failed */
	char                id[SEALED_ID_SIZE]; /* of the message: the event's */
	struct text         url, body;
	struct webhook_keys keys;
};

#define DELIVERIES_MAX 16 /* at once */

struct deliveries {
	struct delivery *items;
	size_t           count, most;
};

/* Takes a lease on webhooks of the workspace that have something due, those first that have waited longest, and gives
 * the first of it, one webhook after the other, each in the order in which it is to be sent: `most` messages, up to
 * DELIVERIES_MAX. ERROR_NO_MEMORY: they say too much; fewer may do. */
enum error deliveries_claim(struct db_context *db, const struct settings *settings, int64_t lease_seconds, size_t most,
                            struct deliveries *ret);

/* What an attempt came to. */
struct delivery_outcome {
	int64_t     response_status; /* NONE: there was no answer */
	int64_t     retry_after;     /* seconds that the answer asks for; 0: nothing */
	int64_t     duration_ms;
	struct text response_head; /* or NO_TEXT */
	struct text failure;       /* NO_TEXT: the answer is to be believed */
};

/* It was answered by 2xx. */
bool delivery_succeeded(const struct delivery_outcome *outcome);

/* Delivered, due again later, or given up; and what that means for the webhook: false where it is to be sent nothing
 * more of what was claimed. */
enum error delivery_settle(struct db_context *db, const struct settings *settings, const struct delivery *delivery,
                           const struct delivery_outcome *outcome, bool *ret_goes_on);

/* Ends the lease: what is left is anybody's. */
enum error deliveries_release(struct db_context *db, int64_t webhook_id, int64_t leased_until);

/* The log is kept as long as events are: a batch of what is older is deleted, and whether there is more. */
enum error deliveries_forget(struct db_context *db);
enum error deliveries_are_old(struct db_context *db, bool *ret);

#endif
