/* zlib's memory, from an arena. */
#include "base/zlib_memory.h"

void *zlib_memory_allocate(void *arena, unsigned count, unsigned size)
{
	return arena_alloc_array(arena, count, size);
}

void zlib_memory_release(void *arena, void *memory)
{
	(void)arena;
	(void)memory;
}
