/* An operation of the API: one row of the generated table, and what its rule is given. */
#ifndef STINT_CONTRACT_OPERATION_H
#define STINT_CONTRACT_OPERATION_H

#include "base/budget.h"
#include "base/buffer.h"
#include "base/error.h"
#include "contract/field.h"
#include "contract/row_file.h"
#include "db/context.h"

#define FAULTS_MAX 100

/* What is wrong with one field: a line of the "errors" map of a 422. */
struct fault {
	struct text   field, text;
	struct fault *next;
};

/* A line of the log about what the call has done. */
struct note {
	const char  *event; /* static */
	const char  *fields;
	struct note *next;
};

/* Settings of the server that rules need. */
struct settings {
	struct text public_url; /* no '/' at the end; where links in invitations point */
	bool        secure;     /* it is https: what is between a client and the server can be neither read nor changed */
	bool        sends_mail; /* an SMTP relay is configured */
	bool        demo;
	int64_t     slot_days;     /* how far back members may send slots of their own */
	int64_t     tracker_hours; /* how long a tracker runs at most */
	bool        webhook_allow_private;
};

/* What a browser is given, and brings with whatever it asks for later. */
enum cookie_name {
	COOKIE_SESSION, /* of who is signed in there */
	COOKIE_DEVICE,  /* says that somebody has signed in there before */
	COOKIE_COUNT
};

struct cookie {
	bool        is_set;
	struct text value;
	int64_t     seconds; /* that it lasts; 0: it is removed */
};

struct principal;
struct app_row;

/* Names that a request has and nothing takes. */
struct ignored {
	struct text     name;
	struct ignored *next;
};

/* One call of an operation: all that its rule may know. */
struct call {
	struct db_context       db;
	const struct settings  *settings;
	struct page             page;    /* of a paginated operation; hand it to the statement */
	const char             *message; /* the reply's message; the contract's unless the rule sets another */
	struct fault           *faults, *last_fault;
	unsigned                fault_count; /* past FAULTS_MAX no more are noted */
	bool                    strict;      /* what is not taken is a fault: Prefer: handling=strict */
	struct ignored         *ignored, *last_ignored;
	unsigned                ignored_count;
	struct note            *notes;
	struct row_file        *rows;    /* where a streamed operation puts its rows */
	struct budget          *guesses; /* of accounts; of an operation with x-guesses: [account] */
	int64_t                 guessed_account;
	int64_t                 retry_after; /* seconds, of a refusal that says so; else 0 */
	struct text             next_since;  /* what a follower of this data asks with the next time; or NO_TEXT */
	bool                    is_live;     /* the reply is a stream (sse), which brings the data: none is wanted now */
	int64_t                 live_after;  /* of what may be a stream: the position after which that goes on */
	const struct principal *principal;   /* who calls (auth/principal.h); NULL: nobody in particular */
	const struct app_row   *app;         /* the app that calls as itself, or NULL */
	struct text             user_agent, client; /* what called, and from which address: for a person */
	struct text             session;            /* the secret of the session that calls; NO_TEXT: none does */
	struct text             device; /* what this browser was given when somebody signed in there, or NO_TEXT */
	struct cookie           cookies[COOKIE_COUNT]; /* that the reply sets */
	struct text             redirect;              /* where a redirect leads */
	enum error              refused;               /* call_refuse */
};

/* Notes a name that is not taken, once, for the reply's meta.ignored; past a hundred no more are noted. A rule does so
 * unless the call is strict: then it is a fault. */
void call_ignored(struct call *call, struct text name);

/* The one behind; NULL: it is the last. Another try may have noted more. */
const struct ignored *call_next_ignored(const struct call *call, const struct ignored *ignored);

/* Adds a line to the "errors" map. Returns ERROR_INVALID, for `return call_fault(call, …)`. */
enum error call_fault(struct call *call, const char *field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A line for the log (log_event), written when what the call did is durable: a rule may run again, or be undone. */
enum error call_note(struct call *call, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What the input names is not there, and the message says what. Returns ERROR_NOT_FOUND, for `return call_missing(…)`.
 * A value that is there but does not fit is a fault (docs/decisions/0005). The message stays where it is. */
enum error call_missing(struct call *call, const char *message);

/* A secret of this account is about to be tried: to be called before it is looked at, once in a call.
 * ERROR_RATE_LIMITED when too many were wrong lately. */
enum error call_guess(struct call *call, int64_t account_id);

/* The answer is this failure, and what the rule has done stays all the same: a secret that was stolen is void from now
 * on. For `return call_refuse(…)`. */
enum error call_refuse(struct call *call, enum error error);

/* The reply gives the browser a cookie, for so many seconds; 0 takes it away. Of an operation with x-sets-cookies. */
void call_set_cookie(struct call *call, enum cookie_name name, struct text value, int64_t seconds);

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_COUNT };
extern const char *const method_names[METHOD_COUNT];

/* What is counted where a secret can be guessed (x-guesses). */
enum guesses { GUESSES_ADDRESS = 1, GUESSES_ACCOUNT = 2, GUESSES_EACH = 4 /* success is no pardon */ };

/* Whom an operation is for (`security` in api/). */
enum security {
	SECURITY_NOBODY,      /* in particular: it is public */
	SECURITY_BEARER_AUTH, /* who has a token, an app that was let in, or a session */
	SECURITY_SESSION,     /* a person who is signed in: no token makes tokens */
	SECURITY_SIGN_IN,     /* a sign-in that waits for its second factor */
	SECURITY_CLIENT       /* an OAuth2 app, as itself */
};

enum scope { SCOPE_READ = 1, SCOPE_WRITE = 2, SCOPE_ADMIN = 4 };
#define SCOPE_COUNT 3
#define ALL_SCOPES  (SCOPE_READ | SCOPE_WRITE | SCOPE_ADMIN)
extern const char *const scope_names[SCOPE_COUNT]; /* of the bit (1 << index) */

/* How the "data" member of a reply is made from the output struct. */
enum data_kind { DATA_NULL, DATA_OBJECT, DATA_LIST };

/* How a reply looks: in the API's envelope, failures too; as RFC 6749 wants both; or as the way elsewhere, with
 * failures like those. */
enum reply_kind { REPLY_ENVELOPE, REPLY_PLAIN, REPLY_REDIRECT };

#define LOCATION_QUERY_MAX 3

struct operation {
	const char  *id;      /* operationId */
	const char  *path;    /* as in the document: for logs and metrics */
	const char  *message; /* or NULL: the reply has none */
	const char  *writes;  /* the tables that change, for a person: "projects, project_tags", or "" */
	const char  *events;  /* kinds of events that it leaves, in the same form */
	struct input input;

	/* What runs first, in a transaction of its own, with the input that it may change: slow work that must not stand in
	 * the writer's way (password hashing), on the pool of slow threads, in one that reads; or what is to be written
	 * before a snapshot is taken (prepare_writes), which takes turns. NULL for nearly all. */
	enum error (*prepare)(struct call *call, void *input);
	enum error (*run)(struct call *call, const void *input, void *output);

	const struct output *data;          /* of one object or of a list's items */
	const struct output *beside;        /* of what stands beside "data" in the envelope, or NULL */
	uint16_t             beside_offset; /* in the output struct */
	uint16_t             output_size;
	uint32_t             body_limit; /* bytes; 0: the server's */
	enum data_kind       data_kind;  /* the output struct begins with the row struct or the row list */
	uint16_t             status;     /* of success */
	enum reply_kind      reply;
	uint16_t             number; /* index in the table */
	enum method          method;
	uint8_t              roles;       /* bit (1 << role code) of those who may call */
	uint8_t              security;    /* enum security */
	uint8_t              scope;       /* enum scope; 0: none is asked for */
	uint8_t              guesses;     /* enum guesses */
	bool                 takes_turns; /* locks first what it changes, then waits for others instead of starting again */
	bool                 prepare_writes;
	bool                 fresh;        /* only soon after the password was given */
	bool                 sets_cookies; /* in a browser: not for pages of other sites, and its answers are not kept */
	bool                 streamed;     /* its rule puts the rows of data into call->rows */
	bool                 in_workspace; /* has workspace_id and needs an active membership */
	bool                 paginated, top_level_pagination;
	/* index in input.fields, or -1 */
	int16_t workspace_id_field, page_field, per_page_field, client_id_field, client_secret_field;

	/* What its reply may be: a bit (1 << format) each. As a table it is the lists of the path, down from the data. */
	uint8_t                    formats;
	const struct output_field *table[LEVELS_MAX];

	/* The address of what it makes, up to its id, with which the data begins; empty: that has none. What a GET of it
	 * needs in the query are fields of the input: their indexes. */
	struct text location;
	uint8_t     location_query[LOCATION_QUERY_MAX], location_query_count;
};

/* The routes as a tree of path segments; index 0 is the root. The values of parameter segments, in the order of the
 * path, fill the first fields of the operation's input (those IN_PATH). */
struct route {
	const char *segment;                  /* literal, or NULL for a parameter */
	int16_t     child, sibling;           /* index, or -1; literals stand before the parameter */
	int16_t     operations[METHOD_COUNT]; /* index in the operation table, or -1 */
};

#endif
