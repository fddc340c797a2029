/* What is not part of the API: health, metrics, the document, the sandbox's clock, pages. */
#ifndef STINT_HTTP_SYSTEM_H
#define STINT_HTTP_SYSTEM_H

#include "http/request.h"

struct service;

enum system_answer {
	SYSTEM_UNKNOWN,       /* not a system address */
	SYSTEM_ANSWERED,      /* the reply is made */
	SYSTEM_NEEDS_DATABASE /* answered by system_ready inside a transaction: the database works if that begins */
};

enum system_answer system_handle(struct service *service, struct request *request);

void system_ready(struct request *request);

#endif
