/* Which app asks, as itself: an OAuth2 client. */
#ifndef STINT_AUTH_CLIENT_H
#define STINT_AUTH_CLIENT_H

#include "db/context.h"
#include "statements.h"

/* What an app says of itself: HTTP Basic, or in the body; a public app says its id alone (RFC 6749 2.3). */
struct client_claim {
	struct text authorization; /* the header, or NO_TEXT */
	struct text id, secret;    /* of the body, or NO_TEXT */
};

/* ERROR_INVALID_CLIENT: there is no such app, or that is not its secret; ERROR_INVALID_REQUEST: it says two things. */
enum error client_authenticate(struct db_context *context, const struct client_claim *claim, struct app_row *ret);

#endif
