/* Counts a request against the limits; ERROR_RATE_LIMITED beyond them. Once a request, however often it is tried. */
#ifndef STINT_HTTP_GUESSES_H
#define STINT_HTTP_GUESSES_H

#include "http/request.h"

/* A request of the user, with the headers that tell the client. */
enum error rate_check(struct request *request, int64_t user_id);

/* A request of nobody, to an operation that is public. */
enum error guesses_check(struct request *request);

#endif
