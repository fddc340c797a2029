/* A page a thread for jansson; what does not fit is malloc's. Nothing on the page is used twice within one document. */
#include "base/json_memory.h"

#include <jansson.h>
#include <pthread.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
#define PAGE_BYTES 0 /* malloc's alone, which is watched */
#else
#define PAGE_BYTES 8192
#endif

static _Thread_local struct {
	size_t used;
	alignas(max_align_t) char memory[PAGE_BYTES + 1];
} page;

static void *allocate(size_t size)
{
	size_t whole = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (size > PAGE_BYTES || whole > PAGE_BYTES - page.used)
		return malloc(size);
	page.used += whole;
	return page.memory + page.used - whole;
}

static void release(void *memory)
{
	if ((uintptr_t)memory - (uintptr_t)page.memory >= sizeof(page.memory))
		free(memory);
}

static void take_over(void)
{
	json_set_alloc_funcs(allocate, release);
}

void json_memory_begin(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, take_over);
	page.used = 0;
}
