/* Preferences of a request (RFC 7240). */
#ifndef STINT_HTTP_PREFER_H
#define STINT_HTTP_PREFER_H

#include "base/text.h"

/* Whether the header Prefer says handling=strict. When a preference is given twice, the first one counts. */
bool prefer_strict(struct text header);

#endif
