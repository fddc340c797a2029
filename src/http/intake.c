/* The request's header, taken over from libmicrohttpd. It must not let anything pass on which we and a proxy in front
 * of us could disagree: where a request ends (request smuggling), and what its target is.
 *
 * libmicrohttpd is lenient there up to 0.9.77: it takes Content-Length beside Transfer-Encoding, the first of several
 * headers, a space before the colon, folded lines (whose continuation it drops), a NUL as the end of a line, a chunk's
 * line that ends without a carriage return. The last is only seen where line and data arrive together. Later
 * versions are told to read strictly. */
#include "http/intake.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

static bool is_lenient; /* the library */

void intake_init(void)
{
	unsigned major = 0, minor = 0, patch = 0;
	sscanf(MHD_get_version(), "%u.%u.%u", &major, &minor, &patch);
	is_lenient = major == 0 && (minor < 9 || (minor == 9 && patch <= 77));
}

int intake_strictness(void)
{
	return is_lenient ? 0 : 1;
}

struct scan {
	struct request *request;
	const char     *expected; /* where the next header must begin for the header to be what was sent */
	bool            sound;
	unsigned        hosts, lengths, codings;
	const char     *coding;
	int64_t         content_length;
	bool            waits;
};

/* The headers that the server knows, and where they go. One that is a list may be repeated (RFC 9110 5.3). */
static const struct known_header {
	struct text name;
	size_t      offset;
	bool        list;
} known_headers[] = {
	{TEXT("Authorization"), offsetof(struct request, authorization), false},
	{TEXT("Content-Type"), offsetof(struct request, content_type), false},
	{TEXT("Content-Encoding"), offsetof(struct request, content_encoding), true},
	{TEXT("If-Match"), offsetof(struct request, if_match), true},
	{TEXT("If-None-Match"), offsetof(struct request, if_none_match), true},
	{TEXT("Idempotency-Key"), offsetof(struct request, idempotency_key), false},
	{TEXT("Prefer"), offsetof(struct request, prefer), true},
	{TEXT("Last-Event-ID"), offsetof(struct request, last_event_id), false},
	{TEXT("Cookie"), offsetof(struct request, cookie), false},
	{TEXT("X-CSRF-Token"), offsetof(struct request, csrf_token), false},
	{TEXT("Sec-Fetch-Site"), offsetof(struct request, sec_fetch_site), false},
	{TEXT("User-Agent"), offsetof(struct request, user_agent), false},
	{TEXT("Accept"), offsetof(struct request, accept), true},
	{TEXT("Accept-Encoding"), offsetof(struct request, accept_encoding), true},
	{TEXT("Origin"), offsetof(struct request, origin), false},
	{TEXT("X-Forwarded-For"), offsetof(struct request, forwarded_for), true},
	{TEXT("Access-Control-Request-Method"), offsetof(struct request, access_control_request_method), false},
};

/* RFC 9110 5.6.2 */
static bool is_token(struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!isalnum((unsigned char)text.data[i]) && !strchr("!#$%&'*+-.^_`|~", text.data[i]))
			return false;
	return text.length > 0;
}

/* RFC 9110 5.5: no control characters but the tab. */
static bool is_header_value(struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.data[i];
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* False when the header makes the request ambiguous. */
static bool keep(struct request *request, const struct known_header *known, struct text value)
{
	struct text *place = (struct text *)((char *)request + known->offset);
	value = text_trim(value);
	if (place->data && !known->list)
		return false;
	if (place->data)
		value =
			text_format(&request->arena, "%.*s, %.*s", (int)place->length, place->data, (int)value.length, value.data);
	*place = value;
	return value.data && text_is_utf8(value);
}

static bool take_header(struct scan *scan, struct text name, struct text value)
{
	if (text_equal_ignoring_case(name, TEXT("Host"))) {
		scan->hosts++;
		scan->request->host = text_trim(value);
	} else if (text_equal_ignoring_case(name, TEXT("Content-Length"))) {
		scan->lengths++;
		if (!text_to_integer(value, &scan->content_length))
			scan->content_length = INT64_MAX; /* the library has seen to it that it is a number */
	} else if (text_equal_ignoring_case(name, TEXT("Transfer-Encoding"))) {
		scan->codings++;
		scan->coding = value.data;
	} else if (text_equal_ignoring_case(name, TEXT("Expect"))) {
		scan->waits = text_equal_ignoring_case(value, TEXT("100-continue"));
	} else {
		for (size_t i = 0; i < sizeof(known_headers) / sizeof(*known_headers); i++)
			if (text_equal_ignoring_case(name, known_headers[i].name))
				return keep(scan->request, &known_headers[i], value);
	}
	return true;
}

/* The library cuts the header up where it stands in memory, with NULs for colons and line ends. So its parts must
 * follow one another without a gap: "Name" NUL blanks "value" NUL NUL. A gap is something that it left out. Its later
 * versions parse strictly and lay the header out differently. */
static bool follows(struct scan *scan, struct text name, struct text value)
{
	if (!is_lenient)
		return true;
	const char *p = name.data + name.length;
	if (name.data != scan->expected || *p++)
		return false;
	while (p < value.data && (*p == ' ' || *p == '\t'))
		p++;
	scan->expected = value.data + value.length + 2;
	return p == value.data && !scan->expected[-1] && !scan->expected[-2];
}

static enum MHD_Result scan_header(void *closure, enum MHD_ValueKind kind, const char *name, size_t name_length,
                                   const char *value, size_t value_length)
{
	(void)kind;
	struct scan *scan = closure;
	struct text  n = {name, name_length}, v = {value, value_length};
	scan->sound = follows(scan, n, v) && is_token(n) && is_header_value(v) && take_header(scan, n, v);
	return scan->sound ? MHD_YES : MHD_NO;
}

/* The request line and all header lines are exactly what the library made of them, to the last byte. */
static bool scan_headers(struct scan *scan, struct MHD_Connection *connection, const char *method, const char *url,
                         const char *version)
{
	struct request *request = scan->request;
	const char     *target = method + request->method_name.length + 1;
	size_t          size = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
	if (!is_token(request->method_name))
		return false;
	if (is_lenient && (url != target || version != target + request->target.length + 1))
		return false;
	scan->expected = version + strlen(version) + 2;
	scan->sound = true;
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, scan_header, scan);
	return scan->sound && (!is_lenient || scan->expected + 2 == method + size);
}

/* RFC 9112 6.1-6.3, without what it allows for the sake of old peers. */
static enum error check_framing(const struct scan *scan, bool http_1_0)
{
	if (scan->hosts > 1 || (scan->hosts == 0 && !http_1_0))
		return ERROR_BAD_REQUEST;
	if (scan->lengths > 1 || (scan->codings && (scan->lengths || http_1_0)))
		return ERROR_BAD_REQUEST;
	if (scan->codings > 1 || (scan->codings && strcasecmp(scan->coding, "chunked") != 0))
		return ERROR_TRANSFER_CODING;
	return ERROR_NONE;
}

/* Visible characters, and escapes of two hexadecimal digits that do not hide a NUL. */
static bool is_target(struct text target)
{
	for (size_t i = 0; i < target.length; i++) {
		unsigned char c = (unsigned char)target.data[i];
		if (c <= ' ' || c == 0x7f)
			return false;
		if (c != '%')
			continue;
		if (target.length - i < 3 || !isxdigit((unsigned char)target.data[i + 1]) ||
		    !isxdigit((unsigned char)target.data[i + 2]) || memcmp(target.data + i, "%00", 3) == 0)
			return false;
	}
	return target.length > 0;
}

/* Copies a segment decoded, but for %2F: a slash that is part of a name separates nothing. */
static char *decode_segment(char *to, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at == '%' && strncasecmp(at, "%2F", 3) != 0) {
			*to++ = (char)(text_hex_digit(at[1]) * 16 + text_hex_digit(at[2]));
			at += 2;
		} else {
			*to++ = *at;
		}
	}
	return to;
}

/* The path in the one spelling that its address has here: decoded, without empty segments and the slash at the end.
 * Also of a target in absolute form, as a proxy is sent it (RFC 9112 3.2.2). */
static enum error take_path(struct request *request)
{
	const char *at = request->target.data, *end = strchrnul(at, '?');
	char       *path = arena_alloc_unset(&request->arena, request->target.length + 2), *to = path;

	if (!path)
		return ERROR_NO_MEMORY;
	if (strncasecmp(at, "http://", 7) == 0 || strncasecmp(at, "https://", 8) == 0)
		at = memchr(strchr(at, ':') + 3, '/', (size_t)(end - strchr(at, ':') - 3)) ?: end;
	else if (*at != '/' && strcmp(at, "*") != 0)
		return ERROR_BAD_REQUEST;
	while (at < end) {
		const char *slash = memchr(at, '/', (size_t)(end - at)) ?: end;
		if (slash > at) {
			*to++ = '/';
			to = decode_segment(to, at, slash);
		}
		at = slash + 1;
	}
	if (to == path)
		*to++ = '/';
	*to = '\0';
	request->path = (struct text){path, (size_t)(to - path)};
	return text_is_utf8(request->path) ? ERROR_NONE : ERROR_BAD_REQUEST;
}

static enum MHD_Result take_parameter(void *closure, enum MHD_ValueKind kind, const char *name, size_t name_length,
                                      const char *value, size_t value_length)
{
	(void)kind;
	struct request *request = closure;
	if (name_length == 0 && value_length == 0)
		return MHD_YES; /* "?a=1&" */
	request->query[request->query_count++] = (struct parameter){
		.name = {name, name_length},
		.value = value ? (struct text){value, value_length} : TEXT(""),
	};
	return MHD_YES;
}

static enum error take_query(struct request *request, struct MHD_Connection *connection)
{
	int count = MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, NULL, NULL);
	if (count <= 0)
		return ERROR_NONE;
	request->query = arena_alloc_array(&request->arena, (size_t)count, sizeof(struct parameter));
	if (!request->query)
		return ERROR_NO_MEMORY;
	MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, take_parameter, request);
	for (size_t i = 0; i < request->query_count; i++)
		if (!text_is_utf8(request->query[i].name) || !text_is_utf8(request->query[i].value))
			return ERROR_BAD_REQUEST;
	return ERROR_NONE;
}

enum error intake_header(struct request *request, struct MHD_Connection *connection, const char *method,
                         const char *url, const char *version, struct announced *ret_announced)
{
	struct scan scan = {.request = request};
	request->method_name = text_of(method);
	if (!request->target.data)
		return ERROR_NO_MEMORY;
	if (!scan_headers(&scan, connection, method, url, version))
		return ERROR_BAD_REQUEST;
	TRY(check_framing(&scan, strcmp(version, MHD_HTTP_VERSION_1_0) == 0));
	if (!is_target(request->target))
		return ERROR_BAD_REQUEST;
	TRY(take_path(request));
	TRY(take_query(request, connection));
	*ret_announced = (struct announced){
		.content_length = (uint64_t)scan.content_length,
		.chunked = scan.codings > 0,
		.waits = scan.waits,
	};
	return ERROR_NONE;
}

/* In a lenient library's memory the data stands right behind its line, or at the front of the read buffer: then behind
 * the NULs in which the header ends. */
bool intake_chunk_line(const char *data)
{
	return !is_lenient || data[-1] != '\n' || data[-2] == '\r';
}
