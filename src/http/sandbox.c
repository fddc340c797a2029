/* Whom the sandbox answers. What it answers is in system.c. */
#include "http/sandbox.h"

#include "base/host.h"
#include "http/service.h"

/* "http://localhost:3000" */
static bool is_local_origin(struct text origin)
{
	const char *colon = memmem(origin.data, origin.length, "://", 3);
	size_t      scheme = colon ? (size_t)(colon - origin.data) + 3 : 0;

	return colon && host_is_loopback(host_without_port((struct text){origin.data + scheme, origin.length - scheme}));
}

static bool is_named(const char *cors_origin, struct text origin)
{
	return cors_origin && (strcmp(cors_origin, "*") == 0 || text_equal(text_of(cors_origin), origin));
}

enum error sandbox_admit(const struct service *service, const struct request *request)
{
	if (!service->settings.demo)
		return ERROR_NONE;
	if (request->host.data && !host_is_loopback(host_without_port(request->host)))
		return ERROR_FOREIGN;
	if (request->origin.data && !is_local_origin(request->origin) && !is_named(service->cors_origin, request->origin))
		return ERROR_FOREIGN;
	return ERROR_NONE;
}
