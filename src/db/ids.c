/* Ids in memory, reserved from the database in blocks.
 *
 * A sequence holds up to two blocks: the one in use and the one that follows, reserved before the first runs out, so
 * that a request rarely has to wait for a reservation. */
#include "db/ids.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "db/driver.h"

/* Nodes that take the same sequence wait for each other's row lock (READ COMMITTED) and do not conflict: if they had to
 * retry, the unlucky would starve. A conflict remains only where nodes of two versions order the sequences differently
 * and deadlock. */
#define ATTEMPTS 3

/* A sequence that runs dry takes blocks twice as large: a piece of work may need more ids than two of them hold, and is
 * to find enough before its tries are used up. So does one whose block was soon used up: a reservation costs as much as
 * several short requests, and few of them are to pay for it. */
#define BLOCK_SIZE_MAX    16384
#define SOON_MICROSECONDS 1000000

struct block {
	int64_t next, end;
};

static bool block_is_empty(struct block block)
{
	return block.next == block.end;
}

struct sequence {
	struct text  name;
	struct block current, following;
	int64_t      block_size;
	int64_t      reserved; /* clock_monotonic, when the last block was */
	bool         low;      /* ids_reserve has work here */
	bool         dry;      /* it had ids, and somebody found none */
};

struct ids {
	pthread_mutex_t  lock;      /* of the blocks; held for moments */
	pthread_mutex_t  reserving; /* held over a reservation: whoever comes second finds it done */
	atomic_bool      low;       /* some sequence is low */
	size_t           count;
	struct sequence *sequences;
};

static const struct db_column UPPER_COLUMNS[] = {{DB_BIGINT, false, 0}};
static const enum db_type     PARAMETERS[] = {DB_TEXT, DB_BIGINT};

static const struct db_statement RESERVE = {
	.name = "reserve ids",
	.sqlite = "INSERT INTO id_blocks (sequence, next_id) VALUES (?1, 1 + ?2) "
			  "ON CONFLICT (sequence) DO UPDATE SET next_id = id_blocks.next_id + ?2 RETURNING next_id",
	.postgres = "INSERT INTO id_blocks (sequence, next_id) VALUES ($1, 1 + $2) "
				"ON CONFLICT (sequence) DO UPDATE SET next_id = id_blocks.next_id + $2 RETURNING next_id",
	.parameters = PARAMETERS,
	.columns = UPPER_COLUMNS,
	.row_size = sizeof(int64_t),
	.number = DB_AD_HOC,
	.parameter_count = 2,
	.column_count = 1,
	.writes = true,
};

static const struct db_statement RAISE = {
	.name = "raise ids",
	.sqlite = "INSERT INTO id_blocks (sequence, next_id) VALUES (?1, ?2) "
			  "ON CONFLICT (sequence) DO UPDATE SET next_id = excluded.next_id "
			  "WHERE id_blocks.next_id < excluded.next_id",
	.postgres = "INSERT INTO id_blocks (sequence, next_id) VALUES ($1, $2) "
				"ON CONFLICT (sequence) DO UPDATE SET next_id = excluded.next_id "
				"WHERE id_blocks.next_id < excluded.next_id",
	.parameters = PARAMETERS,
	.number = DB_AD_HOC,
	.parameter_count = 2,
	.writes = true,
};

enum error ids_open(struct db *db, const char *const *sequences, size_t count, int64_t block_size, struct ids **ret)
{
	(void)db;
	struct ids      *ids = calloc(1, sizeof(*ids));
	struct sequence *items = calloc(count + 1, sizeof(*items));
	if (!ids || !items) {
		free(ids);
		free(items);
		return ERROR_NO_MEMORY;
	}
	/* All are low at first: one reservation fills them, and no request runs out of one sequence after another. */
	for (size_t i = 0; i < count; i++)
		items[i] = (struct sequence){.name = text_of(sequences[i]), .block_size = block_size, .low = true};
	ids->low = true;
	ids->sequences = items;
	ids->count = count;
	pthread_mutex_init(&ids->lock, NULL);
	pthread_mutex_init(&ids->reserving, NULL);
	*ret = ids;
	return ERROR_NONE;
}

void ids_close(struct ids *ids)
{
	if (!ids)
		return;
	pthread_mutex_destroy(&ids->lock);
	pthread_mutex_destroy(&ids->reserving);
	free(ids->sequences);
	free(ids);
}

enum error ids_next(struct ids *ids, unsigned sequence, int64_t *ret_id)
{
	struct sequence *s = &ids->sequences[sequence];
	enum error       error = ERROR_IDS_EXHAUSTED;
	pthread_mutex_lock(&ids->lock);
	if (block_is_empty(s->current) && !block_is_empty(s->following)) {
		s->current = s->following;
		s->following = (struct block){0};
	}
	if (!block_is_empty(s->current)) {
		*ret_id = s->current.next++;
		error = ERROR_NONE;
	} else {
		s->dry = s->current.end > 0;
	}
	if (block_is_empty(s->following) && s->current.end - s->current.next <= s->block_size / 4) {
		s->low = true;
		ids->low = true;
	}
	pthread_mutex_unlock(&ids->lock);
	return error;
}

static enum error commit_or_rollback(struct db_connection *connection, enum error error)
{
	if (!error)
		return db_commit(connection);
	db_rollback(connection);
	return error;
}

static enum error ids_run(struct db_connection *connection, const struct db_statement *statement, struct text name,
                          int64_t number, struct arena *arena, struct db_rows *ret_rows)
{
	const struct db_value arguments[] = {
		{.type = DB_TEXT, .text = name},
		{.type = DB_BIGINT, .integer = number},
	};
	return db_run(connection, statement, arguments, arena, ret_rows, NULL);
}

/* What a reservation brings to each sequence. */
struct gain {
	bool         wanted;
	int64_t      size;
	struct block block;
};

static bool find_low(struct ids *ids, struct gain *gains)
{
	bool    any = false;
	int64_t soon = clock_monotonic() - SOON_MICROSECONDS;
	pthread_mutex_lock(&ids->lock);
	for (size_t i = 0; i < ids->count; i++) {
		struct sequence *s = &ids->sequences[i];
		bool             grows = s->dry || (s->low && s->reserved > soon);
		if (grows && s->block_size * 2 <= BLOCK_SIZE_MAX)
			s->block_size *= 2;
		s->dry = false;
		gains[i] = (struct gain){.wanted = s->low, .size = s->block_size};
		any |= s->low;
	}
	pthread_mutex_unlock(&ids->lock);
	return any;
}

/* In the order of the sequences, so that two nodes never wait for each other. */
static enum error reserve(const struct ids *ids, struct db_connection *connection, struct arena *arena,
                          struct gain *gains)
{
	for (size_t i = 0; i < ids->count; i++) {
		struct db_rows rows;
		if (!gains[i].wanted)
			continue;
		TRY(ids_run(connection, &RESERVE, ids->sequences[i].name, gains[i].size, arena, &rows));
		int64_t end = *(const int64_t *)rows.items;
		gains[i].block = (struct block){end - gains[i].size, end};
	}
	return ERROR_NONE;
}

/* After the commit: only now are the blocks ours alone. */
static void publish(struct ids *ids, const struct gain *gains)
{
	int64_t now = clock_monotonic();
	pthread_mutex_lock(&ids->lock);
	for (size_t i = 0; i < ids->count; i++) {
		struct sequence *s = &ids->sequences[i];
		if (!gains[i].wanted)
			continue;
		if (block_is_empty(s->current))
			s->current = gains[i].block;
		else
			s->following = gains[i].block;
		s->reserved = now;
		s->low = false;
	}
	pthread_mutex_unlock(&ids->lock);
}

static enum error reserve_low(struct ids *ids, struct db_connection *connection, struct arena *arena)
{
	struct gain *gains = arena_alloc_array(arena, ids->count, sizeof(*gains));
	if (!gains)
		return ERROR_NO_MEMORY;
	if (!find_low(ids, gains))
		return ERROR_NONE;
	enum error error = ERROR_CONFLICT;
	for (int i = 0; i < ATTEMPTS && error == ERROR_CONFLICT; i++) {
		TRY(db_begin_read_committed(connection));
		error = commit_or_rollback(connection, reserve(ids, connection, arena, gains));
	}
	if (!error)
		publish(ids, gains);
	return error;
}

enum error ids_reserve(struct ids *ids, struct db_connection *connection, struct arena *arena)
{
	if (!ids->low)
		return ERROR_NONE;
	struct arena_mark mark = arena_mark(arena);
	pthread_mutex_lock(&ids->reserving);
	ids->low = false;
	enum error error = reserve_low(ids, connection, arena);
	if (error)
		ids->low = true;
	pthread_mutex_unlock(&ids->reserving);
	arena_rewind(arena, mark);
	return error;
}

static void skip(struct block *block, int64_t highest)
{
	if (block->next <= highest)
		block->next = highest < block->end ? highest + 1 : block->end;
}

enum error ids_raise(struct ids *ids, struct db_connection *connection, struct arena *arena, unsigned sequence,
                     int64_t highest)
{
	struct sequence *s = &ids->sequences[sequence];
	enum error       error = ERROR_CONFLICT;
	for (int i = 0; i < ATTEMPTS && error == ERROR_CONFLICT; i++) {
		TRY(db_begin_read_committed(connection));
		error = commit_or_rollback(connection, ids_run(connection, &RAISE, s->name, highest + 1, arena, NULL));
	}
	if (error)
		return error;
	pthread_mutex_lock(&ids->lock);
	skip(&s->current, highest);
	skip(&s->following, highest);
	pthread_mutex_unlock(&ids->lock);
	return ERROR_NONE;
}
