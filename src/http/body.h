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

/* Reads what the operation takes of the body; of a body of no bytes, nothing. Errors: ERROR_MALFORMED_JSON,
 * ERROR_BAD_REQUEST and ERROR_UNSUPPORTED_MEDIA_TYPE (call.message says more). */
enum error body_read(struct request *request, struct sources *ret);

/* Decoded name=value pairs of an application/x-www-form-urlencoded text. False when it is not one. */
bool body_parse_form(struct arena *arena, struct text text, struct parameter **ret, size_t *ret_count);

#endif
