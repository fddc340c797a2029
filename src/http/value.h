/* Single values of requests. */
#ifndef STINT_HTTP_VALUE_H
#define STINT_HTTP_VALUE_H

#include <jansson.h>

#include "contract/operation.h"

/* One value as it came: JSON, or text from a path, a query or a form. */
struct given {
	json_t     *json;
	struct text text; /* when json is NULL */
};

/* Notes what is wrong with a field; false. */
#define FAULT(call, field, ...) (call_fault((call), (field)->name.data, __VA_ARGS__), false)

/* The value of any field but a list, checked and stored at `ret`. */
bool value_bind(struct call *call, const struct field *field, const struct given *given, void *ret);

/* A whole number, its bounds unchecked. */
bool value_read_integer(struct call *call, const struct field *field, const struct given *given, int64_t *ret);

/* The same without noting a fault, for whoever only compares. */
bool value_to_integer(const struct field *field, const struct given *given, int64_t *ret);

/* The next one of what stands between commas; nothing behind the last comma is none. False: there are no more. */
bool value_next_item(struct text *rest, struct text *ret);

#endif
