/* Which operation a path and a method mean, by the generated route tree. */
#ifndef STINT_HTTP_ROUTE_H
#define STINT_HTTP_ROUTE_H

#include "http/request.h"

/* Sets request->operation, request->reader and request->path_values. ERROR_NOT_FOUND, or ERROR_METHOD_NOT_ALLOWED, with
 * an Allow header in the reply that names the methods here and those that request->allowed has already. */
enum error route_request(struct request *request);

/* GET and HEAD are METHOD_GET. False: a method that no operation has. */
bool route_method(struct text name, enum method *ret);

#endif
