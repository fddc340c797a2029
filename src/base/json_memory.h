/* The memory of jansson's documents. A body is read, bound and forgotten within one call: nearly all fit on a page that
 * the thread keeps, at the cost of moving a pointer. */
#ifndef STINT_BASE_JSON_MEMORY_H
#define STINT_BASE_JSON_MEMORY_H

/* Called once, before the first document is read. From then on a document must be gone before its thread ends, and be
 * released on the thread that read it. */
void json_memory_init(void);

#endif
