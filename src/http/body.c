/* A request's body, read: JSON or a form. Knows neither operations' fields nor what values mean. */
#include "http/body.h"

#include "base/json_memory.h"

#define JSON_DEPTH_MAX 32

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool form_decode(struct arena *arena, struct text text, struct text *ret)
{
	char  *data = arena_alloc(arena, text.length + 1);
	size_t length = 0;

	if (!data)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 1 < text.length ? hex_digit(text.data[i + 1]) : -1;
			int low = i + 2 < text.length ? hex_digit(text.data[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		data[length++] = c;
	}
	*ret = (struct text){data, length};
	return true;
}

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
			if (!form_decode(arena, (struct text){at, (size_t)(name_end - at)}, &pair->name) ||
			    !form_decode(arena, value, &pair->value))
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
	unsigned depth = 0;
	bool     in_string = false;

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

static enum error body_read_json(struct request *request, struct text body, struct sources *ret)
{
	json_error_t error;

	if (json_too_deep(body))
		return body_refuse_json(request, "The request body is nested deeper than %d levels.", JSON_DEPTH_MAX, 0);
	json_memory_begin();
	ret->body = json_loadb(body.data, body.length, JSON_REJECT_DUPLICATES, &error);
	if (!ret->body) {
		if (json_error_code(&error) == json_error_duplicate_key)
			return body_refuse_json(request, "The request body has the same key twice (line %d, column %d).",
			                        error.line, error.column);
		if (json_error_code(&error) == json_error_numeric_overflow)
			return body_refuse_json(request, "The request body has a number that is too large (line %d, column %d).",
			                        error.line, error.column);
		return body_refuse_json(request, "The request body is not valid JSON (line %d, column %d).", error.line,
		                        error.column);
	}
	if (!json_is_object(ret->body))
		return body_refuse_json(request, "The request body must be a JSON object.", 0, 0);
	return ERROR_NONE;
}

enum error body_read(struct request *request, struct sources *ret)
{
	struct text body = text_trim(buffer_text(&request->body));
	struct text type = request->content_type;
	const char *end = type.data ? memchr(type.data, ';', type.length) : NULL;

	if (!request->operation->input.takes_body || body.length == 0)
		return ERROR_NONE;
	if (end)
		type.length = (size_t)(end - type.data);
	type = text_trim(type);
	if (!type.data || text_equal_ignoring_case(type, TEXT("application/json")))
		return body_read_json(request, body, ret);
	if (!text_equal_ignoring_case(type, TEXT("application/x-www-form-urlencoded")))
		return ERROR_UNSUPPORTED_MEDIA_TYPE;
	if (!body_parse_form(&request->arena, body, &ret->form, &ret->form_count)) {
		request->call.message = "The request body is not a valid form.";
		return ERROR_BAD_REQUEST;
	}
	return ERROR_NONE;
}
