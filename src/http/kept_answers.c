/* Answers that are kept under an Idempotency-Key. It decides neither who may call nor what the rule does.
 *
 * The key is not stored. It leads to the name of the row, to a keyed fingerprint of the request and to the key that
 * seals the answer (base/vault): answers hold links of invitations, fingerprints cover passwords, and whoever reads the
 * database learns neither. */
#include "http/kept_answers.h"

#include "auth/principal.h"
#include "base/clock.h"
#include "base/vault.h"
#include "http/reply.h"
#include "http/service.h"
#include "operations/retention.h"
#include "statements.h"

#define KEPT_ANSWER_BYTES ((size_t)256 * 1024) /* of one answer */

/* The path as it was understood: a slash at its end does not make another request. */
static void append_address(struct buffer *buffer, const struct request *request)
{
	buffer_append_text(buffer, text_of(request->operation->id));
	for (size_t i = 0; i < PATH_SEGMENTS_MAX && request->path_values[i].data; i++) {
		buffer_append_char(buffer, '\n');
		buffer_append_text(buffer, request->path_values[i]);
	}
	buffer_append_char(buffer, '\n');
}

/* Callers have keys of their own in each workspace, and so has each app that acts for them. Where nobody is signed in,
 * the address (with the secret in it) stands for the caller: otherwise the keys of strangers would meet. An answer is
 * only for the role that it was made for. */
static enum error find_vault(struct request *request, struct vault *ret)
{
	const struct db_context *context = &request->call.db;
	struct buffer            word;

	buffer_init(&word, &request->arena, 256, request->target.length + request->idempotency_key.length + 256);
	buffer_append_format(&word, "%lld\n%lld\n", (long long)context->workspace_id, (long long)context->caller_id);
	if (request->principal && request->principal->grant_id != NONE)
		buffer_append_format(&word, "grant %lld\n", (long long)request->principal->grant_id);
	if (request->operation->security == SECURITY_NOBODY)
		append_address(&word, request);
	buffer_append_text(&word, request->idempotency_key);
	if (word.overflown)
		return ERROR_NO_MEMORY;
	vault_of(buffer_text(&word), (uint32_t)context->caller_role << 1 | context->sees_rates, ret);
	return ERROR_NONE;
}

static struct text fingerprint_of(struct request *request, const struct vault *vault)
{
	const char   *query = memchr(request->target.data, '?', request->target.length);
	struct buffer buffer;
	size_t        length = request->target.length + request->body.length + 256;

	buffer_init(&buffer, &request->arena, length, length);
	append_address(&buffer, request);
	if (query)
		buffer_append(&buffer, query, (size_t)(request->target.data + request->target.length - query));
	buffer_append_char(&buffer, '\n');
	buffer_append_text(&buffer, buffer_text(&request->body));
	return buffer.overflown ? NO_TEXT : vault_fingerprint(vault, &request->arena, buffer_text(&buffer));
}

/* The answer again; or only that there was one, where it was too much to keep or was made for somebody who could see
 * more, or less, than the caller does now. Making it anew would do the work twice. */
static enum error repeat_answer(struct request *request, const struct vault *vault, const struct kept_answer_row *kept)
{
	struct text body = vault_open(vault, &request->arena, kept->body);

	if (request->arena.exhausted)
		return ERROR_NO_MEMORY;
	if (!body.data)
		return ERROR_CARRIED_OUT_BEFORE;
	const char *end = memchr(body.data, '\n', body.length);
	if (end) {
		struct text location = {body.data, (size_t)(end - body.data)};
		reply_header(request, "Location", text_copy(&request->arena, location).data);
		body = (struct text){end + 1, body.length - location.length - 1};
	}
	reply_again(request, (int)kept->status, body);
	return request->arena.exhausted ? ERROR_NO_MEMORY : ERROR_NONE;
}

/* The body, behind the address of what was made, if there is one, in a line: no body has one of its own. */
static struct text kept_text(struct request *request)
{
	const char *location = reply_find_header(&request->reply, "Location");
	struct text body = request->reply.body;

	return location ? text_format(&request->arena, "%s\n%.*s", location, (int)body.length, body.data) : body;
}

/* Whatever the tries before this one have taken is taken once. False: one caller does not fill the disk. */
static bool take_room(struct request *request, int64_t caller_id, int64_t bytes)
{
	struct kept_room *room = &request->kept_room;
	int64_t           more = bytes - room->bytes;

	room->subject = caller_id ? (uint64_t)caller_id : client_key(&request->client);
	if (more > 0 &&
	    budget_take(service_of(request)->kept_bytes, &room->subject, sizeof(room->subject), more, clock_monotonic()))
		return false;
	room->bytes += more > 0 ? more : 0;
	return true;
}

void kept_answers_settle(struct request *request, enum error error)
{
	const struct kept_room *room = &request->kept_room;

	if (error && room->bytes)
		budget_return(service_of(request)->kept_bytes, &room->subject, sizeof(room->subject), room->bytes);
}

/* Empty where there is no room for it. */
static enum error seal_answer(struct request *request, const struct vault *vault, int64_t caller_id, struct text *ret)
{
	struct text answer = kept_text(request);

	*ret = TEXT("");
	if (!answer.data)
		return ERROR_NO_MEMORY;
	if (answer.length > KEPT_ANSWER_BYTES || !take_room(request, caller_id, (int64_t)answer.length))
		return ERROR_NONE;
	*ret = vault_seal(vault, &request->arena, answer);
	return ret->data ? ERROR_NONE : ERROR_NO_MEMORY;
}

enum error kept_answers_run(struct request *request, enum error (*run)(struct request *request))
{
	struct db_context      context = request->call.db; /* the rule may move on to another workspace */
	struct vault           vault;
	struct text            name, fingerprint, sealed;
	struct kept_answer_row kept;
	bool                   found;

	TRY(find_vault(request, &vault));
	name = text_of(vault.name);
	fingerprint = fingerprint_of(request, &vault);
	if (!fingerprint.data)
		return ERROR_NO_MEMORY;
	TRY(sql_forget_answer(&context, name, context.now - ANSWER_SECONDS));
	TRY(sql_find_kept_answer(&context, name, &kept, &found));
	if (found && !text_equal(kept.fingerprint, fingerprint))
		return ERROR_IDEMPOTENCY_KEY_REUSED;
	if (found)
		return repeat_answer(request, &vault, &kept);
	TRY(sql_take_key(&context, name, fingerprint));
	TRY(run(request));
	TRY(seal_answer(request, &vault, context.caller_id, &sealed));
	TRY(sql_keep_answer(&context, name, request->reply.status, sealed));
	return retention_note(&context);
}

bool kept_answers_wanted(const struct request *request)
{
	return request->method == METHOD_POST && request->operation->reply == REPLY_ENVELOPE &&
	       request->idempotency_key.length > 0 && !request->operation->sets_cookies;
}
