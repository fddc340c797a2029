/* From path and method to an operation. */
#include "http/route.h"

#include "contract.h"

bool route_method(struct text name, enum method *ret)
{
	if (text_equal(name, TEXT("HEAD")))
		name = TEXT("GET");
	for (int i = 0; i < METHOD_COUNT; i++)
		if (text_equal(name, text_of(method_names[i]))) {
			*ret = (enum method)i;
			return true;
		}
	return false;
}

/* The child that fits; a literal before the parameter. */
static const struct route *child_for(const struct route *route, struct text segment)
{
	for (int index = route->child; index >= 0; index = routes[index].sibling) {
		const struct route *child = &routes[index];

		if (!child->segment || text_equal(text_of(child->segment), segment))
			return child;
	}
	return NULL;
}

static const struct route *find_route(struct request *request)
{
	const struct route *route = &routes[0];
	struct text         rest = request->path;
	unsigned            values = 0;

	while (route && rest.length > 1) { /* rest begins with '/'; alone it is the slash at the end */
		const char *begin = rest.data + 1, *end = rest.data + rest.length;
		const char *slash = memchr(begin, '/', (size_t)(end - begin));
		struct text segment = {begin, (size_t)((slash ? slash : end) - begin)};

		route = segment.length ? child_for(route, segment) : NULL;
		if (route && !route->segment) {
			if (values == PATH_SEGMENTS_MAX)
				return NULL;
			request->path_values[values++] = segment;
		}
		rest = slash ? (struct text){slash, (size_t)(end - slash)} : NO_TEXT;
	}
	return route;
}

static void note_allowed(struct request *request)
{
	struct buffer allowed;

	buffer_init(&allowed, &request->arena, 64, 128);
	for (int i = 0; i < METHOD_COUNT; i++)
		if (request->allowed & 1u << i) {
			buffer_append(&allowed, ", ", allowed.length ? 2 : 0);
			buffer_append_text(&allowed, text_of(method_names[i]));
			if (i == METHOD_GET)
				buffer_append_literal(&allowed, ", HEAD");
		}
	buffer_append_char(&allowed, '\0');
	reply_header(request, "Allow", allowed.data);
}

/* All operations of a place have the same path. */
static void note_operations(struct request *request, const struct route *route)
{
	for (int i = 0; i < METHOD_COUNT; i++)
		if (route->operations[i] >= 0) {
			request->allowed |= 1u << i;
			request->logged_path = operations[route->operations[i]].path;
		}
}

enum error route_request(struct request *request)
{
	const struct route *route = find_route(request);

	if (route)
		note_operations(request, route);
	if (!request->allowed)
		return ERROR_NOT_FOUND;
	if (!route || !route_method(request->method_name, &request->method) || route->operations[request->method] < 0) {
		note_allowed(request);
		return ERROR_METHOD_NOT_ALLOWED;
	}
	request->head_only = text_equal(request->method_name, TEXT("HEAD"));
	request->operation = &operations[route->operations[request->method]];
	request->reader = route->operations[METHOD_GET] >= 0 ? &operations[route->operations[METHOD_GET]] : NULL;
	return ERROR_NONE;
}
