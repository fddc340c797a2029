/* Ids made here, not by the database, so that both engines share one SQL text and nodes do not wait for each other.
 *
 * Each process reserves blocks of ids per table (table id_blocks), in a transaction of their own before the request's
 * (SCALE.md 15). Ids of a process grow; ids of two nodes interleave; ids in a block are lost when the process ends. */
#ifndef STINT_DB_IDS_H
#define STINT_DB_IDS_H

#include "db/db.h"

struct ids;

/* `sequences`: names, one a table that has ids of its own. `block_size`: how many ids a reservation takes. The
 * names must outlive the result. */
enum error ids_open(struct db *db, const char *const *sequences, size_t count, int64_t block_size, struct ids **ret);
void       ids_close(struct ids *ids);

/* The next id of sequence number `sequence`. Thread-safe. ERROR_IDS_EXHAUSTED: dispatch rolls back, calls ids_reserve
 * and runs the request again. */
enum error ids_next(struct ids *ids, unsigned sequence, int64_t *ret_id);

/* Reserves new blocks for the sequences that ran low or out (the first time: all); commits by itself on `connection`,
 * a DB_WRITE one which must not be in a transaction. Uses the arena and leaves it as it was. Cheap when there is
 * nothing to do. Thread-safe. */
enum error ids_reserve(struct ids *ids, struct db_connection *connection, struct arena *arena);

/* Lifts a sequence above ids that were given by hand (demo data): all that come from now on, here and in blocks not
 * yet reserved elsewhere, are greater than `highest`. Commits by itself, like ids_reserve. */
enum error ids_raise(struct ids *ids, struct db_connection *connection, struct arena *arena, unsigned sequence,
                     int64_t highest);

#endif
