/* The memory of jansson's documents. A body is read, bound and forgotten on one thread within one call: nearly all fit
 * on a page that the thread keeps, at the cost of moving a pointer. */
#ifndef STINT_BASE_JSON_MEMORY_H
#define STINT_BASE_JSON_MEMORY_H

/* Before a document is read; all earlier ones of this thread must be gone. */
void json_memory_begin(void);

#endif
