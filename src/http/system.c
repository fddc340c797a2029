/* Addresses that are not operations. Each is a row of the table. */
#include "http/system.h"

#include <jansson.h>

#include "assets.h"
#include "base/calendar.h"
#include "base/clock.h"
#include "base/json.h"
#include "http/reply.h"
#include "http/route.h"
#include "http/service.h"

#define METRICS_BYTES_MAX (1024 * 1024)

static enum system_answer answer_json(struct request *request, int status, struct text body)
{
	reply_body(request, status, MEDIA_TYPE_JSON, body);
	return SYSTEM_ANSWERED;
}

static enum system_answer healthz(struct service *service, struct request *request)
{
	(void)service;
	return answer_json(request, 200, TEXT("{\"status\":\"ok\"}"));
}

static enum system_answer readyz(struct service *service, struct request *request)
{
	(void)service;
	(void)request;
	return SYSTEM_NEEDS_DATABASE;
}

void system_ready(struct request *request)
{
	answer_json(request, 200, TEXT("{\"status\":\"ready\"}"));
}

static enum system_answer metrics(struct service *service, struct request *request)
{
	struct buffer buffer;

	buffer_init(&buffer, &request->arena, 4096, METRICS_BYTES_MAX);
	metrics_print(service, &buffer);
	reply_body(request, 200, "text/plain; version=0.0.4; charset=utf-8", buffer_text(&buffer));
	return SYSTEM_ANSWERED;
}

static enum system_answer document(struct service *service, struct request *request)
{
	(void)service;
	return answer_json(request, 200, openapi_document);
}

static enum system_answer docs_page(struct service *service, struct request *request)
{
	(void)service;
	reply_body(request, 200, "text/html; charset=utf-8", asset_docs_html);
	return SYSTEM_ANSWERED;
}

static enum system_answer invitation_page(struct service *service, struct request *request)
{
	(void)service;
	reply_header(request, "Content-Security-Policy",
	             "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; "
	             "frame-ancestors 'none'");
	reply_header(request, "Referrer-Policy", "no-referrer");
	reply_body(request, 200, "text/html; charset=utf-8", asset_accept_invitation_html);
	return SYSTEM_ANSWERED;
}

/* {"now": "2024-01-15T09:00:00Z"} stops the clock there, {"now": null} lets it run again, {"advance_seconds": 60}
 * moves it. */
static bool set_clock(const json_t *body)
{
	json_t *now = json_object_get(body, "now"), *advance = json_object_get(body, "advance_seconds");
	int64_t second;

	if (json_is_null(now)) {
		clock_release();
	} else if (json_is_string(now) && calendar_parse_instant(text_of(json_string_value(now)), &second)) {
		clock_set(second);
	} else if (!now && json_is_integer(advance) && json_integer_value(advance) >= -1000000000000 &&
	           json_integer_value(advance) <= 1000000000000) {
		second = clock_now() + json_integer_value(advance);
		if (second < DAY_MIN * (int64_t)SECONDS_PER_DAY || second >= (DAY_MAX + 1) * (int64_t)SECONDS_PER_DAY)
			return false;
		clock_advance(json_integer_value(advance));
	} else {
		return false;
	}
	return true;
}

static enum system_answer demo_clock(struct service *service, struct request *request)
{
	struct buffer buffer;

	if (!service->settings.demo)
		return SYSTEM_UNKNOWN;
	if (request->method == METHOD_POST) {
		json_t *body = json_loadb(request->body.data, request->body.length, 0, NULL);
		bool    set = set_clock(body);

		json_decref(body);
		if (!set) {
			request->call.message = "Send {\"now\": \"2024-01-15T09:00:00Z\"} or {\"advance_seconds\": 60}.";
			reply_error(request, ERROR_INVALID);
			return SYSTEM_ANSWERED;
		}
		if (service->clock_moved)
			service->clock_moved(service->clock_moved_data);
	}
	buffer_init(&buffer, &request->arena, 64, 128);
	buffer_append_literal(&buffer, "{\"now\":");
	json_write_instant(&buffer, clock_now());
	buffer_append_char(&buffer, '}');
	return answer_json(request, 200, buffer_text(&buffer));
}

static const struct {
	struct text path;   /* with '/' at the end: everything below */
	unsigned    methods; /* bits (1 << enum method) */
	enum system_answer (*handle)(struct service *service, struct request *request);
} addresses[] = {
	{{"/healthz", 8}, 1 << METHOD_GET, healthz},
	{{"/readyz", 7}, 1 << METHOD_GET, readyz},
	{{"/metrics", 8}, 1 << METHOD_GET, metrics},
	{{"/api/v2/openapi.json", 20}, 1 << METHOD_GET, document},
	{{"/docs", 5}, 1 << METHOD_GET, docs_page},
	{{"/demo/clock", 11}, 1 << METHOD_GET | 1 << METHOD_POST, demo_clock},
	{{"/accept-invitation/", 19}, 1 << METHOD_GET, invitation_page},
};

static bool is_at(struct text path, struct text address)
{
	if (address.data[address.length - 1] == '/')
		return path.length > address.length && memcmp(path.data, address.data, address.length) == 0;
	return text_equal(path, address);
}

enum system_answer system_handle(struct service *service, struct request *request)
{
	if (!route_method(request->method_name, &request->method))
		return SYSTEM_UNKNOWN;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		if (is_at(request->path, addresses[i].path) && (addresses[i].methods & (1u << request->method)))
			return addresses[i].handle(service, request);
	return SYSTEM_UNKNOWN;
}
