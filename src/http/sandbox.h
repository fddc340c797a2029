/* Whom the sandbox answers. Its tokens are public and anybody may set its clock, so it lets in only what comes from
 * this machine, and no page of some site that the developer has open in the browser. */
#ifndef STINT_HTTP_SANDBOX_H
#define STINT_HTTP_SANDBOX_H

#include "http/request.h"

struct service;

/* ERROR_FOREIGN: in the sandbox, under a name that is not this machine's (a site whose name leads here), or from the
 * page of another machine that --cors-origin does not name. */
enum error sandbox_admit(const struct service *service, const struct request *request);

#endif
