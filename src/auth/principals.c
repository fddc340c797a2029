/* The memory of callers: two tables of fixed size, in which a newcomer takes the place of whoever stood there. */
#include "auth/principals.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/random.h"

#define PLACES         4096
#define HASH_LENGTH    64
#define NAME_BYTES_MAX 96 /* a longer one is looked up each time */

struct token_place {
	char                    hash[HASH_LENGTH]; /* all zero: nobody */
	struct caller_token_row token;
};

struct membership_place {
	int64_t               user_and_workspace[2]; /* zero: nobody */
	struct membership_row membership;
	char                  name[NAME_BYTES_MAX];
};

struct principals {
	pthread_mutex_t         mutex; /* held for a copy */
	struct token_place      tokens[PLACES];
	struct membership_place memberships[PLACES];
};

struct principals *principals_new(void)
{
	struct principals *principals = calloc(1, sizeof(*principals));

	if (principals)
		pthread_mutex_init(&principals->mutex, NULL);
	return principals;
}

void principals_free(struct principals *principals)
{
	if (!principals)
		return;
	pthread_mutex_destroy(&principals->mutex);
	free(principals);
}

static struct token_place *token_place_of(struct principals *principals, struct text hash)
{
	return hash.length == HASH_LENGTH ? &principals->tokens[hash_table(hash.data, hash.length) % PLACES] : NULL;
}

bool principals_recall_token(struct principals *principals, struct text hash, struct caller_token_row *ret)
{
	struct token_place *place = token_place_of(principals, hash);
	bool                found;

	if (!place)
		return false;
	pthread_mutex_lock(&principals->mutex);
	found = memcmp(place->hash, hash.data, HASH_LENGTH) == 0;
	if (found)
		*ret = place->token;
	pthread_mutex_unlock(&principals->mutex);
	return found;
}

void principals_note_token(struct principals *principals, struct text hash, const struct caller_token_row *token)
{
	struct token_place *place = token_place_of(principals, hash);

	if (!place)
		return;
	pthread_mutex_lock(&principals->mutex);
	memcpy(place->hash, hash.data, HASH_LENGTH);
	place->token = *token;
	pthread_mutex_unlock(&principals->mutex);
}

static struct membership_place *membership_place_of(struct principals *principals, const int64_t key[2])
{
	return &principals->memberships[hash_table(key, 2 * sizeof(*key)) % PLACES];
}

/* The name is the place's own: what was noted is in the memory of a request. */
static void keep_name(struct membership_place *place)
{
	struct text *name = &place->membership.name;

	if (name->length > sizeof(place->name))
		*name = NO_TEXT;
	if (!name->data)
		return;
	memcpy(place->name, name->data, name->length);
	name->data = place->name;
}

bool principals_recall_membership(struct principals *principals, struct arena *arena, int64_t user_id,
                                  int64_t workspace_id, struct membership_row *ret)
{
	const int64_t            key[2] = {user_id, workspace_id};
	struct membership_place *place = membership_place_of(principals, key);
	bool                     found;

	pthread_mutex_lock(&principals->mutex);
	found = memcmp(place->user_and_workspace, key, sizeof(key)) == 0;
	if (found) {
		*ret = place->membership;
		ret->name = text_copy(arena, place->membership.name);
	}
	pthread_mutex_unlock(&principals->mutex);
	return found && user_id;
}

void principals_note_membership(struct principals *principals, int64_t user_id, int64_t workspace_id,
                                const struct membership_row *membership)
{
	const int64_t            key[2] = {user_id, workspace_id};
	struct membership_place *place = membership_place_of(principals, key);

	pthread_mutex_lock(&principals->mutex);
	memcpy(place->user_and_workspace, key, sizeof(key));
	place->membership = *membership;
	keep_name(place);
	pthread_mutex_unlock(&principals->mutex);
}
