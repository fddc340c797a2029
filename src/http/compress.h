/* gzip of replies that are worth it. */
#ifndef STINT_HTTP_COMPRESS_H
#define STINT_HTTP_COMPRESS_H

#include "http/request.h"

/* Compresses request->reply.body in place when the client takes gzip and the body is large enough to gain. */
void compress_reply(struct request *request);

/* For a body that there is in two forms: true when the packed one, which may be absent, is to be sent. */
bool compress_choose(struct request *request, struct text packed);

/* gzip of `content`: of the same without what is inserted, packed by the build so that it can be cut at the places. */
struct text compress_insert(struct arena *arena, struct text packed, const size_t *places, size_t count,
                            struct text inserted, struct text content);

#endif
