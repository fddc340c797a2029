/* How often a caller may come: the user with a token, and who guesses without one. */
#include "http/guesses.h"

#include "http/service.h"

static void number_header(struct request *request, const char *name, int64_t value)
{
	reply_header(request, name, text_of_integer(&request->arena, value).data);
}

/* A request is counted once, however often it is tried. */
static const struct rate_state *count_once(struct request *request, struct rate_limit *limit, int64_t subject)
{
	if (!request->counted) {
		request->rate = rate_limit_count(limit, subject, request->call.db.now);
		request->counted = true;
	}
	return &request->rate;
}

enum error rate_check(struct request *request, int64_t user_id)
{
	struct rate_limit       *limit = service_of(request)->rate_limit;
	const struct rate_state *state;

	if (!limit)
		return ERROR_NONE;
	state = count_once(request, limit, user_id);
	number_header(request, "X-RateLimit-Limit", state->limit);
	number_header(request, "X-RateLimit-Remaining", state->remaining);
	if (!state->exceeded)
		return ERROR_NONE;
	number_header(request, "X-RateLimit-Reset", state->reset_at);
	number_header(request, "Retry-After", state->reset_at - request->call.db.now);
	return ERROR_RATE_LIMITED;
}

/* A slash at the end does not make another address. */
static struct text address_of(const struct request *request)
{
	struct text path = request->path;

	while (path.length && path.data[path.length - 1] == '/')
		path.length--;
	return path;
}

/* Nobody is known by a user id here. What is counted is the address itself, which holds the secret that is asked for:
 * its password can't be guessed at any speed. */
enum error guesses_check(struct request *request)
{
	struct text              address = address_of(request);
	int64_t                  subject = (int64_t)(hash_table(address.data, address.length) >> 1) | 1;
	const struct rate_state *state = count_once(request, service_of(request)->guess_limit, subject);

	if (!state->exceeded)
		return ERROR_NONE;
	number_header(request, "Retry-After", state->reset_at - request->call.db.now);
	return ERROR_RATE_LIMITED;
}
