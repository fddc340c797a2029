/* From one value as it came to a typed one. What is wrong with it is noted in the call; false says so. */
#include "http/value.h"

#include "base/calendar.h"
#include "base/currency.h"
#include "base/decimal.h"
#include "base/mailbox.h"
#include "base/seal.h"
#include "base/zone.h"

#define INEXACT_REAL 9007199254740992.0 /* 2^53: from here on a double may have been read from another integer */

/* A string or a text, which may hold a NUL; absent where the value is anything else. */
static struct text value_string(const struct given *given)
{
	return given->json ? (struct text){json_string_value(given->json), json_string_length(given->json)} : given->text;
}

/* The text of a value, whatever it came as; numbers become their shortest decimal. False: an object, array, boolean. */
static bool value_as_text(struct arena *arena, const struct given *given, struct text *ret)
{
	if (json_is_integer(given->json))
		*ret = text_of_integer(arena, json_integer_value(given->json));
	else if (json_is_real(given->json))
		*ret = text_format(arena, "%.15g", json_real_value(given->json));
	else
		*ret = value_string(given);
	return ret->data != NULL;
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

/* 100.0 and 1e2 are integers too, as in JSON Schema; not so in a path, where one thing has one address. */
bool value_to_integer(const struct field *field, const struct given *given, int64_t *ret)
{
	struct text text = text_trim(value_string(given));
	double      real = json_real_value(given->json);
	int64_t     decimal;

	if (json_is_integer(given->json) && json_integer_value(given->json) != NONE) {
		*ret = json_integer_value(given->json);
		return true;
	}
	if (json_is_real(given->json) && real > -INEXACT_REAL && real < INEXACT_REAL && real == (double)(int64_t)real) {
		*ret = (int64_t)real;
		return true;
	}
	if (text_to_integer(text, ret))
		return true;
	if ((field->places & IN_PATH) || !decimal_parse(text, &decimal) || decimal % DECIMAL_ONE)
		return false;
	*ret = decimal / DECIMAL_ONE;
	return true;
}

bool value_read_integer(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	return value_to_integer(field, given, ret) || FAULT(call, field, "The %s must be an integer.", field->name.data);
}

static bool value_integer(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	if (!value_read_integer(call, field, given, ret))
		return false;
	if (*ret % field->multiple_of)
		return FAULT(call, field, "The %s must be a multiple of %lld.", field->name.data,
		             (long long)field->multiple_of);
	return in_range(call, field, *ret, 1);
}

static bool value_decimal(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	bool        rounds = field->format == FORMAT_ROUNDED;
	struct text text;

	if (!value_as_text(call->db.arena, given, &text) ||
	    !(rounds ? decimal_parse_rounded : decimal_parse)(text_trim(text), ret))
		return FAULT(call, field, "The %s must be a number%s.", field->name.data,
		             rounds ? "" : " with at most four decimals");
	return in_range(call, field, *ret, DECIMAL_ONE);
}

static bool value_boolean(struct call *call, const struct field *field, const struct given *given, bool *ret)
{
	struct text text;

	if (given->json && json_is_boolean(given->json)) {
		*ret = json_is_true(given->json);
		return true;
	}
	if (value_as_text(call->db.arena, given, &text)) {
		*ret = text_equal(text, TEXT("1")) || text_equal_ignoring_case(text, TEXT("true"));
		if (*ret || text_equal(text, TEXT("0")) || text_equal_ignoring_case(text, TEXT("false")))
			return true;
	}
	return FAULT(call, field, "The %s must be true or false.", field->name.data);
}

static bool has_format(struct call *call, const struct field *field, struct text text)
{
	if (field->format == FORMAT_EMAIL && !mailbox_of(call->db.arena, text).data)
		return FAULT(call, field, "The %s must be a valid email address.", field->name.data);
	if (field->format == FORMAT_ZONE && !zone_exists(text))
		return FAULT(call, field, "The %s must be a time zone such as Europe/Berlin.", field->name.data);
	if (field->format == FORMAT_CURRENCY && !currency_exists(text))
		return FAULT(call, field, "The %s must be the code of a currency such as EUR.", field->name.data);
	return true;
}

/* What is hidden in a line, or breaks it, is refused: two names that look alike must be alike. */
static bool value_is_legible(struct call *call, const struct field *field, struct text text)
{
	if (field->format == FORMAT_LINES)
		return text_is_lines(text) ||
		       FAULT(call, field, "The %s must not contain control characters.", field->name.data);
	return text_is_line(text) ||
	       FAULT(call, field, "The %s must be one line without invisible characters.", field->name.data);
}

static bool value_has_length(struct call *call, const struct field *field, struct text text)
{
	int64_t characters = (int64_t)text_characters(text);

	if (field->required && characters == 0)
		return FAULT(call, field, "The %s field is required.", field->name.data);
	if (field->minimum != NONE && characters < field->minimum)
		return FAULT(call, field, "The %s must be at least %lld characters.", field->name.data,
		             (long long)field->minimum);
	if (field->maximum != NONE && characters > field->maximum)
		return FAULT(call, field, "The %s must not be greater than %lld characters.", field->name.data,
		             (long long)field->maximum);
	return true;
}

/* Texts lose what shows nothing at both ends; passwords are left alone. */
static bool value_text(struct call *call, const struct field *field, const struct given *given, struct text *ret)
{
	struct text text = value_string(given);

	if (!text.data)
		return FAULT(call, field, "The %s must be a string.", field->name.data);
	if (!text_is_utf8(text))
		return FAULT(call, field, "The %s must be UTF-8 text without NUL.", field->name.data);
	if (field->format != FORMAT_PASSWORD)
		text = text_trim_blank(text);
	if (!value_has_length(call, field, text) || !has_format(call, field, text) ||
	    (field->format != FORMAT_PASSWORD && !value_is_legible(call, field, text)))
		return false;
	*ret = text_copy(call->db.arena, text);
	return true;
}

static bool value_time(struct text text, int64_t *ret)
{
	int64_t second;

	if (text_equal(text, TEXT("24:00"))) {
		*ret = 24 * 60;
		return true;
	}
	if (calendar_parse_time(text, ret))
		return true;
	if (!calendar_parse_instant(text, &second))
		return false;
	*ret = second + TIME_OF_INSTANT;
	return true;
}

static bool value_zoned_instant(struct call *call, const struct field *field, struct text text,
                                struct zoned_instant *ret)
{
	return (text.data && calendar_parse_zoned_instant(text, &ret->second, &ret->offset)) ||
	       FAULT(call, field, "The %s must be an instant with Z or an offset, such as 2024-01-15T09:00:00+02:00.",
	             field->name.data);
}

static bool value_calendar(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	struct text text = text_trim(value_string(given));

	switch (field->type) {
	case FIELD_DATE:
		return (text.data && calendar_parse_date(text, ret)) ||
		       FAULT(call, field, "The %s must be a date that exists, as YYYY-MM-DD.", field->name.data);
	case FIELD_TIME:
		return (text.data && value_time(text, ret)) ||
		       FAULT(call, field, "The %s must be a time as HH:mm, or an instant with Z or an offset.",
		             field->name.data);
	case FIELD_ZONED_INSTANT:
		return value_zoned_instant(call, field, text, (struct zoned_instant *)ret);
	default:
		return (text.data && calendar_parse_instant(text, ret)) ||
		       FAULT(call, field, "The %s must be an instant with Z or an offset, such as 2024-01-15T09:00:00Z.",
		             field->name.data);
	}
}

static bool value_enum(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	const struct enumeration *names = field->enumeration;
	struct text               text = text_trim(value_string(given));
	struct buffer             known;

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

bool value_next_item(struct text *rest, struct text *ret)
{
	const char *comma = rest->length ? memchr(rest->data, ',', rest->length) : NULL;
	size_t      length = comma ? (size_t)(comma - rest->data) : rest->length;

	*ret = (struct text){rest->data, length};
	rest->data += comma ? length + 1 : length;
	rest->length -= comma ? length + 1 : length;
	return ret->length || comma;
}

static bool value_add_enum(struct call *call, const struct field *field, struct given given, int64_t *codes)
{
	int64_t code;

	if (!value_enum(call, field, &given, &code))
		return false;
	*codes |= INT64_C(1) << code;
	return true;
}

static bool value_enum_set(struct call *call, const struct field *field, const struct given *given, int64_t *ret)
{
	struct text rest = value_string(given), item;
	int64_t     codes = 0;

	if (!rest.data && !json_is_array(given->json))
		return FAULT(call, field, "The %s must be a list.", field->name.data);
	for (size_t i = 0; i < json_array_size(given->json); i++)
		if (!value_add_enum(call, field, (struct given){.json = json_array_get(given->json, i)}, &codes))
			return false;
	while (value_next_item(&rest, &item))
		if (!value_add_enum(call, field, (struct given){.text = item}, &codes))
			return false;
	if (!codes && field->minimum == 1)
		return FAULT(call, field, "The %s must have at least 1 item.", field->name.data);
	*ret = codes;
	return true;
}

/* One that can't be opened is no fault: it is answered like the id of something that is gone. */
static bool value_sealed(const struct field *field, const struct given *given, int64_t *ret)
{
	struct text text = text_trim(value_string(given));

	if (!seal_open(field->sealed, text, ret))
		*ret = ID_OF_NOTHING;
	return true;
}

bool value_bind(struct call *call, const struct field *field, const struct given *given, void *ret)
{
	switch (field->type) {
	case FIELD_INTEGER:
		return value_integer(call, field, given, ret);
	case FIELD_DECIMAL:
		return value_decimal(call, field, given, ret);
	case FIELD_BOOLEAN:
		return value_boolean(call, field, given, ret);
	case FIELD_TEXT:
		return value_text(call, field, given, ret);
	case FIELD_ENUM:
		return value_enum(call, field, given, ret);
	case FIELD_ENUM_SET:
		return value_enum_set(call, field, given, ret);
	case FIELD_SEALED_ID:
		return value_sealed(field, given, ret);
	default:
		return value_calendar(call, field, given, ret);
	}
}
