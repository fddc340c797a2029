/* The names and attributes of cookies, and which requests of browsers are our own pages'. */
#include "http/cookies.h"

#include "auth/principal.h"
#include "auth/session.h"
#include "base/host.h"
#include "base/random.h"
#include "http/service.h"

/* The prefix keeps other hosts of the domain, and pages that came without TLS, from setting it (RFC 6265bis 4.1.3.2).
 */
#define SECURE_PREFIX "__Host-"

static const char *const names[COOKIE_COUNT] = {
	[COOKIE_SESSION] = SECURE_PREFIX "stint",
	[COOKIE_DEVICE] = SECURE_PREFIX "stint-device",
};

/* Without TLS only this machine is spoken to: elsewhere a browser does not keep the cookie, and nobody reads it. */
static bool is_without_tls(const struct request *request)
{
	return !request->call.settings->secure && host_is_loopback(host_without_port(request->host));
}

static const char *name_of(const struct request *request, enum cookie_name cookie)
{
	return names[cookie] + (is_without_tls(request) ? sizeof(SECURE_PREFIX) - 1 : 0);
}

/* The value of the first of that name (RFC 6265 4.2). */
static struct text find_cookie(const struct request *request, enum cookie_name cookie)
{
	struct text rest = request->cookie, name = text_of(name_of(request, cookie));

	while (rest.length) {
		const char *end = memchr(rest.data, ';', rest.length);
		struct text pair = text_trim((struct text){rest.data, end ? (size_t)(end - rest.data) : rest.length});

		if (pair.length > name.length && pair.data[name.length] == '=' &&
		    memcmp(pair.data, name.data, name.length) == 0)
			return (struct text){pair.data + name.length + 1, pair.length - name.length - 1};
		rest = end ? (struct text){end + 1, rest.length - (size_t)(end + 1 - rest.data)} : TEXT("");
	}
	return NO_TEXT;
}

/* "https://host:port" is the server that was asked, or what the operator says that it is. */
static bool is_our_origin(const struct request *request, struct text origin)
{
	const char *start = memmem(origin.data, origin.length, "://", 3);
	struct text url = service_of(request)->settings.public_url;

	if (!start)
		return false;
	struct text host = {start + 3, origin.length - (size_t)(start + 3 - origin.data)};
	return text_equal_ignoring_case(host, request->host) ||
	       (strncmp(url.data, origin.data, origin.length) == 0 && strchr("/", url.data[origin.length]));
}

enum source {
	SOURCE_OURS,  /* a page of this server, or whoever sits there */
	SOURCE_OTHER, /* a page of another site */
	SOURCE_UNKNOWN
};

static enum source source_of(const struct request *request)
{
	struct text site = request->sec_fetch_site;

	if (site.data)
		return text_equal(site, TEXT("same-origin")) || text_equal(site, TEXT("none")) ? SOURCE_OURS : SOURCE_OTHER;
	if (request->origin.data)
		return is_our_origin(request, request->origin) ? SOURCE_OURS : SOURCE_OTHER;
	return SOURCE_UNKNOWN;
}

enum error cookies_find_session(struct request *request)
{
	struct text secret = find_cookie(request, COOKIE_SESSION);
	enum source source = source_of(request);

	if (!secret.data || source == SOURCE_OTHER || (source == SOURCE_UNKNOWN && request->method != METHOD_GET))
		return ERROR_UNAUTHENTICATED;
	TRY(principal_hash_token(&request->arena, secret, service_of(request)->settings.demo, &request->token_hash));
	request->call.session = secret;
	if (request->method == METHOD_GET)
		return ERROR_NONE;
	struct text token = session_csrf_token(&request->arena, secret);
	if (!token.data)
		return ERROR_NO_MEMORY;
	return secrets_equal(token, request->csrf_token) ? ERROR_NONE : ERROR_CSRF_TOKEN_NEEDED;
}

bool cookies_seem_signed_in(const struct request *request)
{
	return find_cookie(request, COOKIE_SESSION).length > 0;
}

enum error cookies_admit(struct request *request)
{
	struct call *call = &request->call;

	if (source_of(request) == SOURCE_OTHER)
		return ERROR_CROSS_SITE;
	if (!request->call.settings->secure && !is_without_tls(request))
		return ERROR_TLS_NEEDED; /* the browser would forget it, and the person wonder */
	call->device = find_cookie(request, COOKIE_DEVICE);
	call->user_agent = request->user_agent.data ? request->user_agent : TEXT("");
	call->client = text_copy(&request->arena, text_of(client_print(&request->client)));
	return call->client.data ? ERROR_NONE : ERROR_NO_MEMORY;
}

enum error cookies_reply(struct request *request)
{
	const struct cookie *cookies = request->call.cookies;

	for (unsigned i = 0; i < COOKIE_COUNT; i++) {
		if (!cookies[i].is_set)
			continue;
		if (!request->operation->sets_cookies)
			return ERROR_INTERNAL; /* x-sets-cookies does not say so */
		reply_header(request, "Set-Cookie",
		             text_format(&request->arena, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
		                         name_of(request, i), (int)cookies[i].value.length, cookies[i].value.data,
		                         (long long)cookies[i].seconds, is_without_tls(request) ? "" : "; Secure")
		                 .data);
	}
	if (cookies[COOKIE_SESSION].is_set && !cookies[COOKIE_SESSION].seconds)
		reply_header(request, "Clear-Site-Data", "\"cache\", \"storage\"");
	return ERROR_NONE;
}
