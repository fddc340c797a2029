/* Answers that are kept under an Idempotency-Key. It decides neither who may call nor what the rule does. */
#include "http/kept_answers.h"

#include "http/reply.h"
#include "operations/retention.h"
#include "statements.h"

static struct text fingerprint_of(struct request *request)
{
	char          hash[STABLE_HASH_SIZE];
	struct buffer buffer;
	size_t        length = request->target.length + request->body.length + 16;

	buffer_init(&buffer, &request->arena, length, length);
	buffer_append_text(&buffer, request->method_name);
	buffer_append_char(&buffer, ' ');
	buffer_append_text(&buffer, request->target);
	buffer_append_char(&buffer, '\n');
	buffer_append_text(&buffer, buffer_text(&request->body));
	if (buffer.overflown)
		return NO_TEXT;
	hash_stable(buffer.data, buffer.length, hash);
	return text_copy(&request->arena, text_of(hash));
}

/* Callers have keys of their own. Where nobody is signed in, the address (with the secret in it) stands for the caller:
 * else the keys of strangers would meet. */
static struct text key_of(struct request *request)
{
	char        hash[STABLE_HASH_SIZE];
	struct text both;

	if (!request->operation->public)
		return request->idempotency_key;
	both = text_format(&request->arena, "%s\n%s", request->path.data, request->idempotency_key.data);
	if (!both.data)
		return NO_TEXT;
	hash_stable(both.data, both.length, hash);
	return text_copy(&request->arena, text_of(hash));
}

enum error kept_answers_run(struct request *request, enum error (*run)(struct request *request))
{
	struct db_context      context = request->call.db; /* the rule may move on to another workspace */
	struct text            key = key_of(request), fingerprint = fingerprint_of(request);
	struct kept_answer_row kept;
	bool                   found;

	if (!fingerprint.data || !key.data)
		return ERROR_NO_MEMORY;
	TRY(sql_forget_answer(&context, key, context.now - ANSWER_SECONDS));
	TRY(sql_find_kept_answer(&context, key, &kept, &found));
	if (found) {
		if (!text_equal(kept.fingerprint, fingerprint))
			return ERROR_IDEMPOTENCY_KEY_REUSED;
		reply_again(request, (int)kept.status, kept.body);
		return ERROR_NONE;
	}
	TRY(sql_take_key(&context, key, fingerprint));
	TRY(run(request));
	TRY(sql_keep_answer(&context, key, request->reply.status, request->reply.body));
	return retention_note(&context);
}

bool kept_answers_wanted(const struct request *request)
{
	return request->method == METHOD_POST && request->idempotency_key.length > 0;
}
