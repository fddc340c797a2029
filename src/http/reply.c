/* Writing replies: the envelope and the header around what contract/encode writes. */
#include "http/reply.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/calendar.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/seal.h"
#include "contract/encode.h"
#include "http/compress.h"
#include "http/cookies.h"
#include "http/oauth_metadata.h"

#define REPLY_BYTES_FIRST 16384
#define REPLY_BYTES_MAX   (1u << 30) /* the request's memory ends before */
#define LINK_BYTES_MAX    1200       /* a longer address goes without: REPLY_HEADER_BYTES */
#define API_VERSION       "2.0.0"

/* --- the envelope ------------------------------------------------------------------------------------------------ */

static int64_t last_page(const struct page *page)
{
	return page->total ? (page->total + page->per_page - 1) / page->per_page : 1;
}

static void write_pagination(struct buffer *buffer, const struct page *page)
{
	int64_t from = (page->page - 1) * page->per_page + 1;
	int64_t to = from + page->per_page - 1;
	bool    any = from <= page->total;

	buffer_append_literal(buffer, "\"pagination\":{\"total\":");
	json_write_integer(buffer, page->total);
	buffer_append_literal(buffer, ",\"per_page\":");
	json_write_integer(buffer, page->per_page);
	buffer_append_literal(buffer, ",\"current_page\":");
	json_write_integer(buffer, page->page);
	buffer_append_literal(buffer, ",\"last_page\":");
	json_write_integer(buffer, last_page(page));
	buffer_append_literal(buffer, ",\"from\":");
	json_write_integer(buffer, any ? from : NONE);
	buffer_append_literal(buffer, ",\"to\":");
	json_write_integer(buffer, !any ? NONE : to < page->total ? to : page->total);
	buffer_append_char(buffer, '}');
}

static void write_top_level_pagination(struct buffer *buffer, const struct page *page)
{
	buffer_append_format(
		buffer, ",\"pagination\":{\"current_page\":%lld,\"per_page\":%lld,\"total\":%lld,\"last_page\":%lld}",
		(long long)page->page, (long long)page->per_page, (long long)page->total, (long long)last_page(page));
}

static void write_ignored(struct buffer *buffer, const struct call *call)
{
	if (!call->ignored)
		return;
	buffer_append_literal(buffer, ",\"ignored\":");
	for (const struct ignored *each = call->ignored; each; each = call_next_ignored(call, each)) {
		buffer_append_char(buffer, each == call->ignored ? '[' : ',');
		json_write_string(buffer, each->name);
	}
	buffer_append_char(buffer, ']');
}

static void write_meta(struct buffer *buffer, const struct request *request)
{
	buffer_append_literal(buffer, "\"api_version\":\"" API_VERSION "\",\"timestamp\":");
	json_write_instant(buffer, clock_now());
	buffer_append_literal(buffer, ",\"request_id\":\"");
	buffer_append(buffer, request->id, REQUEST_ID_SIZE - 1);
	buffer_append_char(buffer, '"');
	write_ignored(buffer, &request->call);
	buffer_append_literal(buffer, "}}");
}

/* Weak, because the same data is sent under other timestamps and request ids, and compressed or not. */
static const char *make_tag(struct request *request, struct text data)
{
	static const char start[] = "W/\"", end[] = "\"";
	char             *tag = arena_alloc_unset(&request->arena, sizeof(start) - 1 + STABLE_HASH_SIZE - 1 + sizeof(end));

	if (!tag)
		return NULL;
	memcpy(tag, start, sizeof(start) - 1);
	hash_stable(data.data, data.length, tag + sizeof(start) - 1);
	memcpy(tag + sizeof(start) - 1 + STABLE_HASH_SIZE - 1, end, sizeof(end));
	return tag;
}

/* One of a list of tags, or "*" (RFC 9110 13.1), in weak comparison. */
static bool matches_tag(struct text header, const char *tag)
{
	return header.data && tag && (text_equal(header, TEXT("*")) || strstr(header.data, strchr(tag, '"')) != NULL);
}

void reply_tag(struct request *request, struct text data)
{
	reply_header(request, "ETag", make_tag(request, data));
}

/* As the caller sent it, but for what no address has in it (RFC 3986): a '>' would end the link. */
static void append_part(struct buffer *link, const char *part, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)part[i];
		if (byte <= ' ' || byte >= 0x7f || strchr("\"<>\\^`{|}", byte))
			buffer_append_format(link, "%%%02X", byte);
		else
			buffer_append_char(link, part[i]);
	}
}

/* RFC 8288. The address is the caller's own, with another page. */
static void append_link(struct request *request, struct buffer *link, int64_t page, const char *relation)
{
	buffer_append(link, ", ", link->length ? 2 : 0);
	buffer_append_literal(link, "<");
	const char *start = request->target.data, *end = start + request->target.length;
	while (end - start > 1 && start[0] == '/' && start[1] == '/')
		start++; /* two slashes would begin the name of a host */
	const char *query = memchr(start, '?', (size_t)(end - start));
	append_part(link, start, (size_t)((query ? query : end) - start));
	char separator = '?';
	for (const char *at = query ? query + 1 : end; at < end;) {
		const char *stop = memchr(at, '&', (size_t)(end - at));
		size_t      length = (size_t)((stop ? stop : end) - at);
		if (length && !(length >= 5 && memcmp(at, "page=", 5) == 0)) {
			buffer_append_char(link, separator);
			append_part(link, at, length);
			separator = '&';
		}
		at += length + 1;
	}
	buffer_append_format(link, "%cpage=%lld>; rel=\"%s\"", separator, (long long)page, relation);
}

/* One that is too long, or that there was no memory for, is left out. */
static void add_address(struct request *request, const char *name, struct buffer *address)
{
	buffer_append_char(address, '\0');
	if (!address->overflown)
		reply_header(request, name, address->data);
}

void reply_links(struct request *request)
{
	const struct page *page = &request->call.page;
	struct buffer      link;
	int64_t            last = last_page(page);

	if (!request->operation->paginated || (last == 1 && page->page == 1))
		return;
	buffer_init(&link, &request->arena, 512, LINK_BYTES_MAX);
	append_link(request, &link, 1, "first");
	if (page->page > 1)
		append_link(request, &link, page->page - 1 < last ? page->page - 1 : last, "prev");
	if (page->page < last)
		append_link(request, &link, page->page + 1, "next");
	append_link(request, &link, last, "last");
	add_address(request, "Link", &link);
}

static void append_id(struct buffer *address, const struct output_field *field, const char *output)
{
	int64_t id = *(const int64_t *)(output + field->offset);
	char    sealed[SEALED_ID_SIZE];

	if (field->type == FIELD_SEALED_ID) {
		seal_id(field->sealed, id, sealed);
		buffer_append_text(address, text_of(sealed));
	} else {
		buffer_append_integer(address, id);
	}
}

/* RFC 9110 10.2.2. Without a host: what was made is reached as it was made, through whatever proxies. */
static void add_location(struct request *request, const struct operation *operation)
{
	const char   *input = request->input, *output = request->output;
	struct buffer address;

	if (!operation->location.length)
		return;
	buffer_init(&address, &request->arena, 128, LINK_BYTES_MAX);
	buffer_append_text(&address, operation->location);
	append_id(&address, &operation->data->fields[0], output);
	for (unsigned i = 0; i < operation->location_query_count; i++) {
		const struct field *field = &operation->input.fields[operation->location_query[i]];
		buffer_append_char(&address, i ? '&' : '?');
		buffer_append_text(&address, field->name);
		buffer_append_char(&address, '=');
		buffer_append_integer(&address, *(const int64_t *)(input + field->offset));
	}
	add_address(request, "Location", &address);
}

static void write_data(struct buffer *buffer, const struct operation *operation, const void *output)
{
	switch (operation->data_kind) {
	case DATA_NULL:
		buffer_append_literal(buffer, "null");
		break;
	case DATA_OBJECT:
		encode_object(buffer, operation->data, output);
		break;
	case DATA_LIST:
		encode_rows(buffer, operation->data, output);
		break;
	}
}

void reply_write_head(struct buffer *buffer, const struct request *request, const struct operation *operation)
{
	const char *message = request->call.message ? request->call.message : operation->message;

	buffer_append_literal(buffer, "{\"success\":true");
	if (message) {
		buffer_append_literal(buffer, ",\"message\":");
		json_write_string(buffer, text_of(message));
	}
	buffer_append_literal(buffer, ",\"data\":");
}

/* All of a success that entity tags cover (docs/decisions/0006). */
static void write_success(struct buffer *buffer, const struct request *request, const struct operation *operation,
                          const void *output)
{
	reply_write_head(buffer, request, operation);
	write_data(buffer, operation, output);
	if (operation->beside) {
		buffer_append_char(buffer, ',');
		encode_members(buffer, operation->beside, (const char *)output + operation->beside_offset);
	}
	if (operation->top_level_pagination)
		write_top_level_pagination(buffer, &request->call.page);
	buffer_append_literal(buffer, ",\"meta\":{");
	if (operation->paginated) {
		write_pagination(buffer, &request->call.page);
		buffer_append_char(buffer, ',');
	}
}

void reply_write_tail(struct buffer *buffer, const struct request *request)
{
	buffer_append_literal(buffer, ",\"meta\":{");
	if (request->call.next_since.data) {
		buffer_append_literal(buffer, "\"next_since\":");
		json_write_string(buffer, request->call.next_since);
		buffer_append_char(buffer, ',');
	}
	write_meta(buffer, request);
}

bool reply_matches(struct request *request, const void *output, struct text tags)
{
	struct buffer buffer;

	buffer_init(&buffer, &request->arena, REPLY_BYTES_FIRST, REPLY_BYTES_MAX);
	write_success(&buffer, request, request->reader, output);
	return matches_tag(tags, make_tag(request, buffer_text(&buffer)));
}

/* As RFC 6749 5.1 and those after it want it: the object alone. */
static enum error reply_plain(struct request *request)
{
	const struct operation *operation = request->operation;
	struct buffer           buffer;

	buffer_init(&buffer, &request->arena, 1024, REPLY_BYTES_MAX);
	if (operation->data)
		encode_object(&buffer, operation->data, request->output);
	if (buffer.overflown)
		return ERROR_NO_MEMORY;
	reply_body(request, operation->status, operation->data ? MEDIA_TYPE_JSON : NULL, buffer_text(&buffer));
	return ERROR_NONE;
}

static enum error reply_redirect(struct request *request)
{
	struct text address = text_copy(&request->arena, request->call.redirect);

	if (!address.data)
		return ERROR_NO_MEMORY;
	reply_header(request, "Location", address.data);
	reply_body(request, request->operation->status, NULL, NO_TEXT);
	return ERROR_NONE;
}

static enum error reply_envelope(struct request *request)
{
	const struct operation *operation = request->operation;
	struct buffer           buffer;

	buffer_init(&buffer, &request->arena, REPLY_BYTES_FIRST, REPLY_BYTES_MAX);
	write_success(&buffer, request, operation, request->output);
	reply_links(request);
	if (operation->method == METHOD_GET)
		reply_tag(request, buffer_text(&buffer));
	add_location(request, operation);
	TRY(cookies_reply(request));
	write_meta(&buffer, request);
	if (buffer.overflown)
		return ERROR_NO_MEMORY;
	reply_body(request, operation->status, MEDIA_TYPE_JSON, buffer_text(&buffer));
	return ERROR_NONE;
}

enum error reply_success(struct request *request)
{
	switch (request->operation->reply) {
	case REPLY_PLAIN:
		return reply_plain(request);
	case REPLY_REDIRECT:
		return reply_redirect(request);
	default:
		return reply_envelope(request);
	}
}

static void write_faults(struct buffer *buffer, const struct fault *faults)
{
	buffer_append_literal(buffer, ",\"errors\":{");
	for (const struct fault *fault = faults; fault; fault = fault->next) {
		bool seen = false;
		for (const struct fault *before = faults; before != fault; before = before->next)
			seen |= text_equal(before->field, fault->field);
		if (seen)
			continue; /* gathered under its first mention */
		if (fault != faults)
			buffer_append_char(buffer, ',');
		json_write_string(buffer, fault->field);
		buffer_append_literal(buffer, ":[");
		json_write_string(buffer, fault->text);
		for (const struct fault *more = fault->next; more; more = more->next)
			if (text_equal(more->field, fault->field)) {
				buffer_append_char(buffer, ',');
				json_write_string(buffer, more->text);
			}
		buffer_append_char(buffer, ']');
	}
	buffer_append_char(buffer, '}');
}

static struct text error_message(const struct request *request, const struct error_info *info)
{
	if (info == error_info(ERROR_INVALID) && request->call.faults)
		return request->call.faults->text;
	return text_of(request->call.message && info->status < 500 ? request->call.message : info->text);
}

void reply_number_header(struct request *request, const char *name, int64_t value)
{
	reply_header(request, name, text_of_integer(&request->arena, value).data);
}

/* RFC 6750 3.1. Who comes without a token is told where they are given (RFC 9728). */
static const char *challenge_of(struct request *request, enum error error)
{
	if (error == ERROR_INVALID_CLIENT)
		return "Basic realm=\"stint\""; /* RFC 6749 5.2 */
	if (error == ERROR_INSUFFICIENT_SCOPE)
		return text_format(&request->arena, "Bearer error=\"insufficient_scope\", scope=\"%s\"",
		                   scope_names[__builtin_ctz(request->operation->scope)])
		    .data;
	return text_format(&request->arena, "Bearer %sresource_metadata=\"%s\"",
	                   request->authorization.data ? "error=\"invalid_token\", " : "",
	                   oauth_resource_metadata_url(request).data)
	    .data;
}

static void add_error_headers(struct request *request, enum error error)
{
	const struct error_info *info = error_info(error);

	if (info->status == 401 || error == ERROR_INSUFFICIENT_SCOPE)
		reply_header(request, "WWW-Authenticate", challenge_of(request, error));
	if (request->call.retry_after)
		reply_number_header(request, "Retry-After", request->call.retry_after);
	else if (info->status == 503)
		reply_header(request, "Retry-After", "1");
	if (error == ERROR_CONTENT_CODING)
		reply_header(request, "Accept-Encoding", "identity"); /* RFC 9110 15.5.16 */
}

/* RFC 6749 5.2 has one word for all that is wrong with how a request was written. */
static enum error plain_error(enum error error)
{
	int status = error_info(error)->status;

	return error == ERROR_BAD_REQUEST || error == ERROR_MALFORMED_JSON || status == 415 || status == 422 ?
	           ERROR_INVALID_REQUEST :
	           error;
}

static void write_plain_error(struct buffer *buffer, const struct request *request, enum error error)
{
	buffer_append_literal(buffer, "{\"error\":");
	json_write_string(buffer, text_of(error_info(plain_error(error))->code));
	buffer_append_literal(buffer, ",\"error_description\":");
	json_write_string(buffer, error_message(request, error_info(error)));
	buffer_append_char(buffer, '}');
}

static void write_enveloped_error(struct buffer *buffer, const struct request *request, enum error error)
{
	const struct error_info *info = error_info(error);

	buffer_append_literal(buffer, "{\"success\":false,\"message\":");
	json_write_string(buffer, error_message(request, info));
	buffer_append_literal(buffer, ",\"error\":");
	json_write_string(buffer, text_of(info->code));
	if (info->status == 422 && request->call.faults)
		write_faults(buffer, request->call.faults);
	buffer_append_literal(buffer, ",\"meta\":{");
	write_meta(buffer, request);
}

void reply_error(struct request *request, enum error error)
{
	static const char        full[] = "{\"success\":false,\"message\":\"The request needs too much memory.\","
									  "\"error\":\"unavailable\",\"meta\":{\"api_version\":\"" API_VERSION "\"}}";
	bool                     is_plain = request->operation && request->operation->reply != REPLY_ENVELOPE;
	const struct error_info *info = error_info(is_plain ? plain_error(error) : error);
	struct buffer            buffer;

	buffer_init(&buffer, &request->arena, 1024, REPLY_BYTES_MAX);
	(is_plain ? write_plain_error : write_enveloped_error)(&buffer, request, error);
	add_error_headers(request, buffer.overflown ? ERROR_NO_MEMORY : error);
	if (buffer.overflown)
		reply_body(request, error_info(ERROR_NO_MEMORY)->status, MEDIA_TYPE_JSON, TEXT(full));
	else
		reply_body(request, info->status, MEDIA_TYPE_JSON, buffer_text(&buffer));
}

size_t reply_refusal(enum error error, const char *id, char ret[static REFUSAL_BYTES])
{
	const struct error_info *info = error_info(error);
	char                     body[REFUSAL_BYTES / 2], instant[INSTANT_SIZE];

	calendar_format_instant(clock_now(), instant);
	int length = snprintf(body, sizeof(body),
	                      "{\"success\":false,\"message\":\"%s\",\"error\":\"%s\",\"meta\":{"
	                      "\"api_version\":\"" API_VERSION "\",\"timestamp\":\"%s\",\"request_id\":\"%s\"}}",
	                      info->text, info->code, instant, id);
	return (size_t)snprintf(ret, REFUSAL_BYTES,
	                        "HTTP/1.1 %d %s\r\nContent-Type: " MEDIA_TYPE_JSON "\r\nX-Request-Id: %s\r\n"
	                        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: "
	                        "close\r\nContent-Length: %d\r\n\r\n%s",
	                        info->status, info->text, id, length, body);
}

void reply_again(struct request *request, int status, struct text body)
{
	reply_header(request, "Idempotency-Replayed", "true");
	reply_body(request, status, MEDIA_TYPE_JSON, body);
}

void reply_body(struct request *request, int status, const char *content_type, struct text body)
{
	request->reply.status = status;
	request->reply.content_type = content_type;
	request->reply.body = body;
	request->reply.file = NULL;
	request->reply.stream = NULL;
}

/* --- last touches ------------------------------------------------------------------------------------------------ */

const char *reply_find_header(const struct reply *reply, const char *name)
{
	for (unsigned i = 0; i < reply->header_count; i++)
		if (strcmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return NULL;
}

void reply_finish(struct request *request)
{
	struct reply *reply = &request->reply;
	const char   *tag = reply_find_header(reply, "ETag");

	reply_header(request, "X-Request-Id", request->id);
	reply_header(request, "X-Content-Type-Options", "nosniff");
	if (request->call.settings->secure && !request->call.settings->demo)
		reply_header(request, "Strict-Transport-Security", "max-age=31536000");
	if (!reply_find_header(reply, "Cache-Control"))
		reply_header(request, "Cache-Control", tag && !request->call.session.data ? "private, no-cache" : "no-store");
	if (tag && reply->status == 200 && matches_tag(request->if_none_match, tag)) {
		reply->status = 304;
		reply->body = NO_TEXT;
		return;
	}
	if (!reply->coded)
		compress_reply(request);
}
