/* Addresses that are not operations: each is a row of the table here, or of that of the assets. */
#include "http/system.h"

#include <jansson.h>

#include "base/calendar.h"
#include "base/clock.h"
#include "base/host.h"
#include "base/json.h"
#include "http/asset.h"
#include "http/cookies.h"
#include "http/oauth_metadata.h"
#include "http/reply.h"
#include "http/route.h"
#include "http/service.h"

#define METRICS_BYTES_MAX (1024 * 1024)

static void answer_json(struct request *request, int status, struct text body)
{
	reply_body(request, status, MEDIA_TYPE_JSON, body);
}

static void healthz(struct service *service, struct request *request)
{
	(void)service;
	answer_json(request, 200, TEXT("{\"status\":\"ok\"}"));
}

static void readyz(struct service *service, struct request *request)
{
	if (executor_is_failing(service->main))
		reply_error(request, ERROR_UNAVAILABLE);
	else
		answer_json(request, 200, TEXT("{\"status\":\"ready\"}"));
}

static void metrics(struct service *service, struct request *request)
{
	struct buffer buffer;

	buffer_init(&buffer, &request->arena, 4096, METRICS_BYTES_MAX);
	metrics_print(service, &buffer);
	reply_body(request, 200, "text/plain; version=0.0.4; charset=utf-8", buffer_text(&buffer));
}

static void document(struct service *service, struct request *request)
{
	asset_answer(request, &service->document);
}

static void older_document(struct service *service, struct request *request)
{
	asset_answer(request, &service->older_document);
}

static void page_or_part(struct service *service, struct request *request)
{
	(void)service;
	asset_answer(request, request->asset);
}

/* To what a person can do next. A session that has ended is sent on to signing in by the page itself. Relative,
 * because a proxy may have put the server below another path. */
static void root(struct service *service, struct request *request)
{
	(void)service;
	reply_header(request, "Location", cookies_seem_signed_in(request) ? "settings/api" : "sign-in");
	reply_body(request, 302, NULL, NO_TEXT);
}

/* No member's zone is further from UTC, so that every day of theirs is one that can be written. */
#define CLOCK_DAYS_FROM_ENDS 2

/* {"now": "2024-01-15T09:00:00Z"} stops the clock there, {"now": null} lets it run again, {"advance_seconds": 60}
 * moves it. */
static bool set_clock(const json_t *body)
{
	json_t *now = json_object_get(body, "now"), *advance = json_object_get(body, "advance_seconds");
	int64_t second = NONE;

	if (json_is_null(now)) {
		clock_release();
		return true;
	}
	if (json_is_string(now))
		calendar_parse_instant(text_of(json_string_value(now)), &second);
	else if (!now && json_is_integer(advance) && json_integer_value(advance) >= -1000000000000 &&
	         json_integer_value(advance) <= 1000000000000)
		second = clock_now() + json_integer_value(advance);
	if (second < (DAY_MIN + CLOCK_DAYS_FROM_ENDS) * (int64_t)SECONDS_PER_DAY ||
	    second >= (DAY_MAX + 1 - CLOCK_DAYS_FROM_ENDS) * (int64_t)SECONDS_PER_DAY)
		return false;
	if (now)
		clock_set(second);
	else
		clock_advance(json_integer_value(advance));
	return true;
}

static void show_clock(struct service *service, struct request *request)
{
	struct buffer buffer;

	(void)service;
	buffer_init(&buffer, &request->arena, 64, 128);
	buffer_append_literal(&buffer, "{\"now\":");
	json_write_instant(&buffer, clock_now());
	buffer_append_char(&buffer, '}');
	answer_json(request, 200, buffer_text(&buffer));
}

/* What falls due because of it is done before the answer. */
static void move_clock(struct service *service, struct request *request)
{
	json_t *body = json_loadb(request->body.data, request->body.length, 0, NULL);
	bool    set = set_clock(body);

	json_decref(body);
	if (!set) {
		request->call.message = "Send {\"now\": \"2024-01-15T09:00:00Z\"} or {\"advance_seconds\": 60}.";
		reply_error(request, ERROR_INVALID);
		return;
	}
	service->clock_moved(service->clock_moved_data);
	show_clock(service, request);
}

static const struct system_address {
	const char       *path;
	enum method       method;
	enum system_place place;
	void (*answer)(struct service *service, struct request *request);
	bool        demo; /* the sandbox's only */
	const char *of;   /* what a well-known address is of: a path below the server's own */
} system_addresses[] = {
	{"/healthz", METHOD_GET, SYSTEM_HERE, healthz, false, NULL},
	{"/readyz", METHOD_GET, SYSTEM_TRANSACTION, readyz, false, NULL},
	{"/metrics", METHOD_GET, SYSTEM_HERE, metrics, false, NULL},
	{"/api/v2/openapi.json", METHOD_GET, SYSTEM_HERE, document, false, NULL},
	{"/api/v2/openapi-3.0.json", METHOD_GET, SYSTEM_HERE, older_document, false, NULL},
	{"/", METHOD_GET, SYSTEM_HERE, root, false, NULL},
	{"/.well-known/oauth-authorization-server", METHOD_GET, SYSTEM_HERE, oauth_server_metadata, false, ""},
	{"/.well-known/oauth-protected-resource", METHOD_GET, SYSTEM_HERE, oauth_resource_metadata, false, ""},
	{"/.well-known/oauth-protected-resource", METHOD_GET, SYSTEM_HERE, oauth_resource_metadata, false, "/api/v2"},
	{"/demo/clock", METHOD_GET, SYSTEM_HERE, show_clock, true, NULL},
	{"/demo/clock", METHOD_POST, SYSTEM_SLOW, move_clock, true, NULL},
};

/* What is left of a text that begins so; or NO_TEXT. */
static struct text system_after(struct text path, struct text begin)
{
	if (path.length < begin.length || memcmp(path.data, begin.data, begin.length) != 0)
		return NO_TEXT;
	return (struct text){path.data + begin.length, path.length - begin.length};
}

/* A well-known address has the path of what it is of behind its name (RFC 8414 3.1, RFC 9728 3.1): that of the server's
 * public address, too, unless a proxy has taken it away. */
static bool system_is_at(const struct service *service, struct text path, const struct system_address *address)
{
	struct text rest = system_after(path, text_of(address->path));

	if (!rest.data || !address->of)
		return rest.data && !rest.length;
	struct text url = service->settings.public_url;
	struct text server = system_after(url, host_origin(url));
	return text_equal(rest, text_of(address->of)) || text_equal(system_after(rest, server), text_of(address->of));
}

/* Notes the address; true when it is asked by this method. */
static bool system_at(struct request *request, const char *path, enum method method, bool method_known)
{
	request->logged_path = path;
	request->allowed |= 1u << method;
	return method_known && method == request->method;
}

enum system_place system_find(const struct service *service, struct request *request)
{
	bool known = route_method(request->method_name, &request->method);

	for (size_t i = 0; i < sizeof(system_addresses) / sizeof(system_addresses[0]); i++) {
		const struct system_address *address = &system_addresses[i];

		if (!system_is_at(service, request->path, address) || (address->demo && !service->settings.demo) ||
		    !system_at(request, address->path, address->method, known))
			continue;
		request->answer = address->answer;
		return address->place;
	}
	request->asset = asset_find(request->path);
	if (!request->asset || !system_at(request, request->asset->path, METHOD_GET, known))
		return SYSTEM_NOWHERE;
	request->answer = page_or_part;
	return SYSTEM_HERE;
}
