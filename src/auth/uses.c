/* When each token was noted last, in a table in which a newcomer takes the place of whoever stood there; and those that
 * wait to be written down. */
#include "auth/uses.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "auth/token.h"

#define PLACES          4096
#define WAITING_MAX     4096
#define SECONDS         3600
#define SESSION_MINUTES 5

struct place {
	_Atomic int64_t token_id, noted_at;
};

struct uses {
	struct place    places[PLACES];
	pthread_mutex_t mutex; /* of the waiting */
	struct use      waiting[WAITING_MAX];
	size_t          count;
};

struct uses *uses_new(void)
{
	struct uses *uses = calloc(1, sizeof(*uses));

	if (uses)
		pthread_mutex_init(&uses->mutex, NULL);
	return uses;
}

void uses_free(struct uses *uses)
{
	if (!uses)
		return;
	pthread_mutex_destroy(&uses->mutex);
	free(uses);
}

static bool wait_in(struct uses *uses, const struct principal *principal, struct text hash, int64_t now)
{
	bool has_room;

	pthread_mutex_lock(&uses->mutex);
	has_room = uses->count < WAITING_MAX && hash.length == USE_HASH_LENGTH;
	if (has_room) {
		struct use *use = &uses->waiting[uses->count++];

		*use = (struct use){.token_id = principal->token_id, .kind = principal->kind, .at = now};
		memcpy(use->hash, hash.data, USE_HASH_LENGTH);
	}
	pthread_mutex_unlock(&uses->mutex);
	return has_room;
}

void uses_note(struct uses *uses, const struct principal *principal, struct text hash, int64_t now)
{
	struct place *place = &uses->places[(uint64_t)principal->token_id % PLACES];
	int64_t       token_id = atomic_load_explicit(&place->token_id, memory_order_relaxed);
	int64_t       noted_at = atomic_load_explicit(&place->noted_at, memory_order_relaxed);
	int64_t       seconds = principal->kind == TOKEN_SESSION ? SESSION_MINUTES * 60 : SECONDS;

	if (token_id == principal->token_id && now >= noted_at && now < noted_at + seconds)
		return;
	if (!wait_in(uses, principal, hash, now))
		return;
	atomic_store_explicit(&place->token_id, principal->token_id, memory_order_relaxed);
	atomic_store_explicit(&place->noted_at, now, memory_order_relaxed);
}

size_t uses_list(struct uses *uses, struct use *ret, size_t most)
{
	pthread_mutex_lock(&uses->mutex);
	size_t count = uses->count < most ? uses->count : most;
	memcpy(ret, uses->waiting, count * sizeof(*ret));
	pthread_mutex_unlock(&uses->mutex);
	return count;
}

void uses_forget(struct uses *uses, size_t count)
{
	pthread_mutex_lock(&uses->mutex);
	uses->count -= count;
	memmove(uses->waiting, uses->waiting + count, uses->count * sizeof(*uses->waiting));
	pthread_mutex_unlock(&uses->mutex);
}
