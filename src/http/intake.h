/* From the header that libmicrohttpd has read to a struct request, and the judgement whether it was sound HTTP. */
#ifndef STINT_HTTP_INTAKE_H
#define STINT_HTTP_INTAKE_H

#include <microhttpd.h>

#include "http/request.h"

/* What the header says about the body. */
struct announced {
	uint64_t content_length; /* 0 when there is none or it is chunked */
	bool     chunked;
	bool     waits; /* the client sends the body only when told to (Expect: 100-continue) */
};

/* Once, before the first request: what the library does depends on its version, which may be newer than what we were
 * built with. */
void intake_init(void);

/* How strict the library is to be. The versions that know what they take for a request are, as they can be; of the
 * others it is seen here, for they would refuse also what is right. */
int intake_strictness(void);

/* `data` is what the library says is in a chunk. False when the line before it, as far as it can be seen, does not end
 * as others would have it end. */
bool intake_chunk_line(const char *data);

/* Fills what the request's header and target hold; the texts live as long as the library's request. The target was set
 * before. Says why the request must be refused, if it must; then what was filled is not to be relied on. `method`,
 * `url` and `version` are the library's own pointers, as its handler was given them. */
enum error intake_header(struct request *request, struct MHD_Connection *connection, const char *method,
                         const char *url, const char *version, struct announced *ret_announced);

#endif
