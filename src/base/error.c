/* The table of error codes. Nothing may be said about an error here that is not in errors.def. */
#include "base/error.h"

#include <stddef.h>

static const struct error_info infos[ERROR_COUNT] = {
#define ERROR(symbol, status, code, text) [ERROR_##symbol] = {status, code, text},
#include "base/errors.def"
#undef ERROR
};

const struct error_info *error_info(enum error error)
{
	if (error <= ERROR_NONE || error >= ERROR_COUNT)
		error = ERROR_INTERNAL;
	return &infos[error];
}
