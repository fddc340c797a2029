/* What every statement knows without being told: whose workspace, who asks, and what they may see.
 *
 * The parameters :workspace_id, :caller_id, :caller_role, :sees_rates and :now of a statement are always taken from
 * here. A rule cannot pass another workspace by mistake, and the visibility fragments of sql/policy.sql see the same
 * caller in every list, object and total. */
#ifndef STINT_DB_CONTEXT_H
#define STINT_DB_CONTEXT_H

#include "db/db.h"

/* Of the caller in a workspace, where it was read. */
struct caller_name {
	int64_t     workspace_id, user_id;
	struct text text; /* NO_TEXT: it is not known */
};

struct db_context {
	struct db_connection *connection;
	struct arena         *arena;
	struct ids           *ids; /* see ids.h */
	int64_t               workspace_id;
	int64_t               caller_id;   /* user id */
	int64_t               caller_role; /* enum role of the contract; jobs and the command line act as ROLE_OWNER */
	int64_t               now;         /* UTC second, the same for the whole request */
	bool                  sees_rates;  /* contract 2.8: rate_status, or the owner */
	struct caller_name    caller_name; /* of this workspace and caller, or of what they were before */
	struct event_queue   *later;       /* what is told when all is done (operations/events.h), or NULL: it is at once */
};

/* To be called before locking a row that many may want, such as a member's. ERROR_CONFLICT, at once, when another piece
 * of work in this process has the turn of `whom` (any number); this piece then runs again when the other is through. A
 * turn lasts until the end of the transaction. Outside executors there are no turns. */
enum error db_take_turn(struct db_context *context, int64_t whom);

/* The page of a list. `total` is filled by the statement. */
struct page {
	int64_t page, per_page; /* from 1 */
	int64_t total;          /* rows in all pages */
};

/* A `paged` statement and its derived count. Counts only where the page itself does not tell the total. The last two
 * arguments of `arguments` are the limit and the offset, which this function fills; the count takes those before.
 * page->per_page must be positive. */
enum error db_run_page(struct db_context *context, const struct db_statement *list, const struct db_statement *count,
                       struct db_value *arguments, struct page *page, struct db_rows *ret_rows);

/* Exactly one row, copied to ret_row (statement->row_size bytes): none is ERROR_NOT_FOUND, two are ERROR_INTERNAL. */
enum error db_run_one(struct db_context *context, const struct db_statement *statement,
                      const struct db_value *arguments, void *ret_row);

/* One row or none. */
enum error db_run_maybe(struct db_context *context, const struct db_statement *statement,
                        const struct db_value *arguments, void *ret_row, bool *ret_found);

/* The rows of a statement, one at a time, in constant memory: `row` (statement->row_size bytes) is one of them while
 * `found`, and with all that was put into the arena since it is gone when the next one comes. Until the end nothing
 * else can be run on the connection. The end passes on the error that it came to, of the caller's own, too; after one
 * the transaction can only be undone. */
struct db_each {
	struct db_connection      *connection;
	const struct db_statement *statement;
	struct arena              *arena;
	struct arena_mark          mark;
	void                      *row;
	bool                       found;
};

enum error db_each_begin(struct db_each *each, struct db_context *context, const struct db_statement *statement,
                         const struct db_value *arguments, void *row);
enum error db_each_next(struct db_each *each);
enum error db_each_end(struct db_each *each, enum error error);

/* Rows that belong to others, their parents: where they are found, and where they go. They come in the order of their
 * keys. */
struct db_children {
	const struct db_statement *of_list;   /* the last argument is the parents' keys */
	const struct db_statement *of_range;  /* the last three: their first, their last, and the most rows; may be NULL */
	struct db_value           *arguments; /* with room for those last ones */
	uint16_t                   parent_key, child_key; /* offsets of an int64_t in the rows of both */
	uint16_t                   member;                /* offset in the parent of a list laid out like struct db_rows */
	size_t                     most;                  /* these two are for db_attach: zero */
	struct db_rows             rows;
};

/* Fills the lists of `row_count` parents, which may be in any order, by one statement a kind of children. */
enum error db_attach(struct db_context *context, void *rows, size_t row_count, size_t row_size,
                     struct db_children *children, size_t count);

/* A place in the context's arena to rewind to while the transaction is open: answers under way take memory when they
 * come, so all that was run is answered first. */
enum error db_mark(struct db_context *context, struct arena_mark *ret_mark);

#endif
