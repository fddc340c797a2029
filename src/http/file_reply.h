/* Replies that are files: made on an executor of their own, in one snapshot, into a file without a name, which is then
 * sent with its length. So neither a slow client nor a long query holds up anything else. */
#ifndef STINT_HTTP_FILE_REPLY_H
#define STINT_HTTP_FILE_REPLY_H

#include "http/request.h"

/* Before the rule runs: takes a place among the files, opens one, and lets a streamed rule put its rows there.
 * ERROR_UNAVAILABLE with Retry-After: there are as many as there may be, or the caller has half of them (rounded
 * up). The place is free again when the reply has been sent, or was not made. */
enum error file_reply_begin(struct request *request);

/* The rule has succeeded: the reply is the file. */
enum error file_reply_end(struct request *request);

/* Why there was no room for it, for the operator; NO_TEXT where there was. */
struct text file_reply_failure(const struct request *request);

#endif
