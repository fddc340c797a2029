/* A request's body, read: JSON or a form. Knows neither operations' fields nor what values mean. */
#include "http/body.h"

#define JSON_DEPTH_MAX 32

bool body_parse_form(struct arena *arena, struct text text, struct parameter **ret, size_t *ret_count)
{
	size_t most = 1, count = 0;

	for (size_t i = 0; i < text.length; i++)
		most += text.data[i] == '&';
	struct parameter *pairs = arena_alloc_array(arena, most, sizeof(*pairs));
	if (!pairs)
		return false;
	for (const char *at = text.data, *end = text.data + text.length; at < end;) {
		const char *stop = memchr(at, '&', (size_t)(end - at));
		stop = stop ? stop : end;
		const char *equals = memchr(at, '=', (size_t)(stop - at));
		const char *name_end = equals ? equals : stop;
		if (name_end > at) {
			struct parameter *pair = &pairs[count++];
			struct text       value = equals ? (struct text){equals + 1, (size_t)(stop - equals - 1)} : TEXT("");
			if (!text_decode_form(arena, (struct text){at, (size_t)(name_end - at)}, &pair->name) ||
			    !text_decode_form(arena, value, &pair->value) || !text_is_utf8(pair->name))
				return false;
		}
		at = stop + 1;
	}
	*ret = pairs;
	*ret_count = count;
	return true;
}

/* jansson has no limit of its own that is low enough to protect its recursion and ours. */
static bool json_too_deep(struct text text)
{
	unsigned depth = 0, brackets = 0;
	bool     in_string = false;

	for (size_t i = 0; i < text.length; i++)
		brackets += text.data[i] == '{' || text.data[i] == '[';
	if (brackets <= JSON_DEPTH_MAX)
		return false; /* nearly always, and quickly seen */
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH_MAX)
				return true;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

static enum error body_refuse_json(struct request *request, const char *format, int line, int column)
{
	request->call.message = text_format(&request->arena, format, line, column).data;
	return ERROR_MALFORMED_JSON;
}

static enum error body_refuse_syntax(struct request *request, const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_duplicate_key:
		return body_refuse_json(request, "The request body has the same key twice (line %d, column %d).", error->line,
		                        error->column);
	case json_error_numeric_overflow:
		return body_refuse_json(request, "The request body has a number that is too large (line %d, column %d).",
		                        error->line, error->column);
	case json_error_null_byte_in_key:
		return body_refuse_json(request, "The request body has a key with a NUL in it (line %d, column %d).",
		                        error->line, error->column);
	default:
		return body_refuse_json(request, "The request body is not valid JSON (line %d, column %d).", error->line,
		                        error->column);
	}
}

/* An integer beyond 64 bits is read as a real number: its field, if there is one, says what that means. */
static json_t *body_load_json(struct text body, json_error_t *error)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_t      *json;

	json = json_loadb(body.data, body.length, flags, error);
	if (!json && json_error_code(error) == json_error_numeric_overflow)
		json = json_loadb(body.data, body.length, flags | JSON_DECODE_INT_AS_REAL, error);
	return json;
}

/* null and [] are how some clients say that there is nothing. */
static enum error body_read_json(struct request *request, struct text body, struct sources *ret)
{
	json_error_t error;

	if (json_too_deep(body))
		return body_refuse_json(request, "The request body is nested deeper than %d levels.", JSON_DEPTH_MAX, 0);
	ret->body = body_load_json(body, &error);
	if (!ret->body)
		return body_refuse_syntax(request, &error);
	if (json_is_object(ret->body))
		return ERROR_NONE;
	bool empty = json_is_null(ret->body) || (json_is_array(ret->body) && json_array_size(ret->body) == 0);
	json_decref(ret->body);
	ret->body = NULL;
	return empty ? ERROR_NONE : body_refuse_json(request, "The request body must be a JSON object.", 0, 0);
}

static enum error body_read_form(struct request *request, struct text body, struct sources *ret)
{
	if (body.data[0] == '{' || body.data[0] == '[') {
		request->call.message = "The request body is JSON: send it with Content-Type: application/json.";
		return ERROR_UNSUPPORTED_MEDIA_TYPE;
	}
	if (!body_parse_form(&request->arena, body, &ret->form, &ret->form_count)) {
		request->call.message = "The request body is not a valid form.";
		return ERROR_BAD_REQUEST;
	}
	return ERROR_NONE;
}

/* application/json, and what else says that it is JSON: text/json, application/vnd.api+json. */
static bool body_is_json(struct text type)
{
	const struct text suffix = TEXT("+json");
	struct text       end = type;

	if (!type.data || text_equal_ignoring_case(type, TEXT("application/json")) ||
	    text_equal_ignoring_case(type, TEXT("text/json")))
		return true;
	if (type.length <= suffix.length)
		return false;
	end.data += type.length - suffix.length;
	end.length = suffix.length;
	return memchr(type.data, '/', type.length) && text_equal_ignoring_case(end, suffix);
}

/* Without the byte order mark that some editors and languages put before it. */
static struct text body_text(const struct request *request)
{
	struct text       body = buffer_text(&request->body);
	const struct text mark = TEXT("\xef\xbb\xbf");

	if (body.length >= mark.length && memcmp(body.data, mark.data, mark.length) == 0) {
		body.data += mark.length;
		body.length -= mark.length;
	}
	return text_trim(body);
}

enum error body_read(struct request *request, struct sources *ret)
{
	struct text body = body_text(request);
	struct text type = request->content_type, coding = text_trim(request->content_encoding);
	const char *end = type.data ? memchr(type.data, ';', type.length) : NULL;

	if (!request->operation->input.takes_body || body.length == 0)
		return ERROR_NONE;
	if (coding.length && !text_equal_ignoring_case(coding, TEXT("identity")))
		return ERROR_CONTENT_CODING;
	if (end)
		type.length = (size_t)(end - type.data);
	type = text_trim(type);
	if (body_is_json(type))
		return body_read_json(request, body, ret);
	if (text_equal_ignoring_case(type, TEXT("application/x-www-form-urlencoded")))
		return body_read_form(request, body, ret);
	return ERROR_UNSUPPORTED_MEDIA_TYPE;
}
