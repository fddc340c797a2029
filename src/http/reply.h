/* Replies: the only code that writes them. The envelope is contract 2.3 (success) and 2.4 (errors). */
#ifndef STINT_HTTP_REPLY_H
#define STINT_HTTP_REPLY_H

#include "http/request.h"

#define MEDIA_TYPE_JSON "application/json"

/* The operation's success, from request->output. ERROR_NO_MEMORY when it does not fit; there is no reply then. */
enum error reply_success(struct request *request);

/* The envelope of a success, up to its data and behind it. */
void reply_write_head(struct buffer *buffer, const struct request *request, const struct operation *operation);
void reply_write_tail(struct buffer *buffer, const struct request *request);

/* Adds the addresses of the other pages (RFC 8288). */
void reply_links(struct request *request);

/* The error's envelope; the message is the first fault's text, or call.message, or the error's own. Always makes a
 * reply, a fixed one where the arena is full. */
void reply_error(struct request *request, enum error error);

/* The whole of a reply with its header, for a client whose request cannot become one. Returns its length. */
#define REFUSAL_BYTES 768
size_t reply_refusal(enum error error, const char *id, char ret[static REFUSAL_BYTES]);

/* A stored reply again, word for word. */
void reply_again(struct request *request, int status, struct text body);

/* reply_header with a number. */
void reply_number_header(struct request *request, const char *name, int64_t value);

/* A header that the reply has been given, or NULL. */
const char *reply_find_header(const struct reply *reply, const char *name);

/* A finished body of any type, for what is not part of the API. */
void reply_body(struct request *request, int status, const char *content_type, struct text body);

/* The last touch before the reply leaves: request id, entity tag and 304 for reads, compression. */
void reply_finish(struct request *request);

/* Adds the entity tag of `data`: the client may then keep the reply, and is answered 304 when it has it already. */
void reply_tag(struct request *request, struct text data);

/* Whether one of `tags` is the entity tag with which request->reader would send `output`. */
bool reply_matches(struct request *request, const void *output, struct text tags);

#endif
