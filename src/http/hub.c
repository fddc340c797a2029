/* The hub of live events. A round asks, in one read transaction, for all who listen; what it finds is handed to their
 * streams, which read it on their I/O threads. It must not decide who sees what: principal and sql/policy.sql do. */
#include "http/hub.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/principal.h"
#include "base/clock.h"
#include "base/log.h"
#include "contract.h"
#include "contract/encode.h"
#include "http/format.h"
#include "http/reply.h"
#include "http/service.h"
#include "operations/events.h"
#include "statements.h"

#define PAGE_EVENTS        32
#define PAGE_BYTES_MAX     (32u * 1024 * 1024)
#define ROUND_BYTES        (16u * 1024 * 1024) /* found in a round; who is left waits for the next */
#define ROUND_BYTES_MAX    (64u * 1024 * 1024)
#define POLL_MICROSECONDS  1000000
#define PAUSE_MICROSECONDS 20000   /* between two rounds; or as long as the last one took */
#define CHECK_MICROSECONDS 5000000 /* between two looks whether those who hear nothing still may */
#define RETRY_MILLISECONDS 2000    /* after which a client comes back */
#define RETRY_SECONDS      10      /* after a refusal */
#define TOKEN_HASH_BYTES   64      /* of hash_secret */

/* Who listens, and up to which position they have been told. */
struct viewer {
	int64_t                 workspace_id, user_id, token_id, position;
	const struct operation *operation;
	char                    token_hash[TOKEN_HASH_BYTES];
};

/* What is to be read by all who wait for the same. */
struct news {
	struct arena arena; /* holds the news themselves */
	struct text  text;
	unsigned     readers;
};

struct listener {
	struct stream    stream;
	struct listener *next, *previous; /* among those of the hub; next among the unused */
	struct hub      *hub;
	struct viewer    viewer;
	struct news     *news;   /* NULL: all is read */
	size_t           read;   /* of its text */
	bool             speaks; /* is to say that it is there */
	bool             over;
	int64_t          began, spoke; /* clock_monotonic */
	uint64_t         bytes;
	char             id[REQUEST_ID_SIZE]; /* of its request */
};

/* All listeners with the same viewer, in a round. */
struct turn {
	struct viewer viewer;
	bool          waits; /* one of them has read all */

	/* what is found */
	bool         over;
	int64_t      reached; /* or NONE: nothing was asked */
	struct text  text;
	struct news *news; /* made of it, for the first who gets it */
};

struct round {
	struct work  work;
	struct arena arena;
	struct turn *turns; /* sorted by viewer */
	size_t       count;
	bool         checks; /* asks for those, too, for whom there is nothing new */
	bool         more;   /* is left for the next */
	bool         done;
	int64_t      page; /* events that one viewer is read at once: fewer while what they say is too much */
	enum error   error;
	struct hub  *hub;

	struct arena_mark mark; /* where each try begins */
};

struct hub {
	struct arena       arena; /* holds the hub itself, and its listeners */
	struct hub_options options;
	pthread_t          thread;
	pthread_mutex_t    mutex; /* of all that follows, but for the round */
	pthread_cond_t     changed;
	struct listener   *listeners, *unused;
	unsigned           count;
	bool               woken, closed;
	int64_t            next_check, next_signs;
	int64_t            tick; /* microseconds from one look at what is new, or who has long heard nothing, to the next */
	struct round       round;
};

/* --- what a stream reads; under the mutex ------------------------------------------------------------------------ */

static void news_leave(struct news *news)
{
	struct arena arena = news->arena;

	if (--news->readers == 0)
		arena_destroy(&arena);
}

static struct news *news_new(struct text text)
{
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	struct news *news = arena_new(&arena, struct news);
	struct text  copy = news ? text_copy(&arena, text) : NO_TEXT;
	if (!copy.data) {
		arena_destroy(&arena);
		return NULL;
	}
	*news = (struct news){.arena = arena, .text = copy};
	return news;
}

/* Its id is where the client begins again, and moves on while there is nothing that this client may see. */
static ssize_t listener_say(struct listener *listener, char *data, size_t size)
{
	int length =
		snprintf(data, size, "retry: %d\nid: %lld\n\n", RETRY_MILLISECONDS, (long long)listener->viewer.position);

	listener->speaks = false;
	return length > 0 && (size_t)length < size ? length : 0;
}

static ssize_t listener_read_news(struct listener *listener, char *data, size_t size)
{
	struct news *news = listener->news;
	size_t       left = news->text.length - listener->read, length = left < size ? left : size;

	memcpy(data, news->text.data + listener->read, length);
	listener->read += length;
	if (length == left) {
		news_leave(news);
		listener->news = NULL;
		listener->hub->woken = true; /* for the next */
		pthread_cond_broadcast(&listener->hub->changed);
	}
	return (ssize_t)length;
}

static ssize_t listener_read(struct stream *stream, char *data, size_t size)
{
	struct listener *listener = (struct listener *)stream;
	struct hub      *hub = listener->hub;
	ssize_t          length = 0;

	pthread_mutex_lock(&hub->mutex);
	if (listener->over)
		length = STREAM_END;
	else if (listener->news)
		length = listener_read_news(listener, data, size);
	else if (listener->speaks)
		length = listener_say(listener, data, size);
	if (length > 0) {
		listener->spoke = clock_monotonic();
		listener->bytes += (uint64_t)length;
	}
	pthread_mutex_unlock(&hub->mutex);
	return length;
}

/* --- coming and going -------------------------------------------------------------------------------------------- */

static void listener_leave(struct listener *listener)
{
	struct hub *hub = listener->hub;

	pthread_mutex_lock(&hub->mutex);
	if (listener->next)
		listener->next->previous = listener->previous;
	*(listener->previous ? &listener->previous->next : &hub->listeners) = listener->next;
	if (listener->news)
		news_leave(listener->news);
	listener->next = hub->unused;
	hub->unused = listener;
	hub->count--;
	pthread_mutex_unlock(&hub->mutex);
}

static void listener_end(struct stream *stream)
{
	struct listener *listener = (struct listener *)stream;

	log_event(LOG_INFO, "stream_ended", "id=%s user=%lld workspace=%lld seconds=%lld bytes=%llu", listener->id,
	          (long long)listener->viewer.user_id, (long long)listener->viewer.workspace_id,
	          (long long)((clock_monotonic() - listener->began) / 1000000), (unsigned long long)listener->bytes);
	listener_leave(listener);
}

/* The request is gone. Its stream is not, if it has begun. */
static void listener_abandon(void *data)
{
	struct listener *listener = data;

	if (!listener->stream.begun)
		listener_leave(listener);
}

static enum error hub_find_room(const struct hub *hub, int64_t user_id)
{
	unsigned own = 0;

	if (hub->closed || hub->count >= hub->options.most)
		return ERROR_UNAVAILABLE;
	for (const struct listener *listener = hub->listeners; listener; listener = listener->next)
		own += listener->viewer.user_id == user_id;
	return own < hub->options.most_of_user ? ERROR_NONE : ERROR_RATE_LIMITED;
}

static struct viewer viewer_of_request(const struct request *request)
{
	struct viewer viewer = {
		.workspace_id = request->call.db.workspace_id,
		.user_id = request->call.db.caller_id,
		.token_id = request->principal->token_id,
		.position = request->call.live_after,
		.operation = request->operation,
	};

	memcpy(viewer.token_hash, request->token_hash.data, TOKEN_HASH_BYTES);
	return viewer;
}

static enum error hub_enter(struct hub *hub, const struct request *request, struct listener **ret)
{
	int64_t now = clock_monotonic();

	TRY(hub_find_room(hub, request->call.db.caller_id));
	struct listener *listener = hub->unused;
	if (listener)
		hub->unused = listener->next;
	else
		listener = arena_new(&hub->arena, struct listener);
	if (!listener)
		return ERROR_NO_MEMORY;
	*listener = (struct listener){
		.stream = {.read = listener_read, .end = listener_end},
		.next = hub->listeners,
		.hub = hub,
		.viewer = viewer_of_request(request),
		.speaks = true, /* at once: the client sees that it is there, and from where it goes on */
		.began = now,
		.spoke = now,
	};
	memcpy(listener->id, request->id, REQUEST_ID_SIZE);
	if (hub->listeners)
		hub->listeners->previous = listener;
	hub->listeners = listener;
	hub->count++;
	hub->woken = true;
	pthread_cond_broadcast(&hub->changed);
	*ret = listener;
	return ERROR_NONE;
}

/* Of several values of a parameter the last one counts. */
enum error hub_resume(struct request *request)
{
	size_t            count = request->query_count;
	struct parameter *query;

	if (!request->last_event_id.length)
		return ERROR_NONE;
	query = arena_alloc_array(&request->arena, count + 1, sizeof(*query));
	if (!query)
		return ERROR_NO_MEMORY;
	if (count)
		memcpy(query, request->query, count * sizeof(*query));
	query[count] = (struct parameter){TEXT("after"), request->last_event_id};
	request->query = query;
	request->query_count = count + 1;
	return ERROR_NONE;
}

enum error hub_open(struct hub *hub, struct request *request)
{
	struct listener *listener;

	pthread_mutex_lock(&hub->mutex);
	enum error error = hub_enter(hub, request, &listener);
	pthread_mutex_unlock(&hub->mutex);
	if (error == ERROR_RATE_LIMITED)
		request->call.message = "You have as many streams open as one user may have.";
	if (error) {
		request->call.retry_after = RETRY_SECONDS;
		return error;
	}
	if (!arena_on_end(&request->arena, listener_abandon, listener)) {
		listener_leave(listener);
		return ERROR_NO_MEMORY;
	}
	reply_body(request, request->operation->status, format_info(request->format)->media_type, NO_TEXT);
	reply_header(request, "X-Accel-Buffering", "no"); /* nginx would wait for more */
	request->reply.stream = &listener->stream;
	request->reply.coded = true;
	return ERROR_NONE;
}

unsigned hub_stream_count(struct hub *hub)
{
	pthread_mutex_lock(&hub->mutex);
	unsigned count = hub->count;
	pthread_mutex_unlock(&hub->mutex);
	return count;
}

/* --- a round: asking --------------------------------------------------------------------------------------------- */

/* By workspace first, which they are asked by. A token is of one user. */
static int compare_turns(const void *a, const void *b)
{
	const struct viewer *one = a, *other = b;

	if (one->workspace_id != other->workspace_id)
		return one->workspace_id < other->workspace_id ? -1 : 1;
	if (one->token_id != other->token_id)
		return one->token_id < other->token_id ? -1 : 1;
	return (one->position > other->position) - (one->position < other->position);
}

/* As any request of theirs would be. */
static enum error hub_admit(struct db_context *context, const struct viewer *viewer, bool checks)
{
	struct principal principal = {.only_workspace_id = NONE}; /* which one a token reaches was asked when it came */
	struct text      hash = {viewer->token_hash, TOKEN_HASH_BYTES};

	if (checks)
		TRY(principal_from_token(context, NULL, false, hash, &principal));
	context->caller_id = viewer->user_id;
	TRY(principal_enter_workspace(context, &principal));
	return viewer->operation->roles & (1u << context->caller_role) ? ERROR_NONE : ERROR_FORBIDDEN;
}

static enum error hub_write(struct db_context *context, struct turn *turn, int64_t page)
{
	struct events_found events;
	struct buffer       buffer;

	TRY(events_after(context, turn->viewer.position, page, &events));
	buffer_init(&buffer, context->arena, 1024, PAGE_BYTES_MAX);
	for (size_t i = 0; i < events.count; i++) {
		buffer_append_literal(&buffer, "id: ");
		buffer_append_integer(&buffer, events.items[i].position);
		buffer_append_literal(&buffer, "\ndata: ");
		encode_object(&buffer, turn->viewer.operation->data, (const char *)&events.items[i]);
		buffer_append_literal(&buffer, "\n\n");
	}
	if (buffer.overflown)
		return ERROR_NO_MEMORY;
	turn->text = buffer_text(&buffer);
	turn->reached = events.position;
	return ERROR_NONE;
}

static enum error hub_ask(struct db_context *context, struct turn *turn, bool checks, int64_t page)
{
	TRY(hub_admit(context, &turn->viewer, checks));
	return page ? hub_write(context, turn, page) : ERROR_NONE;
}

/* Who may not listen any more is in nobody's way, nor is one event for which there is no memory. Where there is none
 * for several, all of the round comes again with fewer. */
static enum error hub_serve_turn(struct round *round, struct db_context *context, struct turn *turn, int64_t newest)
{
	bool has_news = turn->waits && turn->viewer.position < newest;

	bool is_full = has_news && round->arena.used - round->mark.used > ROUND_BYTES;

	round->more = round->more || is_full;
	if (is_full || !(has_news || round->checks))
		return ERROR_NONE;
	enum error error = hub_ask(context, turn, round->checks, has_news ? round->page : 0);
	turn->over = error && (error_info(error)->status < 500 || (error == ERROR_NO_MEMORY && round->page == 1));
	if (has_news && !error && !turn->text.length && turn->reached < newest)
		round->more = true; /* nobody reads, and so asks for it */
	return turn->over && db_is_usable(context->connection) ? ERROR_NONE : error;
}

static enum error hub_run(struct work *work, struct db_connection *connection)
{
	struct round         *round = (struct round *)work;
	struct db_context     context = {.connection = connection, .arena = &round->arena, .now = clock_now()};
	struct event_ends_row ends = {0};

	arena_rewind(&round->arena, round->mark);
	round->more = false;
	for (size_t i = 0; i < round->count; i++) {
		struct turn *turn = &round->turns[i];

		turn->over = false;
		turn->reached = NONE;
		turn->text = NO_TEXT;
		if (turn->viewer.workspace_id != context.workspace_id) {
			context.workspace_id = turn->viewer.workspace_id;
			TRY(sql_find_event_ends(&context, &ends));
		}
		TRY(hub_serve_turn(round, &context, turn, ends.newest));
	}
	return ERROR_NONE;
}

static void hub_done(struct work *work, enum error error)
{
	struct round *round = (struct round *)work;
	struct hub   *hub = round->hub;

	pthread_mutex_lock(&hub->mutex);
	round->error = error;
	round->done = true;
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->mutex);
}

/* --- a round: before and after; under the mutex ------------------------------------------------------------------ */

static void hub_merge_turns(struct round *round)
{
	size_t count = 0;

	qsort(round->turns, round->count, sizeof(struct turn), compare_turns);
	for (size_t i = 0; i < round->count; i++)
		if (count && compare_turns(&round->turns[count - 1], &round->turns[i]) == 0)
			round->turns[count - 1].waits |= round->turns[i].waits;
		else
			round->turns[count++] = round->turns[i];
	round->count = count;
}

static bool hub_prepare_round(struct hub *hub)
{
	struct round *round = &hub->round;
	int64_t       now = clock_monotonic();

	arena_reset(&round->arena);
	round->count = 0;
	round->turns = arena_alloc_array(&round->arena, hub->count, sizeof(struct turn));
	if (!hub->count || !round->turns)
		return false;
	for (const struct listener *listener = hub->listeners; listener; listener = listener->next)
		if (!listener->over)
			round->turns[round->count++] = (struct turn){.viewer = listener->viewer, .waits = !listener->news};
	hub_merge_turns(round);
	round->mark = arena_mark(&round->arena);
	round->done = false;
	round->checks = now >= hub->next_check;
	if (round->checks)
		hub->next_check = now + CHECK_MICROSECONDS;
	return true;
}

static void hub_tell(struct listener *listener, struct turn *turn)
{
	if (turn->over) {
		listener->over = true;
		stream_wake(&listener->stream);
	}
	if (turn->over || turn->reached == NONE || listener->news)
		return;
	if (turn->text.length && !turn->news)
		turn->news = news_new(turn->text);
	if (turn->text.length && !turn->news)
		return; /* no memory: the next round tries again */
	listener->viewer.position = turn->reached;
	if (!turn->news)
		return;
	turn->news->readers++;
	listener->news = turn->news;
	listener->read = 0;
	stream_wake(&listener->stream);
}

/* Of a round that has failed nobody is told, but who has made it fail. */
static void hub_end_round(struct round *round)
{
	bool is_too_much = round->error == ERROR_NO_MEMORY;

	if (!round->error) {
		round->page += round->page < PAGE_EVENTS;
		return;
	}
	for (size_t i = 0; i < round->count; i++)
		round->turns[i].reached = NONE;
	if (!is_too_much || round->page == 1)
		log_event(LOG_WARNING, "streams_not_served", "error=%s", error_info(round->error)->code);
	round->more = is_too_much;
	if (is_too_much)
		round->page = (round->page + 1) / 2;
}

static void hub_tell_all(struct hub *hub)
{
	struct round *round = &hub->round;

	hub_end_round(round);
	for (struct listener *listener = hub->listeners; listener; listener = listener->next) {
		struct turn *turn = bsearch(&listener->viewer, round->turns, round->count, sizeof(struct turn), compare_turns);
		if (turn)
			hub_tell(listener, turn);
	}
	hub->woken = hub->woken || round->more;
}

static void hub_keep_alive(struct hub *hub, int64_t now)
{
	for (struct listener *listener = hub->listeners; listener; listener = listener->next)
		if (listener->spoke + hub->options.silence <= now && !listener->news && !listener->speaks) {
			listener->speaks = true;
			stream_wake(&listener->stream);
		}
	hub->next_signs = now + hub->tick;
}

/* At most until then (clock_monotonic). Whatever is waited for, and however long a round takes, those who hear nothing
 * are told in time that their stream is there. */
static void hub_wait(struct hub *hub, int64_t until)
{
	int64_t now = clock_monotonic();

	if (now >= hub->next_signs)
		hub_keep_alive(hub, now);
	if (until > hub->next_signs)
		until = hub->next_signs;
	clock_wait_until(&hub->changed, &hub->mutex, until);
}

static void hub_take_round(struct hub *hub)
{
	struct round *round = &hub->round;

	if (!hub_prepare_round(hub))
		return;
	round->work = (struct work){.run = hub_run, .done = hub_done, .owner = -1};
	pthread_mutex_unlock(&hub->mutex);
	bool submitted = executor_submit(hub->options.readers, &round->work);
	pthread_mutex_lock(&hub->mutex);
	if (!submitted)
		return;
	while (!round->done)
		hub_wait(hub, INT64_MAX);
	hub_tell_all(hub);
}

/* --- the thread -------------------------------------------------------------------------------------------------- */

static void hub_rest(struct hub *hub, int64_t took)
{
	int64_t now = clock_monotonic(), latest = now + hub->tick;
	int64_t soonest = now + (took > PAUSE_MICROSECONDS ? took : PAUSE_MICROSECONDS);

	for (; !hub->closed; now = clock_monotonic()) {
		int64_t until = hub->woken || latest < soonest ? soonest : latest;
		if (now >= until)
			return;
		hub_wait(hub, until);
	}
}

static void *hub_loop(void *closure)
{
	struct hub *hub = closure;

	pthread_mutex_lock(&hub->mutex);
	while (!hub->closed) {
		int64_t began = clock_monotonic();

		hub->woken = false;
		hub_take_round(hub);
		hub_rest(hub, clock_monotonic() - began);
	}
	pthread_mutex_unlock(&hub->mutex);
	return NULL;
}

static void hub_init(struct hub *hub)
{
	hub->tick = hub->options.silence / 4 < POLL_MICROSECONDS ? hub->options.silence / 4 : POLL_MICROSECONDS;
	hub->round.page = PAGE_EVENTS;
	arena_init(&hub->round.arena, ROUND_BYTES_MAX);
	hub->round.hub = hub;
	clock_init_condition(&hub->changed);
	pthread_mutex_init(&hub->mutex, NULL);
}

enum error hub_start(const struct hub_options *options, struct hub **ret)
{
	struct arena arena;

	arena_init(&arena, SIZE_MAX);
	struct hub *hub = arena_new(&arena, struct hub);
	if (!hub)
		return ERROR_NO_MEMORY;
	*hub = (struct hub){.arena = arena, .options = *options};
	hub_init(hub);
	if (pthread_create(&hub->thread, NULL, hub_loop, hub) != 0) {
		hub->closed = true;
		hub_free(hub);
		return ERROR_NO_MEMORY;
	}
	*ret = hub;
	return ERROR_NONE;
}

void hub_wake(struct hub *hub)
{
	if (!hub)
		return;
	pthread_mutex_lock(&hub->mutex);
	if (hub->listeners && !hub->woken) {
		hub->woken = true;
		pthread_cond_broadcast(&hub->changed);
	}
	pthread_mutex_unlock(&hub->mutex);
}

void hub_close(struct hub *hub)
{
	if (!hub)
		return;
	pthread_mutex_lock(&hub->mutex);
	hub->closed = true;
	for (struct listener *listener = hub->listeners; listener; listener = listener->next) {
		listener->over = true;
		stream_wake(&listener->stream);
	}
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->mutex);
	pthread_join(hub->thread, NULL);
}

void hub_free(struct hub *hub)
{
	if (!hub)
		return;
	arena_destroy(&hub->round.arena);
	pthread_cond_destroy(&hub->changed);
	pthread_mutex_destroy(&hub->mutex);
	struct arena arena = hub->arena;
	arena_destroy(&arena);
}
