/* Cookies: what a browser brings, when that counts, and what it is given. Other clients have tokens. */
#ifndef STINT_HTTP_COOKIES_H
#define STINT_HTTP_COOKIES_H

#include "http/request.h"

/* The request's session, from its cookie: request->call.session and request->token_hash. It counts for pages of this
 * server alone: what another site has a browser send is nobody's. ERROR_UNAUTHENTICATED: there is none that counts.
 * ERROR_CSRF_TOKEN_NEEDED: it changes something, and no script of ours has said so. */
enum error cookies_find_session(struct request *request);

/* The browser brings one; whose it is, and whether it lasts, nobody has asked. */
bool cookies_seem_signed_in(const struct request *request);

/* Of an operation that sets cookies: what it is told of the browser. ERROR_CROSS_SITE: the page of another site wants
 * them set, which would sign somebody in under a name of its choice. ERROR_TLS_NEEDED: the browser would not keep them.
 */
enum error cookies_admit(struct request *request);

/* The cookies that the rule has set, and what a browser forgets when its session ends. Not before the rule has run. */
enum error cookies_reply(struct request *request);

#endif
