/* The memory of zlib's streams: an arena's, so that they live and die with it. */
#ifndef STINT_BASE_ZLIB_MEMORY_H
#define STINT_BASE_ZLIB_MEMORY_H

#include "base/arena.h"

/* zlib's alloc_func and free_func, of a stream whose `opaque` is the arena. */
void *zlib_memory_allocate(void *arena, unsigned count, unsigned size);
void  zlib_memory_release(void *arena, void *memory);

#endif
