/* One HTTP request and its reply, free of the HTTP library: what exchange.c fills and sends, and what everything else
 * in http/ works on. Its memory is in its arena; what came in is in that of the HTTP library. Both last until the reply
 * has been sent. */
#ifndef STINT_HTTP_REQUEST_H
#define STINT_HTTP_REQUEST_H

#include "base/buffer.h"
#include "base/random.h"
#include "contract/operation.h"
#include "db/executor.h"
#include "http/client.h"
#include "http/rate_limit.h"
#include "http/stream.h"

#define PATH_SEGMENTS_MAX 12
#define REPLY_HEADERS_MAX 16

/* Names and values of a reply's headers together: always sent up to this size. More may not fit beside a large request
 * in the connection's memory, and is then a bug that the client sees as a 500. */
#define REPLY_HEADER_BYTES 4096

enum system_place {
	SYSTEM_NOWHERE,     /* not a system address */
	SYSTEM_HERE,        /* on the I/O thread */
	SYSTEM_TRANSACTION, /* in one, when the database works (db_check) */
	SYSTEM_SLOW         /* on a slow thread: the answer may have to wait */
};

struct parameter {
	struct text name, value; /* decoded; an absent value ("?name") is empty */
};

struct reply_header {
	const char *name;
	const char *value; /* in the arena or static */
};

struct reply {
	int                     status; /* 0: not made yet */
	struct text             body;   /* in the arena or static */
	const struct temporary *file;   /* instead of a body, or NULL */
	struct stream          *stream; /* instead of a body, or NULL */
	const char             *content_type;
	struct reply_header     headers[REPLY_HEADERS_MAX];
	unsigned                header_count;
	bool                    coded; /* its content coding is chosen */
	bool                    close; /* the connection must not be used again */
};

struct asset;       /* assets.h */
struct principal;   /* auth/principal.h */
struct service;     /* http/service.h */
struct known_token; /* http/connections.h */

struct request {
	struct arena arena;

	/* what came in; header values are NO_TEXT when absent */
	struct text       method_name;
	struct text       path;   /* decoded but for %2F; without query, empty segments, slash at the end */
	struct text       target; /* as sent: path and query */
	struct parameter *query;
	size_t            query_count;
	struct text       authorization, content_type, content_encoding, if_match, if_none_match, idempotency_key, prefer;
	struct text       cookie, csrf_token, sec_fetch_site, user_agent;
	struct text last_event_id, accept, accept_encoding, host, origin, access_control_request_method, forwarded_for;
	struct client_address peer;     /* of the socket */
	bool                  has_body; /* one is announced, or has come */
	size_t                body_limit;
	struct buffer         body;
	enum error            refused; /* before it was complete: its body was not kept */

	/* what http/ makes of it */
	enum method           method;  /* HEAD is GET with head_only */
	unsigned              allowed; /* bit (1 << method) of those that the address answers to */
	bool                  head_only;
	enum error            unreadable;         /* why the body could not be bound */
	const char           *unreadable_message; /* and where; told to who may call, and it may be read before that */
	struct client_address client;             /* who sends it, through whatever proxies */
	bool                  counted;            /* by the rate limit or among guesses */
	struct rate_state     rate;               /* limit 0: none applies */
	struct kept_room {
		uint64_t subject;
		int64_t  bytes;
	} kept_room;                      /* taken of a caller's for its answer, by whichever try (kept_answers.h) */
	bool                    admitted; /* token, membership, role and input are checked */
	enum system_place       place;
	const struct operation *operation;
	enum reply_format       format;
	bool                    to_file;     /* its reply is made in a file */
	const struct operation *reader;      /* the GET of the same address, or NULL */
	const char             *logged_path; /* as in the document: what was sent in its place may be a secret; or NULL */
	void (*answer)(struct service *service, struct request *request); /* without an operation */
	const struct asset *asset;                                        /* what it answers with, or NULL */
	struct text         path_values[PATH_SEGMENTS_MAX];
	struct text         token_hash; /* of what the caller is known by; NO_TEXT for what is public */
	struct principal   *principal;
	bool                guessed_wrong; /* who calls: the next try looks */
	struct call         call;
	void               *input, *output;
	struct row_file    *file; /* of the reply, once it was begun */
	struct checkpoint {       /* where a retry starts again: before the transaction */
		struct arena_mark mark;
		struct call       call;
		void             *input;
		unsigned          header_count;
	} checkpoint;
	char         id[REQUEST_ID_SIZE];
	int64_t      started, deadline; /* clock_monotonic; what has not begun by the deadline is not begun any more */
	struct reply reply;
	struct work  work; /* when another thread runs it */

	void *thread;    /* the I/O thread's state, as given to server_start */
	void *transport; /* only for exchange.c */

	struct known_token *known_token; /* the connection's, or NULL */
};

static inline struct request *request_of_work(struct work *work)
{
	return (struct request *)((char *)work - offsetof(struct request, work));
}

/* Adds a header to the reply. A NULL value (memory was too short for it) is left out. So is one past REPLY_HEADERS_MAX:
 * that is a bug, and the log says so. */
void reply_header(struct request *request, const char *name, const char *value);

#endif
