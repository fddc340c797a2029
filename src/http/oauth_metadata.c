/* The metadata of OAuth2: fixed, but for the server's own address. */
#include "http/oauth_metadata.h"

#include "base/host.h"
#include "base/json.h"
#include "http/reply.h"
#include "http/service.h"

#define METADATA_BYTES 8192
#define RESOURCE_PATH  "/api/v2"

/* `"name":"https://time.example.com/path"` behind a comma. */
static void write_address(struct buffer *buffer, const struct request *request, const char *name, const char *path)
{
	struct text url = request->call.settings->public_url;
	struct text address = text_format(buffer->arena, "%.*s%s", (int)url.length, url.data, path);

	buffer_append_char(buffer, ',');
	json_write_string(buffer, text_of(name));
	buffer_append_char(buffer, ':');
	json_write_string(buffer, address);
}

static void write_scopes(struct buffer *buffer)
{
	buffer_append_literal(buffer, "{\"scopes_supported\":[");
	for (size_t i = 0; i < SCOPE_COUNT; i++) {
		buffer_append(buffer, ",", i ? 1 : 0);
		json_write_string(buffer, text_of(scope_names[i]));
	}
	buffer_append_char(buffer, ']');
}

static void answer_metadata(struct request *request, const struct buffer *buffer)
{
	if (buffer->overflown)
		reply_error(request, ERROR_NO_MEMORY);
	else
		reply_body(request, 200, MEDIA_TYPE_JSON, buffer_text(buffer));
}

void oauth_server_metadata(struct service *service, struct request *request)
{
	static const char methods[] = "[\"client_secret_basic\",\"client_secret_post\"";
	struct buffer     buffer;

	(void)service;
	buffer_init(&buffer, &request->arena, 1024, METADATA_BYTES);
	write_scopes(&buffer);
	write_address(&buffer, request, "issuer", "");
	write_address(&buffer, request, "authorization_endpoint", "/oauth/authorize");
	write_address(&buffer, request, "token_endpoint", "/oauth/token");
	write_address(&buffer, request, "revocation_endpoint", "/oauth/revoke");
	write_address(&buffer, request, "introspection_endpoint", "/oauth/introspect");
	write_address(&buffer, request, "service_documentation", "/docs");
	buffer_append_literal(&buffer,
	                      ",\"response_types_supported\":[\"code\"],\"response_modes_supported\":[\"query\"],"
	                      "\"grant_types_supported\":[\"authorization_code\",\"refresh_token\",\"client_credentials\"],"
	                      "\"code_challenge_methods_supported\":[\"S256\"],"
	                      "\"authorization_response_iss_parameter_supported\":true");
	buffer_append_format(&buffer,
	                     ",\"token_endpoint_auth_methods_supported\":%s,\"none\"],"
	                     "\"revocation_endpoint_auth_methods_supported\":%s,\"none\"],"
	                     "\"introspection_endpoint_auth_methods_supported\":%s]}",
	                     methods, methods, methods);
	answer_metadata(request, &buffer);
}

void oauth_resource_metadata(struct service *service, struct request *request)
{
	struct buffer buffer;

	(void)service;
	buffer_init(&buffer, &request->arena, 512, METADATA_BYTES);
	write_scopes(&buffer);
	write_address(&buffer, request, "resource", RESOURCE_PATH);
	write_address(&buffer, request, "resource_documentation", "/docs");
	buffer_append_literal(&buffer, ",\"bearer_methods_supported\":[\"header\"],\"authorization_servers\":[");
	json_write_string(&buffer, request->call.settings->public_url);
	buffer_append_literal(&buffer, "]}");
	answer_metadata(request, &buffer);
}

struct text oauth_resource_metadata_url(struct request *request)
{
	struct text url = request->call.settings->public_url, origin = host_origin(url);

	return text_format(&request->arena, "%.*s/.well-known/oauth-protected-resource%.*s" RESOURCE_PATH,
	                   (int)origin.length, origin.data, (int)(url.length - origin.length), url.data + origin.length);
}
