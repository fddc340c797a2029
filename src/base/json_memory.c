/* A page for each thread's JSON documents; what does not fit goes to malloc. Once nothing on the page lives any more,
 * however many documents were on it, it is used from its beginning again. */
#include "base/json_memory.h"

#include <jansson.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
#define PAGE_BYTES 0 /* all goes to malloc, which is watched */
#else
#define PAGE_BYTES 8192
#endif

static _Thread_local struct {
	size_t used, living; /* bytes; allocations that are not released */
	alignas(max_align_t) char memory[PAGE_BYTES + 1];
} page;

static void *json_memory_allocate(size_t size)
{
	size_t whole = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

	if (size > PAGE_BYTES || whole > PAGE_BYTES - page.used)
		return malloc(size);
	page.used += whole;
	page.living++;
	return page.memory + page.used - whole;
}

static void json_memory_release(void *memory)
{
	if ((uintptr_t)memory - (uintptr_t)page.memory >= sizeof(page.memory))
		free(memory);
	else if (--page.living == 0)
		page.used = 0;
}

void json_memory_init(void)
{
	json_set_alloc_funcs(json_memory_allocate, json_memory_release);
}
