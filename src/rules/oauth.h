/* What OAuth2 asks of texts: addresses to come back to, scopes, and the proof of PKCE. */
#ifndef STINT_RULES_OAUTH_H
#define STINT_RULES_OAUTH_H

#include "base/text.h"

#define REDIRECT_MAX 500 /* characters */

/* Whether an app may be sent back to there: https; http on this machine alone; or, for an app that is public and so has
 * a machine of its user's, a scheme of its own with a point in it (RFC 8252 7.1). No fragment, and nobody's name. */
bool oauth_redirect_is_sound(struct text uri, bool is_public);

/* Character by character (RFC 9700 4.1.3); but for the port of a loopback address, which a public app cannot choose
 * before it runs (RFC 8252 7.3). */
bool oauth_redirect_matches(struct text registered, struct text asked, bool is_public);

/* "read write" as enum scope, or-ed. False: one of them is unknown. What is absent or empty is `otherwise`. */
bool oauth_parse_scopes(struct text scopes, int64_t otherwise, int64_t *ret);

/* The other way round. */
struct text oauth_print_scopes(struct arena *arena, int64_t scopes);

/* A challenge of S256, or its verifier (RFC 7636 4.1). */
bool oauth_challenge_is_sound(struct text challenge);
bool oauth_verifier_is_sound(struct text verifier);

#endif
