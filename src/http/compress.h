/* gzip of replies that are worth it. */
#ifndef STINT_HTTP_COMPRESS_H
#define STINT_HTTP_COMPRESS_H

#include "http/request.h"

/* Compresses request->reply.body in place when the client takes gzip and the body is large enough to gain. */
void compress_reply(struct request *request);

#endif
