/* A POST with an Idempotency-Key is carried out once (decision 0002): who repeats it gets the first answer. */
#ifndef STINT_HTTP_KEPT_ANSWERS_H
#define STINT_HTTP_KEPT_ANSWERS_H

#include "http/request.h"

bool kept_answers_wanted(const struct request *request);

/* Runs an admitted request, and keeps its answer in the same transaction; or repeats the first one's. Refused requests
 * are not kept: they changed nothing. */
enum error kept_answers_run(struct request *request, enum error (*run)(struct request *request));

#endif
