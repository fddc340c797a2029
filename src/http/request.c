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
