/* The arena: a chain of blocks that are filled one after the other. It must not know what is stored in it.
 *
 * Only the last block is filled, so that a mark is a place in one block and everything behind it is younger. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT     _Alignof(max_align_t)
#define FIRST_BLOCK   ((size_t)64 * 1024)  /* a usual request and its reply, without a visit to malloc */
#define LARGEST_BLOCK ((size_t)256 * 1024) /* a larger allocation gets a block of its own size */

/* Under AddressSanitizer all memory of a block that is not handed out is poisoned. The red zone is such memory after
 * each allocation, so that an overrun does not land in its neighbour. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define RED_ZONE               ALIGNMENT
#define POISON(memory, size)   ASAN_POISON_MEMORY_REGION((memory), (size))
#define UNPOISON(memory, size) ASAN_UNPOISON_MEMORY_REGION((memory), (size))
#else
#define RED_ZONE               0
#define POISON(memory, size)   ((void)0)
#define UNPOISON(memory, size) ((void)0)
#endif

struct arena_block {
	struct arena_block *next;
	size_t              capacity, offset; /* bytes of data; where the free part begins */
	_Alignas(max_align_t) char data[];
};

struct arena_end {
	struct arena_end *next;
	void (*end)(void *data);
	void *data;
};

static size_t round_up(size_t size)
{
	return (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

void arena_init(struct arena *arena, size_t limit)
{
	/* Bounded and rounded here, so that no later sum can overflow and rounding up never passes the limit. */
	if (limit > SIZE_MAX / 4)
		limit = SIZE_MAX / 4;
	*arena = (struct arena){.limit = limit & ~(ALIGNMENT - 1)};
}

static void *exhaust(struct arena *arena)
{
	arena->exhausted = true;
	return NULL;
}

/* Adds blocks until the last one has room for `size` bytes. The first one always has the same size, whatever is asked
 * for: it survives resets, and one large request must not make it large for ever. */
static struct arena_block *add_room(struct arena *arena, size_t size)
{
	struct arena_block *last = arena->current;
	while (!last || last->capacity - last->offset < size) {
		size_t capacity = last ? 2 * last->capacity : FIRST_BLOCK;
		if (capacity > LARGEST_BLOCK)
			capacity = LARGEST_BLOCK;
		if (last && capacity < size)
			capacity = size;
		struct arena_block *block = malloc(sizeof(*block) + capacity);
		if (!block)
			return exhaust(arena);
		*block = (struct arena_block){.capacity = capacity};
		POISON(block->data, capacity);
		*(last ? &last->next : &arena->first) = block;
		arena->current = last = block;
		arena->blocks++;
	}
	return last;
}

void *arena_alloc_unset(struct arena *arena, size_t size)
{
	if (size > arena->limit - arena->used) {
		arena->limited = true;
		return exhaust(arena);
	}
	size_t              rounded = round_up(size);
	struct arena_block *block = arena->current;
	if (!block || block->capacity - block->offset < rounded + RED_ZONE) {
		block = add_room(arena, rounded + RED_ZONE);
		if (!block)
			return NULL;
	}
	char *memory = block->data + block->offset;
	block->offset += rounded + RED_ZONE;
	arena->used += rounded;
	UNPOISON(memory, size);
	return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *memory = arena_alloc_unset(arena, size);
	return memory ? memset(memory, 0, size) : NULL;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
	size_t total;
	if (__builtin_mul_overflow(count, size, &total))
		return exhaust(arena);
	return arena_alloc(arena, total);
}

static bool is_last(const struct arena_block *block, const char *memory, size_t size)
{
	return block && memory + round_up(size) + RED_ZONE == block->data + block->offset;
}

/* A block that holds one allocation alone is made as large as that: the system moves large ones without a copy. Never
 * the first block, which survives resets. */
static struct arena_block *resize_block(struct arena *arena, struct arena_block *block, size_t capacity)
{
	struct arena_block *previous = arena->first;

	if (block == previous)
		return NULL;
	while (previous->next != block)
		previous = previous->next;
	UNPOISON(block->data, block->capacity);
	struct arena_block *resized = realloc(block, sizeof(*block) + capacity);
	if (resized) {
		resized->capacity = capacity;
		previous->next = arena->current = block = resized;
	}
	POISON(block->data + block->offset, block->capacity - block->offset);
	return resized;
}

/* Lengthens the last allocation in its block. NULL: there is no room for that, or it is not the last. */
static char *grow_in_place(struct arena *arena, char *memory, size_t old_size, size_t new_size)
{
	struct arena_block *block = arena->current;
	size_t              more = round_up(new_size) - round_up(old_size);

	if (!is_last(block, memory, old_size) || new_size > arena->limit || more > arena->limit - arena->used)
		return NULL;
	if (more > block->capacity - block->offset) {
		block = memory == block->data ? resize_block(arena, block, block->offset + more) : NULL;
		if (!block)
			return NULL;
		memory = block->data;
	}
	block->offset += more;
	arena->used += more;
	UNPOISON(memory, new_size);
	return memory;
}

void *arena_grow_unset(struct arena *arena, void *memory, size_t old_size, size_t new_size)
{
	if (!memory)
		return arena_alloc_unset(arena, new_size);
	if (new_size <= old_size)
		return memory;
	void *grown = grow_in_place(arena, memory, old_size, new_size);
	if (grown)
		return grown;
	grown = arena_alloc_unset(arena, new_size);
	if (!grown)
		return NULL;
	memcpy(grown, memory, old_size);
	POISON(memory, old_size); /* whoever kept the old address finds out */
	return grown;
}

void *arena_grow(struct arena *arena, void *memory, size_t old_size, size_t new_size)
{
	if (!memory)
		return arena_alloc(arena, new_size);
	char *grown = arena_grow_unset(arena, memory, old_size, new_size);
	if (grown && new_size > old_size)
		memset(grown + old_size, 0, new_size - old_size);
	return grown;
}

bool arena_on_end(struct arena *arena, void (*end)(void *data), void *data)
{
	struct arena_end *added = arena_new(arena, struct arena_end);

	if (!added)
		return false;
	*added = (struct arena_end){arena->ends, end, data};
	arena->ends = added;
	return true;
}

/* While the memory that they stand in is still there. */
static void run_ends(struct arena *arena, const struct arena_end *until)
{
	while (arena->ends != until) {
		struct arena_end *last = arena->ends;
		arena->ends = last->next;
		last->end(last->data);
	}
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){
		.blocks = arena->blocks,
		.offset = arena->current ? arena->current->offset : 0,
		.used = arena->used,
		.ends = arena->ends,
		.exhausted = arena->exhausted,
		.limited = arena->limited,
	};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	struct arena_block *block = arena->first;
	run_ends(arena, mark.ends);
	arena->used = mark.used;
	arena->exhausted = mark.exhausted;
	arena->limited = mark.limited;
	if (!block)
		return;
	/* A mark of an arena without blocks means the beginning of its first. */
	arena->blocks = mark.blocks ? mark.blocks : 1;
	for (size_t i = 1; i < arena->blocks; i++)
		block = block->next;
	for (struct arena_block *next = block->next; next;) {
		struct arena_block *gone = next;
		next = gone->next;
		free(gone);
	}
	block->next = NULL;
	block->offset = mark.offset;
	POISON(block->data + block->offset, block->capacity - block->offset);
	arena->current = block;
}

void arena_reset(struct arena *arena)
{
	arena_rewind(arena, (struct arena_mark){0});
}

void arena_destroy(struct arena *arena)
{
	arena_reset(arena);
	free(arena->first);
	arena->first = arena->current = NULL;
	arena->blocks = 0;
}
