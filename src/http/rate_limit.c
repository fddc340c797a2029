/* Fixed windows of a minute, in a table of bounded size. A subject that falls out of a full set of the table starts a
 * new window: the table errs towards the client. */
#include "http/rate_limit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/random.h"

#define WINDOW_SECONDS 60
#define SETS           4096
#define WAYS           8
#define LOCKS          16

struct window {
	int64_t subject; /* 0: free */
	int64_t begun;
	int64_t count;
};

struct rate_limit {
	int64_t         per_minute;
	pthread_mutex_t locks[LOCKS];
	struct window   windows[SETS][WAYS];
};

struct rate_limit *rate_limit_new(int64_t per_minute)
{
	struct rate_limit *limit = calloc(1, sizeof(*limit));

	if (!limit)
		return NULL;
	limit->per_minute = per_minute;
	for (unsigned i = 0; i < LOCKS; i++)
		pthread_mutex_init(&limit->locks[i], NULL);
	return limit;
}

void rate_limit_free(struct rate_limit *limit)
{
	if (!limit)
		return;
	for (unsigned i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&limit->locks[i]);
	free(limit);
}

/* The subject's own window, or the oldest one of the set. */
static struct window *find_window(struct window *set, int64_t subject)
{
	struct window *oldest = &set[0];

	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i].subject == subject)
			return &set[i];
		if (set[i].begun < oldest->begun)
			oldest = &set[i];
	}
	*oldest = (struct window){.subject = subject};
	return oldest;
}

struct rate_state rate_limit_count(struct rate_limit *limit, int64_t subject, int64_t times, int64_t now)
{
	unsigned          number = hash_table(&subject, sizeof(subject)) % SETS;
	pthread_mutex_t  *lock = &limit->locks[number % LOCKS];
	struct rate_state state = {.limit = limit->per_minute * times};

	pthread_mutex_lock(lock);
	struct window *window = find_window(limit->windows[number], subject);
	if (!window->count || now >= window->begun + WINDOW_SECONDS) {
		window->begun = now;
		window->count = 0;
	}
	state.exceeded = window->count >= state.limit;
	window->count += !state.exceeded;
	state.remaining = state.limit - window->count;
	state.reset_in = window->begun + WINDOW_SECONDS - now;
	pthread_mutex_unlock(lock);
	return state;
}
