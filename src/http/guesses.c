/* How often a caller may come: a user with a token, and whoever guesses without one. */
#include "http/guesses.h"

#include "auth/principal.h"
#include "base/clock.h"
#include "http/reply.h"
#include "http/service.h"

#define SESSION_TIMES 10
#define APP_TIMES     10 /* it asks for many people */

#define APPS (INT64_C(1) << 62) /* no user's id is so high */

static enum error rate_count(struct request *request, int64_t subject, int64_t times)
{
	struct rate_limit *limit = service_of(request)->rate_limit;

	if (!limit)
		return ERROR_NONE;
	if (!request->rate.limit) /* else by a try before, whose verdict stands */
		request->rate = rate_limit_count(limit, subject, times, clock_monotonic() / 1000000);
	request->counted = true;
	if (!request->rate.exceeded)
		return ERROR_NONE;
	request->call.retry_after = request->rate.reset_in;
	return ERROR_RATE_LIMITED;
}

enum error rate_check(struct request *request, const struct principal *principal)
{
	bool is_session = request->call.session.data != NULL;

	return rate_count(request, is_session ? -principal->user_id : principal->user_id, is_session ? SESSION_TIMES : 1);
}

enum error rate_check_app(struct request *request, int64_t app_id)
{
	return rate_count(request, APPS + app_id, APP_TIMES);
}

void rate_show(struct request *request)
{
	const struct rate_state *rate = &request->rate;

	if (!rate->limit)
		return;
	reply_number_header(request, "X-RateLimit-Limit", rate->limit);
	reply_number_header(request, "X-RateLimit-Remaining", rate->remaining);
	reply_number_header(request, "X-RateLimit-Reset", clock_real() + rate->reset_in);
}

enum error guesses_check(struct request *request)
{
	uint64_t address = client_key(&request->client);

	if (request->counted)
		return ERROR_NONE;
	request->call.retry_after =
		budget_take(service_of(request)->address_guesses, &address, sizeof(address), 1, clock_monotonic());
	request->counted = !request->call.retry_after;
	return request->counted ? ERROR_NONE : ERROR_RATE_LIMITED;
}

/* An app that has shown its own secret brings what others have handed to it: a code that somebody made up is no guess
 * of the app's, and would keep out all whom it serves from one address. */
static bool is_known_app(const struct request *request)
{
	return request->call.app && request->call.app->secret_hash.data;
}

/* Of one that could not be carried out nobody has learnt anything. */
static bool is_wrong_guess(const struct request *request, enum error error)
{
	return error ? error_info(error)->status < 500 : request->call.refused;
}

void guesses_settle(struct request *request, enum error error)
{
	uint64_t address = client_key(&request->client);
	int64_t  account = request->call.guessed_account;
	unsigned guesses = request->operation ? request->operation->guesses : 0;

	if (!guesses || (guesses & GUESSES_EACH) || (is_wrong_guess(request, error) && !is_known_app(request)))
		return;
	budget_return(service_of(request)->address_guesses, &address, sizeof(address), 1);
	if (account)
		budget_return(service_of(request)->account_guesses, &account, sizeof(account), 1);
}
