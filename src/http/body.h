/* Reading a request's body. */
#ifndef STINT_HTTP_BODY_H
#define STINT_HTTP_BODY_H

#include <jansson.h>

#include "http/request.h"

/* Where values come from besides path and query. At most one of the two bodies is there. */
struct sources {
	json_t           *body; /* an object; json_decref by whoever had it read */
	struct parameter *form;
	size_t            form_count;
};

/* Reads the body of an operation that takes one. White space, null, [] and no bytes at all are no body. Errors:
 * ERROR_MALFORMED_JSON, ERROR_BAD_REQUEST, ERROR_UNSUPPORTED_MEDIA_TYPE (call.message may say more) and
 * ERROR_CONTENT_CODING. */
enum error body_read(struct request *request, struct sources *ret);

/* Decoded name=value pairs of an application/x-www-form-urlencoded text. False when it is not one, or a
 * name is not UTF-8. */
bool body_parse_form(struct arena *arena, struct text text, struct parameter **ret, size_t *ret_count);

#endif
