/* From a request to an operation's typed input. Knows field tables, not operations. */
#include "http/bind.h"

#include "http/body.h"
#include "http/prefer.h"
#include "http/value.h"

/* At most so many faults of one list element are noted: there may be a thousand elements, and each needs its first. */
#define ELEMENT_FAULTS_MAX 10

/* One request's input in the making. */
struct binding {
	struct request *request;
	struct sources  sources;
};

/* --- finding a field's value ----------------------------------------------------------------------------------- */

static bool is_list(const struct field *field)
{
	return field->type == FIELD_INTEGER_LIST || field->type == FIELD_TEXT_LIST || field->type == FIELD_INPUT_LIST ||
	       field->type == FIELD_ENUM_SET;
}

/* "[]" or "[0]": how forms and queries write that a parameter is one item of a list. The number means nothing: the
 * items come in the order in which they are sent. */
static bool is_item_suffix(const char *at, const char *end)
{
	if (end - at < 2 || *at != '[' || end[-1] != ']')
		return false;
	for (at++; at < end - 1; at++)
		if (*at < '0' || *at > '9')
			return false;
	return true;
}

/* Of a parameter. */
static bool is_called(struct text given, const struct field *field, struct text name)
{
	if (given.length < name.length || memcmp(given.data, name.data, name.length) != 0)
		return false;
	return given.length == name.length ||
	       (is_list(field) && is_item_suffix(given.data + name.length, given.data + given.length));
}

static bool names_field(struct text given, const struct field *field)
{
	bool named = is_called(given, field, field->name);

	for (size_t i = 0; i < FIELD_ALIASES_MAX && field->aliases[i] && !named; i++)
		named = is_called(given, field, text_of(field->aliases[i]));
	return named;
}

/* The last one counts, as in a PHP form; lists are gathered by bind_list. */
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

	for (size_t i = 0; i < FIELD_ALIASES_MAX && field->aliases[i] && !value; i++)
		value = json_object_get(object, field->aliases[i]);
	return value;
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

/* --- one field --------------------------------------------------------------------------------------------------- */

static void store_default(const struct field *field, char *input)
{
	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_INTEGER_LIST:
	case FIELD_TEXT_LIST:
	case FIELD_INPUT_LIST:
		break; /* zeroed memory is NO_TEXT and the empty list */
	case FIELD_BOOLEAN:
		*(bool *)(input + field->offset) = field->default_value == 1;
		break;
	default:
		*(int64_t *)(input + field->offset) = field->default_value;
	}
}

/* null, and outside of JSON or for anything but free text the empty string: "nothing there". */
static bool is_empty(const struct field *field, const struct given *given)
{
	bool is_text = field->type == FIELD_TEXT && field->format != FORMAT_ZONE;

	if (!given->json)
		return given->text.length == 0 && (!is_text || (field->places & IN_QUERY));
	return json_is_null(given->json) ||
	       (!is_text && json_is_string(given->json) && json_string_length(given->json) == 0);
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

void bind_field(struct call *call, const struct field *field, const struct given *given, void *input)
{
	char *at = input;

	if (has_value(call, field, given, at) && value_bind(call, field, given, at + field->offset))
		*(bool *)(at + field->given_offset) = true;
}

/* --- lists of integers and texts --------------------------------------------------------------------------------- */

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

static bool add_text(struct call *call, const struct field *field, const struct given *given, struct text *ret)
{
	struct field item = *field;

	item.type = FIELD_TEXT;
	item.minimum = item.maximum = NONE; /* those are of the list */
	return value_bind(call, &item, given, ret);
}

static bool add_item(struct call *call, const struct field *field, struct given given, struct row_list *list)
{
	if (!has_room(call, field, list->count + 1))
		return false;
	if (!(field->type == FIELD_INTEGER_LIST ?
	          value_read_integer(call, field, &given, (int64_t *)list->items + list->count) :
	          add_text(call, field, &given, (struct text *)list->items + list->count)))
		return false;
	list->count++;
	return true;
}

static bool add_array(struct call *call, const struct field *field, json_t *array, struct row_list *list)
{
	size_t  index;
	json_t *element;

	if (!json_is_array(array))
		return FAULT(call, field, "The %s must be a list.", field->name.data);
	json_array_foreach(array, index,
	                   element) if (!add_item(call, field, (struct given){.json = element}, list)) return false;
	return true;
}

/* Of all parameters of that name, each of which may be several: 1,2 */
static bool add_parameters(struct call *call, const struct field *field, const struct parameter *parameters,
                           size_t parameter_count, struct row_list *list)
{
	for (size_t i = 0; i < parameter_count; i++) {
		struct text rest = parameters[i].value, item;
		while (names_field(parameters[i].name, field) && value_next_item(&rest, &item))
			if (!add_item(call, field, (struct given){.text = item}, list))
				return false;
	}
	return true;
}

/* Gathers name=1,2 and name[]=1&name[]=2 and name[0]=1&name[1]=2 and [1, 2]. */
static void bind_list(struct request *request, const struct sources *sources, const struct field *field)
{
	struct call    *call = &request->call;
	json_t         *array = field->places & IN_BODY ? find_member(sources->body, field) : NULL;
	size_t          size = field->type == FIELD_INTEGER_LIST ? sizeof(int64_t) : sizeof(struct text);
	struct row_list list = {arena_alloc_array(&request->arena, (size_t)field->maximum, size), 0};

	if (!list.items || (array && !json_is_null(array) && !add_array(call, field, array, &list)))
		return;
	if ((field->places & IN_QUERY) && !add_parameters(call, field, request->query, request->query_count, &list))
		return;
	if ((field->places & IN_BODY) && !add_parameters(call, field, sources->form, sources->form_count, &list))
		return;
	bool given = list.count > 0 || json_is_array(array);
	if (!given && field->required)
		call_fault(call, field->name.data, "The %s field is required.", field->name.data);
	if (!given || !has_enough(call, field, list.count))
		return;
	*(struct row_list *)((char *)request->input + field->offset) = list;
	*(bool *)((char *)request->input + field->given_offset) = true;
}

/* --- sets -------------------------------------------------------------------------------------------------------- */

static bool add_codes(struct call *call, const struct field *field, const struct parameter *parameters, size_t count,
                      int64_t *codes)
{
	for (size_t i = 0; i < count; i++) {
		int64_t more;

		if (!parameters[i].value.length || !names_field(parameters[i].name, field))
			continue;
		if (!value_bind(call, field, &(struct given){.text = parameters[i].value}, &more))
			return false;
		*codes |= more;
	}
	return true;
}

/* As lists of integers are gathered: name=a,b and name[]=a&name[]=b and ["a", "b"]. */
static void bind_set(struct request *request, const struct sources *sources, const struct field *field,
                     const struct given *given)
{
	char   *input = request->input;
	int64_t codes = 0;

	if (!given || given->json) {
		bind_field(&request->call, field, given, input);
		return;
	}
	if (!has_value(&request->call, field, given, input))
		return;
	if ((field->places & IN_QUERY) && !add_codes(&request->call, field, request->query, request->query_count, &codes))
		return;
	if ((field->places & IN_BODY) && !add_codes(&request->call, field, sources->form, sources->form_count, &codes))
		return;
	*(int64_t *)(input + field->offset) = codes;
	*(bool *)(input + field->given_offset) = true;
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

/* The place of a name decides: a field of the body is not looked for in the query. */
static bool takes_parameter(const struct input *table, struct text name, enum field_place place)
{
	for (size_t i = 0; i < table->count; i++)
		if ((table->fields[i].places & place) && names_field(name, &table->fields[i]))
			return true;
	return false;
}

static bool is_member_called(const char *name, const struct field *field)
{
	bool named = strcmp(name, field->name.data) == 0;

	for (size_t i = 0; i < FIELD_ALIASES_MAX && field->aliases[i] && !named; i++)
		named = strcmp(name, field->aliases[i]) == 0;
	return named;
}

static bool takes_member(const struct input *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if ((table->fields[i].places & IN_BODY) && is_member_called(name, &table->fields[i]))
			return true;
	return false;
}

/* A name that nothing takes. In strict handling (RFC 7240) it is a fault; else the reply names it. */
static void pass_over(struct binding *binding, struct call *call, struct text name)
{
	if (binding->request->call.strict) {
		struct text shown = text_copy(call->db.arena, name);
		if (shown.data)
			call_fault(call, shown.data, "The %s field is unknown.", shown.data);
	} else {
		call_ignored(&binding->request->call, name);
	}
}

/* RFC 6749 3.2: what the app says and what stands between must not be read as different things. Elsewhere the last one
 * counts. */
static void check_repeated(struct call *call, const struct input *table, const struct sources *sources)
{
	for (size_t i = 0; i < table->count; i++) {
		size_t times = 0;
		for (size_t j = 0; j < sources->form_count; j++)
			times += text_equal(sources->form[j].name, table->fields[i].name);
		if (times > 1)
			call_fault(call, table->fields[i].name.data, "The %s must be given once.", table->fields[i].name.data);
	}
}

static void check_parameters(struct binding *binding, const struct parameter *parameters, size_t count,
                             enum field_place place)
{
	for (size_t i = 0; i < count; i++)
		if (!takes_parameter(&binding->request->operation->input, parameters[i].name, place))
			pass_over(binding, &binding->request->call, parameters[i].name);
}

static void check_names(struct binding *binding)
{
	struct request *request = binding->request;
	const char     *key;
	json_t         *value;

	check_parameters(binding, request->query, request->query_count, IN_QUERY);
	check_parameters(binding, binding->sources.form, binding->sources.form_count, IN_BODY);
	json_object_foreach(binding->sources.body, key, value) if (!takes_member(&request->operation->input, key))
		pass_over(binding, &request->call, text_of(key));
}

/* --- lists of objects -------------------------------------------------------------------------------------------- */

static void bind_members(struct call *call, const struct input *table, json_t *object, char *target)
{
	for (size_t i = 0; i < table->count; i++) {
		struct given given = {.json = find_member(object, &table->fields[i])};
		bind_field(call, &table->fields[i], given.json ? &given : NULL, target);
	}
	check_order(call, table, target);
}

/* Told by its own name where it is the element's fault, else as "slots[].name". */
static void check_element_names(struct binding *binding, struct call *call, const struct field *field, json_t *object)
{
	const char *key;
	json_t     *value;

	json_object_foreach(object, key, value) if (!takes_member(field->element, key)) pass_over(
		binding, call,
		binding->request->call.strict ? text_of(key) : text_format(call->db.arena, "%s[].%s", field->name.data, key));
}

/* A fault of an element concerns that element alone: the rule decides what becomes of the others. */
static void bind_element(struct binding *binding, const struct field *field, json_t *element, char *target)
{
	const struct input *table = field->element;
	struct call         call = {.db = binding->request->call.db, .fault_count = FAULTS_MAX - ELEMENT_FAULTS_MAX};

	if (json_is_object(element)) {
		bind_members(&call, table, element, target);
		check_element_names(binding, &call, field, element);
	} else {
		call_fault(&call, field->name.data, "An item of the %s must be an object.", field->name.data);
		for (size_t i = 0; i < table->count; i++)
			store_default(&table->fields[i], target);
	}
	*(struct fault **)(target + table->faults_offset) = call.faults;
}

static void bind_elements(struct binding *binding, const struct field *field, const struct given *given)
{
	struct call    *call = &binding->request->call;
	char           *input = binding->request->input;
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
	json_array_foreach(array, index, element) bind_element(binding, field, element, (char *)list.items + index * size);
	*(struct row_list *)(input + field->offset) = list;
	*(bool *)(input + field->given_offset) = true;
}

/* Whoever says one workspace in the query and another in the body must not have one chosen for them. The body of a read
 * means little. */
static void check_places(struct request *request, const struct sources *sources, const struct field *field,
                         const struct given *given)
{
	struct given other;
	int64_t      value, of_body;

	if (!given || given->json || request->method == METHOD_GET || !find_in_body(sources, field, &other) ||
	    is_empty(field, &other))
		return;
	if (!value_to_integer(field, given, &value) || !value_to_integer(field, &other, &of_body) || value != of_body)
		call_fault(&request->call, field->name.data, "The %s of the query and that of the body differ.",
		           field->name.data);
}

/* --- all of them ------------------------------------------------------------------------------------------------- */

static void bind_all(struct binding *binding)
{
	struct request     *request = binding->request;
	const struct input *table = &request->operation->input;

	for (size_t i = 0; i < table->count; i++) {
		const struct field *field = &table->fields[i];
		struct given        found;
		const struct given *given = find_given(request, &binding->sources, field, i, &found) ? &found : NULL;

		if (field->type == FIELD_INTEGER_LIST || field->type == FIELD_TEXT_LIST)
			bind_list(request, &binding->sources, field);
		else if (field->type == FIELD_ENUM_SET)
			bind_set(request, &binding->sources, field, given);
		else if (field->type == FIELD_INPUT_LIST)
			bind_elements(binding, field, given);
		else
			bind_field(&request->call, field, given, request->input);
		if (field->type == FIELD_INTEGER)
			check_places(request, &binding->sources, field, given);
	}
	check_order(&request->call, table, request->input);
	check_names(binding);
	if (request->operation->reply == REPLY_PLAIN)
		check_repeated(&request->call, table, &binding->sources);
}

enum error bind_input(struct request *request)
{
	struct binding binding = {.request = request};
	enum error     error = body_read(request, &binding.sources);

	request->call.strict = prefer_strict(request->prefer);

	if (error && request->method == METHOD_GET) { /* a body means little there: one that can't be read means nothing */
		request->call.message = NULL;
		error = ERROR_NONE;
	}
	request->input = arena_alloc(&request->arena, request->operation->input.size);
	if (!request->input)
		error = ERROR_NO_MEMORY;
	if (!error)
		bind_all(&binding);
	json_decref(binding.sources.body);
	return request->arena.exhausted ? ERROR_NO_MEMORY : error;
}

static const struct field *find_field(const struct input *table, const struct field *like)
{
	for (size_t i = 0; i < table->count; i++)
		if (text_equal(table->fields[i].name, like->name) && table->fields[i].type == like->type)
			return &table->fields[i];
	return NULL;
}

/* Objects are named by numbers: those of the path, a workspace, a project. */
void *bind_reader(struct request *request)
{
	const struct input *table = &request->reader->input;
	char               *input = arena_alloc(&request->arena, table->size);

	for (size_t i = 0; input && i < table->count; i++) {
		const struct field *field = &table->fields[i], *from = find_field(&request->operation->input, field);
		store_default(field, input);
		if (from && (field->type == FIELD_INTEGER || field->type == FIELD_SEALED_ID))
			*(int64_t *)(input + field->offset) = *(const int64_t *)((const char *)request->input + from->offset);
	}
	return input;
}
