/* Arena: memory of one request (or one job), given back all at once.
 *
 * Allocation never fails half-way: a full arena returns NULL and stays usable, and `arena->exhausted` says so: the
 * limit was reached (`arena->limited`), or the machine has no more. Under AddressSanitizer unused memory is poisoned,
 * so that a stray read fails at once. */
#ifndef STINT_BASE_ARENA_H
#define STINT_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;
struct arena_end;

struct arena {
	struct arena_block *first, *current; /* chain; the first block survives resets */
	struct arena_end   *ends;            /* what is to be done with its memory's end, the last one first */
	size_t              blocks;          /* in the chain, up to `current` */
	size_t              used, limit;     /* bytes handed out in all blocks; most that may be */
	bool                exhausted, limited;
};

/* A place to come back to. */
struct arena_mark {
	size_t            blocks; /* in the chain then */
	size_t            offset, used;
	struct arena_end *ends;
	bool              exhausted, limited;
};

/* `limit` bounds the sum of all allocations, in bytes. Allocates nothing yet. */
void arena_init(struct arena *arena, size_t limit);

/* Aligned for any type, zeroed. NULL when the limit is reached or the machine has no more memory. A size of 0 gives a
 * valid pointer. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));

/* The same, not zeroed: for text that is written before it is read. */
void *arena_alloc_unset(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));

/* count * size without overflow. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size) __attribute__((malloc, alloc_size(2, 3)));

/* The last allocation grows in place if it can, a large one together with the block that it has to itself; any other is
 * copied. `memory` may be NULL. The new part is zeroed, or not. */
void *arena_grow(struct arena *arena, void *memory, size_t old_size, size_t new_size);
void *arena_grow_unset(struct arena *arena, void *memory, size_t old_size, size_t new_size);

/* `end(data)` is called when what is allocated now would go: for what is no memory, such as a descriptor. False when
 * the arena is full; it is then not called. */
bool arena_on_end(struct arena *arena, void (*end)(void *data), void *data);

/* Everything allocated after the mark is gone: this is how a transaction is retried. */
struct arena_mark arena_mark(const struct arena *arena);
void              arena_rewind(struct arena *arena, struct arena_mark mark);

/* All memory is gone; the first block is kept for the next request. */
void arena_reset(struct arena *arena);

/* Gives everything back to the system. */
void arena_destroy(struct arena *arena);

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

#endif
