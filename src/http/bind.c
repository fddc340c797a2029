/* From a request to an operation's typed input. Knows field tables, not operations. */
#include "http/bind.h"

#include <jansson.h>
#include <stdio.h>

#include "base/calendar.h"
#include "base/decimal.h"
#include "base/json_memory.h"
#include "base/seal.h"
#include "base/zone.h"

#define JSON_DEPTH_MAX 32
/* So many faults are noted of an element of a list. There may be a thousand elements, each of which needs its first. */
#define ELEMENT_FAULTS_MAX 10

/* Where values come from besides the path. At most one of the two bodies is there. */
struct sources {
	json_t           *body;
	struct parameter *form;
	size_t            form_count;
};

/* One value as it came: JSON, or text from a path, a query or a form. */
struct given {
	json_t     *json;
	struct text text; /* when json is NULL */
};

#define FAULT(call, field, ...) (call_fault((call), (field)->name.data, __VA_ARGS__), false)

/* --- reading the body ------------------------------------------------------------------------------------------ */

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

bool bind_parse_form(struct arena *arena, struct text text, struct parameter **ret, size_t *ret_count)
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

static enum error refuse_json(struct request *request, const char *format, int line, int column)
{
	request->call.message = text_format(&request->arena, format, line, column).data;
	return ERROR_MALFORMED_JSON;
}

static enum error read_json(struct request *request, struct text body, struct sources *sources)
{
	json_error_t error;

	if (json_too_deep(body))
		return refuse_json(request, "The request body is nested deeper than %d levels.", JSON_DEPTH_MAX, 0);
	json_memory_begin();
	sources->body = json_loadb(body.data, body.length, JSON_REJECT_DUPLICATES, &error);
	if (!sources->body) {
		if (json_error_code(&error) == json_error_duplicate_key)
			return refuse_json(request, "The request body has the same key twice (line %d, column %d).", error.line,
			                   error.column);
		if (json_error_code(&error) == json_error_numeric_overflow)
			return refuse_json(request, "The request body has a number that is too large (line %d, column %d).",
			                   error.line, error.column);
		return refuse_json(request, "The request body is not valid JSON (line %d, column %d).", error.line,
		                   error.column);
	}
	if (!json_is_object(sources->body))
		return refuse_json(request, "The request body must be a JSON object.", 0, 0);
	return ERROR_NONE;
}

static enum error read_body(struct request *request, struct sources *sources)
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
		return read_json(request, body, sources);
	if (!text_equal_ignoring_case(type, TEXT("application/x-www-form-urlencoded")))
		return ERROR_UNSUPPORTED_MEDIA_TYPE;
	if (!bind_parse_form(&request->arena, body, &sources->form, &sources->form_count)) {
		request->call.message = "The request body is not a valid form.";
		return ERROR_BAD_REQUEST;
	}
	return ERROR_NONE;
}

/* --- finding a field's value ----------------------------------------------------------------------------------- */

/* "name", or "name[]" for lists. */
static bool is_called(struct text given, struct text name)
{
	if (given.length == name.length + 2 && memcmp(given.data + name.length, "[]", 2) == 0)
		given.length -= 2;
	return given.length == name.length && memcmp(given.data, name.data, name.length) == 0;
}

static bool names_field(struct text given, const struct field *field)
{
	return is_called(given, field->name) || (field->alias && is_called(given, text_of(field->alias)));
}

/* The last one counts, as in a PHP form; lists are gathered by bind_integers. */
static bool find_parameter(const struct parameter *parameters, size_t count, const struct field *field,
                           struct given *ret)
{
	for (size_t i = count; i-- > 0;)
		if (names_field(parameters[i].name, field)) {
			*ret = (struct given){.text = parameters[i].value};
			return true;
		}
	return false;
}

static json_t *find_member(json_t *object, const struct field *field)
{
	json_t *value = json_object_get(object, field->name.data);

	return value || !field->alias ? value : json_object_get(object, field->alias);
}

static bool find_in_body(const struct sources *sources, const struct field *field, struct given *ret)
{
	json_t *value;

	if (!(field->places & IN_BODY))
		return false;
	value = sources->body ? find_member(sources->body, field) : NULL;
	if (!value)
		return find_parameter(sources->form, sources->form_count, field, ret);
	*ret = (struct given){.json = value};
	return true;
}

/* The query comes before the body: it is what a proxy and a log see. */
static bool find_given(const struct request *request, const struct sources *sources, const struct field *field,
                       size_t index, struct given *ret)
{
	if (field->places & IN_PATH) {
		*ret = (struct given){.text = request->path_values[index]};
		return true;
	}
	bool in_query = (field->places & IN_QUERY) && find_parameter(request->query, request->query_count, field, ret);

	return (in_query && ret->text.length) || find_in_body(sources, field, ret) || in_query;
}

/* --- from a given value to a typed one; false: a fault was noted --------------------------------------------- */

/* The text of a value, whatever it came as; numbers become their shortest decimal. False: an object, array, boolean. */
static bool given_text(struct arena *arena, const struct given *given, struct text *ret)
{
	if (!given->json) {
		*ret = given->text;
	} else if (json_is_string(given->json)) {
		*ret = (struct text){json_string_value(given->json), json_string_length(given->json)};
	} else if (json_is_integer(given->json)) {
		*ret = text_of_integer(arena, json_integer_value(given->json));
	} else if (json_is_real(given->json)) {
		*ret = text_format(arena, "%.15g", json_real_value(given->json));
	} else {
		return false;
	}
	return true;
}

/* Bounds are in the value's own unit, which is `one` of what the client sees. */
static bool in_range(struct call *call, const struct field *field, int64_t value, int64_t one)
{
	if (field->minimum != NONE && value < field->minimum)
		return FAULT(call, field, "The %s must be at least %lld.", field->name.data, (long long)(field->minimum / one));
	if (field->maximum != NONE && value > field->maximum)
		return FAULT(call, field, "The %s must not be greater than %lld.", field->name.data,
		             (long long)(field->maximum / one));
	return true;
}

static bool read_integer(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	struct text text;

	if (!given_text(call->db.arena, given, &text) || json_is_real(given->json) ||
	    !text_to_integer(text_trim(text), ret))
		return FAULT(call, field, "The %s must be an integer.", field->name.data);
	return true;
}

static bool bind_integer(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	if (!read_integer(call, field, given, ret))
		return false;
	if (*ret % field->multiple_of)
		return FAULT(call, field, "The %s must be a multiple of %lld.", field->name.data,
		             (long long)field->multiple_of);
	return in_range(call, field, *ret, 1);
}

static bool bind_decimal(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	struct text text;

	if (!given_text(call->db.arena, given, &text) || !decimal_parse(text_trim(text), ret))
		return FAULT(call, field, "The %s must be a number with at most four decimals.", field->name.data);
	return in_range(call, field, *ret, DECIMAL_ONE);
}

static bool bind_boolean(struct call *call, const struct field *field, const struct given *given, bool *ret)
{
	struct text text;

	if (given->json && json_is_boolean(given->json)) {
		*ret = json_is_true(given->json);
		return true;
	}
	if (given_text(call->db.arena, given, &text)) {
		*ret = text_equal(text, TEXT("1")) || text_equal_ignoring_case(text, TEXT("true"));
		if (*ret || text_equal(text, TEXT("0")) || text_equal_ignoring_case(text, TEXT("false")))
			return true;
	}
	return FAULT(call, field, "The %s must be true or false.", field->name.data);
}

static bool has_format(struct call *call, const struct field *field, struct text text)
{
	if (field->format == FORMAT_EMAIL && !text_is_email(text))
		return FAULT(call, field, "The %s must be a valid email address.", field->name.data);
	if (field->format == FORMAT_ZONE && !zone_exists(text))
		return FAULT(call, field, "The %s must be a time zone such as Europe/Berlin.", field->name.data);
	return true;
}

/* Texts lose white space at both ends, as the original's do; passwords are left alone. */
static bool bind_text(struct call *call, const struct field *field, const struct given *given, struct text *ret)
{
	struct text text = given->text;

	if (given->json && !json_is_string(given->json))
		return FAULT(call, field, "The %s must be a string.", field->name.data);
	if (given->json)
		text = (struct text){json_string_value(given->json), json_string_length(given->json)};
	if (field->format != FORMAT_PASSWORD)
		text = text_trim(text);
	if (!text_is_utf8(text))
		return FAULT(call, field, "The %s must be valid UTF-8 text.", field->name.data);
	int64_t characters = (int64_t)text_characters(text);
	if (field->required && characters == 0)
		return FAULT(call, field, "The %s field is required.", field->name.data);
	if (field->minimum != NONE && characters < field->minimum)
		return FAULT(call, field, "The %s must be at least %lld characters.", field->name.data,
		             (long long)field->minimum);
	if (field->maximum != NONE && characters > field->maximum)
		return FAULT(call, field, "The %s must not be greater than %lld characters.", field->name.data,
		             (long long)field->maximum);
	*ret = text_copy(call->db.arena, text);
	return has_format(call, field, text);
}

static bool bind_calendar(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	struct text text = given->json ? text_of(json_string_value(given->json)) : given->text;

	text = text_trim(text);
	switch (field->type) {
	case FIELD_DATE:
		return (text.data && calendar_parse_date(text, ret)) ||
		       FAULT(call, field, "The %s must be a date that exists, as YYYY-MM-DD.", field->name.data);
	case FIELD_TIME:
		return (text.data && calendar_parse_time(text, ret)) ||
		       FAULT(call, field, "The %s must be a time as HH:mm.", field->name.data);
	default:
		return (text.data && calendar_parse_instant(text, ret)) ||
		       FAULT(call, field, "The %s must be an ISO 8601 instant such as 2024-01-15T09:00:00Z.", field->name.data);
	}
}

static bool bind_enum(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	const struct enumeration *names = field->enumeration;
	struct text               text = given->json ? text_of(json_string_value(given->json)) : given->text;
	struct buffer             known;

	text = text_trim(text);
	for (size_t i = 0; text.data && i < names->count; i++)
		if (text_equal_ignoring_case(text, names->values[i].name)) {
			*ret = names->values[i].code;
			return true;
		}
	buffer_init(&known, call->db.arena, 128, 2048);
	for (size_t i = 0; i < names->count; i++)
		if (!names->values[i].alias) {
			buffer_append(&known, ", ", known.length ? 2 : 0);
			buffer_append_text(&known, names->values[i].name);
		}
	return FAULT(call, field, "The selected %s is invalid; it must be one of: %.*s.", field->name.data,
	             (int)known.length, known.data);
}

/* One that can't be opened is no fault: it is answered like the id of something that is gone. */
static bool bind_sealed(const struct field *field, const struct given *given, int64_t *ret)
{
	struct text text = given->json ? text_of(json_string_value(given->json)) : given->text;

	if (!seal_open(field->sealed, text_trim(text), ret))
		*ret = ID_OF_NOTHING;
	return true;
}

static bool bind_value(struct call *call, const struct field *field, const struct given *given, void *ret)
{
	switch (field->type) {
	case FIELD_INTEGER:
		return bind_integer(call, field, given, ret);
	case FIELD_DECIMAL:
		return bind_decimal(call, field, given, ret);
	case FIELD_BOOLEAN:
		return bind_boolean(call, field, given, ret);
	case FIELD_TEXT:
		return bind_text(call, field, given, ret);
	case FIELD_ENUM:
		return bind_enum(call, field, given, ret);
	case FIELD_SEALED_ID:
		return bind_sealed(field, given, ret);
	default:
		return bind_calendar(call, field, given, ret);
	}
}

/* --- one field --------------------------------------------------------------------------------------------------- */

static void store_default(const struct field *field, char *input)
{
	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_INTEGER_LIST:
	case FIELD_INPUT_LIST:
		break; /* zeroed memory is NO_TEXT and the empty list */
	case FIELD_BOOLEAN:
		*(bool *)(input + field->offset) = field->default_value == 1;
		break;
	default:
		*(int64_t *)(input + field->offset) = field->default_value;
	}
}

/* null, and outside of JSON or for anything but text the empty string: "nothing there". */
static bool is_empty(const struct field *field, const struct given *given)
{
	if (!given->json)
		return given->text.length == 0 && (field->type != FIELD_TEXT || (field->places & IN_QUERY));
	return json_is_null(given->json) ||
	       (field->type != FIELD_TEXT && json_is_string(given->json) && json_string_length(given->json) == 0);
}

/* Whether there is something to bind; if not, the default stands and what is missing has been noted. `given` NULL: the
 * request does not have the field. */
static bool has_value(struct call *call, const struct field *field, const struct given *given, char *input)
{
	bool empty = given && is_empty(field, given);

	store_default(field, input);
	if (given && !empty)
		return true;
	if (field->required)
		return FAULT(call, field, "The %s field is required.", field->name.data);
	if (empty && given->json && !field->nullable)
		return FAULT(call, field, "The %s must not be null.", field->name.data);
	*(bool *)(input + field->given_offset) = empty && field->nullable;
	return false;
}

static void bind_field(struct call *call, const struct field *field, const struct given *given, char *input)
{
	if (has_value(call, field, given, input) && bind_value(call, field, given, input + field->offset))
		*(bool *)(input + field->given_offset) = true;
}

/* --- lists of integers ------------------------------------------------------------------------------------------- */

static bool has_room(struct call *call, const struct field *field, size_t count)
{
	return (int64_t)count <= field->maximum || FAULT(call, field, "The %s must not have more than %lld items.",
	                                                 field->name.data, (long long)field->maximum);
}

static bool has_enough(struct call *call, const struct field *field, size_t count)
{
	return field->minimum == NONE || (int64_t)count >= field->minimum ||
	       FAULT(call, field, "The %s must have at least %lld items.", field->name.data, (long long)field->minimum);
}

static bool add_integer(struct call *call, const struct field *field, struct given given, int64_t *items, size_t *count)
{
	if (!has_room(call, field, *count + 1) || !read_integer(call, field, &given, &items[*count]))
		return false;
	++*count;
	return true;
}

static bool add_array(struct call *call, const struct field *field, json_t *array, int64_t *items, size_t *count)
{
	size_t  index;
	json_t *element;

	if (!json_is_array(array))
		return FAULT(call, field, "The %s must be a list.", field->name.data);
	json_array_foreach(array, index, element) if (!add_integer(call, field, (struct given){.json = element}, items,
	                                                           count)) return false;
	return true;
}

/* Of all parameters of that name: 1,2 */
static bool add_parameters(struct call *call, const struct field *field, const struct parameter *parameters,
                           size_t parameter_count, int64_t *items, size_t *count)
{
	for (size_t i = 0; i < parameter_count; i++) {
		struct text rest = parameters[i].value;
		while (names_field(parameters[i].name, field) && rest.length > 0) {
			const char *comma = memchr(rest.data, ',', rest.length);
			size_t      length = comma ? (size_t)(comma - rest.data) : rest.length;
			if (!add_integer(call, field, (struct given){.text = {rest.data, length}}, items, count))
				return false;
			rest.data += comma ? length + 1 : length;
			rest.length -= comma ? length + 1 : length;
		}
	}
	return true;
}

/* Gathers name=1,2 and name[]=1&name[]=2 and [1, 2]. */
static void bind_integers(struct request *request, const struct sources *sources, const struct field *field)
{
	struct call *call = &request->call;
	json_t      *array = field->places & IN_BODY ? find_member(sources->body, field) : NULL;
	int64_t     *items = arena_alloc_array(&request->arena, (size_t)field->maximum, sizeof(*items));
	size_t       count = 0;

	if (!items || (array && !json_is_null(array) && !add_array(call, field, array, items, &count)))
		return;
	if ((field->places & IN_QUERY) && !add_parameters(call, field, request->query, request->query_count, items, &count))
		return;
	if ((field->places & IN_BODY) && !add_parameters(call, field, sources->form, sources->form_count, items, &count))
		return;
	bool given = count > 0 || json_is_array(array);
	if (!given && field->required)
		call_fault(call, field->name.data, "The %s field is required.", field->name.data);
	if (!given || !has_enough(call, field, count))
		return;
	*(struct integer_list *)((char *)request->input + field->offset) = (struct integer_list){items, count};
	*(bool *)((char *)request->input + field->given_offset) = true;
}

/* --- what concerns more than one field --------------------------------------------------------------------------- */

static void check_order(struct call *call, const struct input *table, const char *input)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct field *field = &table->fields[i];
		if (field->not_before < 0)
			continue;
		const struct field *earlier = &table->fields[field->not_before];
		int64_t             from = *(const int64_t *)(input + earlier->offset);
		int64_t             to = *(const int64_t *)(input + field->offset);

		if (from != NONE && to != NONE && to < from)
			call_fault(call, field->name.data, "The %s must be a date after or equal to %s.", field->name.data,
			           earlier->name.data);
	}
}

static bool is_known(const struct input *table, struct text name)
{
	for (size_t i = 0; i < table->count; i++)
		if (names_field(name, &table->fields[i]) && table->fields[i].places != IN_PATH)
			return true;
	return false;
}

static void check_name(struct call *call, const struct input *table, struct text name)
{
	struct text shown = text_copy(call->db.arena, name);

	if (is_known(table, name))
		return;
	if (shown.data && text_is_utf8(shown))
		call_fault(call, shown.data, "The %s field is unknown.", shown.data);
	else
		call_fault(call, "query", "A parameter's name is not valid UTF-8.");
}

static void check_keys(struct call *call, const struct input *table, json_t *object)
{
	const char *key;
	json_t     *value;

	json_object_foreach(object, key, value) check_name(call, table, text_of(key));
}

/* Prefer: handling=strict (RFC 7240): what would be ignored is an error. */
static void check_names(struct request *request, const struct sources *sources)
{
	const struct input *table = &request->operation->input;

	for (size_t i = 0; i < request->query_count; i++)
		check_name(&request->call, table, request->query[i].name);
	for (size_t i = 0; i < sources->form_count; i++)
		check_name(&request->call, table, sources->form[i].name);
	check_keys(&request->call, table, sources->body);
}

/* --- lists of objects -------------------------------------------------------------------------------------------- */

static void bind_members(struct call *call, const struct input *table, json_t *object, bool strict, char *target)
{
	for (size_t i = 0; i < table->count; i++) {
		struct given given = {.json = find_member(object, &table->fields[i])};
		bind_field(call, &table->fields[i], given.json ? &given : NULL, target);
	}
	check_order(call, table, target);
	if (strict)
		check_keys(call, table, object);
}

/* What is wrong with an element is the element's own matter: the rule decides what becomes of the others. */
static void bind_element(const struct call *outer, const struct field *field, json_t *element, bool strict,
                         char *target)
{
	const struct input *table = field->element;
	struct call         call = {.db = outer->db, .fault_count = FAULTS_MAX - ELEMENT_FAULTS_MAX};

	if (json_is_object(element)) {
		bind_members(&call, table, element, strict, target);
	} else {
		call_fault(&call, field->name.data, "An item of the %s must be an object.", field->name.data);
		for (size_t i = 0; i < table->count; i++)
			store_default(&table->fields[i], target);
	}
	*(struct fault **)(target + table->faults_offset) = call.faults;
}

static void bind_elements(struct call *call, const struct field *field, const struct given *given, bool strict,
                          char *input)
{
	json_t         *array = given ? given->json : NULL, *element;
	size_t          size = field->element->size, index;
	struct row_list list = {.count = json_array_size(array)};

	if (!has_value(call, field, given, input))
		return;
	if (!json_is_array(array)) {
		call_fault(call, field->name.data, "The %s must be a list.", field->name.data);
		return;
	}
	if (!has_room(call, field, list.count) || !has_enough(call, field, list.count))
		return;
	list.items = arena_alloc_array(call->db.arena, list.count, size);
	if (!list.items)
		return;
	json_array_foreach(array, index, element)
		bind_element(call, field, element, strict, (char *)list.items + index * size);
	*(struct row_list *)(input + field->offset) = list;
	*(bool *)(input + field->given_offset) = true;
}

/* Whoever says one workspace in the query and another in the body must not have one chosen for them. The body of a read
 * means little. */
static void check_places(struct request *request, const struct sources *sources, const struct field *field,
                         const struct given *given)
{
	struct given other;
	struct text  text = NO_TEXT;

	if (!given || given->json || request->method == METHOD_GET || !find_in_body(sources, field, &other) ||
	    json_is_null(other.json))
		return;
	if (!given_text(&request->arena, &other, &text) ||
	    (text.length && !text_equal(text_trim(text), text_trim(given->text))))
		call_fault(&request->call, field->name.data, "The %s of the query and that of the body differ.",
		           field->name.data);
}

/* --- all of them ------------------------------------------------------------------------------------------------- */

static bool wants_strict(const struct request *request)
{
	return request->prefer.data && strstr(request->prefer.data, "handling=strict");
}

static void bind_all(struct request *request, const struct sources *sources)
{
	const struct input *table = &request->operation->input;
	bool                strict = wants_strict(request);

	for (size_t i = 0; i < table->count; i++) {
		const struct field *field = &table->fields[i];
		struct given        found;
		const struct given *given = find_given(request, sources, field, i, &found) ? &found : NULL;

		if (field->type == FIELD_INTEGER_LIST)
			bind_integers(request, sources, field);
		else if (field->type == FIELD_INPUT_LIST)
			bind_elements(&request->call, field, given, strict, request->input);
		else
			bind_field(&request->call, field, given, request->input);
		if (field->type == FIELD_INTEGER)
			check_places(request, sources, field, given);
	}
	check_order(&request->call, table, request->input);
	if (strict)
		check_names(request, sources);
}

enum error bind_input(struct request *request)
{
	const struct input *table = &request->operation->input;
	struct sources      sources = {0};
	enum error          error = read_body(request, &sources);

	if (error && request->method == METHOD_GET) { /* a body means little there: one that can't be read means nothing */
		request->call.message = NULL;
		error = ERROR_NONE;
	}
	request->input = arena_alloc(&request->arena, table->size);
	if (!request->input)
		error = ERROR_NO_MEMORY;
	if (!error)
		bind_all(request, &sources);
	json_decref(sources.body);
	return !error && request->arena.exhausted ? ERROR_NO_MEMORY : error;
}
