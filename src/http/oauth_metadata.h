/* What a client of OAuth2 asks first: where what is, and what can be done there. */
#ifndef STINT_HTTP_OAUTH_METADATA_H
#define STINT_HTTP_OAUTH_METADATA_H

#include "http/request.h"

struct service;

/* Of the server that gives tokens (RFC 8414), and of the API that takes them (RFC 9728). */
void oauth_server_metadata(struct service *service, struct request *request);
void oauth_resource_metadata(struct service *service, struct request *request);

/* Where the second is found, for who comes without a token. NO_TEXT when out of memory. */
struct text oauth_resource_metadata_url(struct request *request);

#endif
