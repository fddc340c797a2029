/* What every part of http/ does to a request. It must not know the HTTP library. */
#include "http/request.h"

#include <assert.h>

void reply_header(struct request *request, const char *name, const char *value)
{
	struct reply *reply = &request->reply;
	assert(reply->header_count < REPLY_HEADERS_MAX);
	reply->headers[reply->header_count++] = (struct reply_header){name, value};
}
