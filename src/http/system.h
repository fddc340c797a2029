/* What is not part of the API: health, metrics, the document, the sandbox's clock, pages. It says what is answered and
 * where; dispatch takes it there. */
#ifndef STINT_HTTP_SYSTEM_H
#define STINT_HTTP_SYSTEM_H

#include "http/request.h"

struct service;

/* None of them takes more. */
#define SYSTEM_BODY_BYTES 4096

/* Where request->answer is to make the reply. Notes the methods of the address where the request has another one. */
enum system_place system_find(const struct service *service, struct request *request);

#endif
