/* From a request to an operation's typed input, by its field table. */
#ifndef STINT_HTTP_BIND_H
#define STINT_HTTP_BIND_H

#include "http/request.h"
#include "http/value.h"

/* Fills request->input from path, query and body. Faults are collected in request->call, all of them; the caller
 * decides when they are answered, because a missing permission comes first. Errors: ERROR_MALFORMED_JSON and
 * ERROR_UNSUPPORTED_MEDIA_TYPE for a body that can't be read (call.message says where), ERROR_NO_MEMORY. */
enum error bind_input(struct request *request);

/* One field alone, into the input struct: what is wrong is noted in the call. `given` NULL: it is not there. */
void bind_field(struct call *call, const struct field *field, const struct given *given, void *input);

/* The input of request->reader, from what request->input says by the same names; NULL when the arena is full. */
void *bind_reader(struct request *request);

#endif
