/* What every part of http/ does to a request. It must not know the HTTP library. */
#include "http/request.h"

#include "base/log.h"

void reply_header(struct request *request, const char *name, const char *value)
{
	struct reply *reply = &request->reply;

	if (!value)
		return;
	if (reply->header_count == REPLY_HEADERS_MAX) {
		log_event(LOG_ERROR, "reply_header_dropped", "id=%s name=%s", request->id, name);
		return;
	}
	reply->headers[reply->header_count++] = (struct reply_header){name, value};
}

void request_ignored(struct request *request, struct text name)
{
	struct ignored *ignored;

	if (request->ignored_count == IGNORED_MAX)
		return;
	if (name.length > IGNORED_CHARACTERS_MAX)
		name.length = IGNORED_CHARACTERS_MAX;
	while (!text_is_utf8(name))
		name.length--; /* the end was cut within a character */
	for (ignored = request->ignored; ignored; ignored = ignored->next)
		if (text_equal(ignored->name, name))
			return;
	ignored = arena_new(&request->arena, struct ignored);
	if (!ignored)
		return;
	*ignored = (struct ignored){.name = text_copy(&request->arena, name)};
	if (request->last_ignored)
		request->last_ignored->next = ignored;
	else
		request->ignored = ignored;
	request->last_ignored = ignored;
	request->ignored_count++;
}
