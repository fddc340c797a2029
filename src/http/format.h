/* In which of its formats a reply is: what `format=` says, else what Accept likes best, else the first. Nothing is
 * refused for its Accept: a client that wants what there is not gets JSON, as from any other address. */
#ifndef STINT_HTTP_FORMAT_H
#define STINT_HTTP_FORMAT_H

#include "http/request.h"

struct format_info {
	const char *name; /* as in format=, and how files of it end */
	const char *media_type;
};

const struct format_info *format_info(enum reply_format format);

/* Sets request->format and request->to_file; request->operation is known. A `format=` that is none is for bind to
 * refuse. */
void format_choose(struct request *request);

#endif
