/* gzip of replies that are worth it. */
#ifndef STINT_HTTP_COMPRESS_H
#define STINT_HTTP_COMPRESS_H

#include "http/request.h"

/* Compresses request->reply.body in place when the client takes gzip and the body is large enough to gain. */
void compress_reply(struct request *request);

/* For a body that there is in two forms: true when the packed one, which may be absent, is to be sent. */
bool compress_choose(struct request *request, struct text packed);

/* Small, for what is sent often, and soon: every start does it. Absent where memory is short. */
struct text compress_well(struct arena *arena, struct text content);

#endif
