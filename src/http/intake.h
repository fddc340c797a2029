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

/* Called once, before the first request: what the library does depends on its version, which may be newer than the one
 * we were built with. */
void intake_init(void);

/* How strict the library is told to be. Versions that judge requests rightly are told to refuse whatever is ambiguous.
 * The others would refuse what is right, too: for them it is done here. */
int intake_strictness(void);

/* `data` is what the library says is in a chunk. False when the line before it, as far as it can be seen, does not end
 * with a carriage return and a line feed, as other servers expect. */
bool intake_chunk_line(const char *data);

/* Fills what the request's header and target hold; the texts live as long as the library's request. The target was set
 * before. Says why the request must be refused, if it must; then what was filled is not to be relied on. `method`,
 * `url` and `version` are the library's own pointers, as its handler was given them. */
enum error intake_header(struct request *request, struct MHD_Connection *connection, const char *method,
                         const char *url, const char *version, struct announced *ret_announced);

#endif
