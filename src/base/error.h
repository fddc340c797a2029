/* Error codes. Every fallible function returns one; zero is success.
 *
 * A code knows its HTTP status, its machine name on the wire and its text (errors.def), so that a caller can
 * answer from the code alone. Outputs of a function are called ret_…, and are untouched when it fails. */
#ifndef STINT_BASE_ERROR_H
#define STINT_BASE_ERROR_H

enum error {
	ERROR_NONE = 0,
#define ERROR(symbol, status, code, text) ERROR_##symbol,
#include "base/errors.def"
#undef ERROR
	ERROR_COUNT
};

struct error_info {
	int         status; /* HTTP status */
	const char *code;   /* the "error" member of a reply */
	const char *text;   /* the "message" member, a sentence for a person */
};

/* Never NULL; a value that is no error code gives the row of ERROR_INTERNAL. */
const struct error_info *error_info(enum error error);

/* Leaves the calling function with the error, if there is one. */
#define TRY(expression)                      \
	do {                                     \
		enum error try_error = (expression); \
		if (try_error)                       \
			return try_error;                \
	} while (0)

#endif
