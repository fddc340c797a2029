/* Once a minute, in one transaction. They are of no workspace: the one that is due stands for all of them. */
#include "jobs/uses.h"

#include "auth/session.h"
#include "auth/token.h"

#define PAUSE_MICROSECONDS INT64_C(60000000)
#define USES_A_BATCH       512

static enum error uses_search(struct db_context *context, struct due_workspace_rows *ret, void *data)
{
	static struct due_workspace_row everywhere;
	struct use                      first;

	(void)context;
	*ret = (struct due_workspace_rows){&everywhere, uses_list(data, &first, 1)};
	return ERROR_NONE;
}

static enum error uses_write(struct db_context *context, const struct use *use)
{
	struct text hash = text_of(use->hash);

	if (use->kind != TOKEN_SESSION)
		return sql_note_token_use(context, hash, use->at);
	return sql_note_session_use(context, hash, use->at, use->at + SESSION_IDLE_SECONDS, SESSION_SECONDS);
}

/* One piece of work: a batch, of which the item is the length. */
static enum error uses_find(struct db_context *context, struct job_items *ret, void *data)
{
	struct use *uses = arena_alloc_array(context->arena, USES_A_BATCH, sizeof(*uses));
	int64_t    *count = arena_new(context->arena, int64_t);

	if (!uses || !count)
		return ERROR_NO_MEMORY;
	*count = (int64_t)uses_list(data, uses, USES_A_BATCH);
	for (int64_t i = 0; i < *count; i++)
		TRY(uses_write(context, &uses[i]));
	*ret = (struct job_items){count, 1, sizeof(*count), *count == USES_A_BATCH};
	return ERROR_NONE;
}

/* It is written down. Only what runs outside of a transaction runs once. */
static bool uses_written(struct runner *runner, int64_t workspace_id, const void *item, void *data)
{
	(void)runner, (void)workspace_id;
	uses_forget(data, (size_t) * (const int64_t *)item);
	return false;
}

enum error uses_start(struct executor *executor, struct ids *ids, struct uses *uses, struct runner **ret)
{
	struct job job = {
		.kind = TEXT("uses"),
		.pause = PAUSE_MICROSECONDS,
		.data = uses,
		.search = uses_search,
		.find = uses_find,
		.act = uses_written,
	};

	return runner_start(executor, ids, &job, ret);
}
