/* A POST with an Idempotency-Key is carried out once (decision 0002): whoever repeats it gets the first answer. */
#ifndef STINT_HTTP_KEPT_ANSWERS_H
#define STINT_HTTP_KEPT_ANSWERS_H

#include "http/request.h"

bool kept_answers_wanted(const struct request *request);

/* Bytes of answers that are kept for one caller: so many at once, and as many again within a day. Past them, only the
 * fact that the request was carried out is kept. */
#define KEPT_BYTES         (INT64_C(16) * 1024 * 1024)
#define KEPT_BYTES_SECONDS INT64_C(86400)

/* Runs an admitted request, and keeps its answer in the same transaction; or repeats the first one's. Refused requests
 * are not kept: they changed nothing. ERROR_CARRIED_OUT_BEFORE: the first answer cannot be shown (again). */
enum error kept_answers_run(struct request *request, enum error (*run)(struct request *request));

/* To be called once, at the end: what was not done takes no room. */
void kept_answers_settle(struct request *request, enum error error);

#endif
