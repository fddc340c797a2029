/* How often a caller may come. A request is counted once, however often it is tried; past the limit it is
 * ERROR_RATE_LIMITED, and the reply says when to come again. */
#ifndef STINT_HTTP_GUESSES_H
#define STINT_HTTP_GUESSES_H

#include "http/request.h"

/* Guesses at secrets from one client address: so many failures at once, and as many again after so many seconds. */
#define GUESSES_OF_ADDRESS         100
#define GUESSES_OF_ADDRESS_SECONDS 300

/* Guesses at the secrets of one account: afterwards one every 36 seconds. */
#define GUESSES_OF_ACCOUNT         20
#define GUESSES_OF_ACCOUNT_SECONDS 720

/* A request of the user: the limit of requests a minute, which is ten times as much for a session: a page asks for a
 * lot at once. */
struct principal;
enum error rate_check(struct request *request, const struct principal *principal);

/* Of an app that calls as itself, for itself or for the people who let it. */
enum error rate_check_app(struct request *request, int64_t app_id);

/* The headers that tell the client where it stands. At the end of a request. */
void rate_show(struct request *request);

/* A request to an operation where a secret can be guessed (x-guesses), by the client's address. Its rule counts the
 * account (call_guess). */
enum error guesses_check(struct request *request);

/* At the end of a request: where the secret was right, or could not be looked at (5xx), it does not count. */
void guesses_settle(struct request *request, enum error error);

#endif
