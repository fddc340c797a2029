/* A file without a name, for what is too large for memory. Its room on the disk is given back with its descriptor,
 * whatever ends the process. */
#ifndef STINT_BASE_TEMPORARY_H
#define STINT_BASE_TEMPORARY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct temporary {
	int     descriptor; /* closed with the arena's memory */
	int64_t bytes;      /* written so far */
	int64_t limit;      /* of them */
	int     reason;     /* errno of ERROR_NO_STORAGE */
};

/* ERROR_NO_STORAGE: the folder does not take a file; ret->reason then says why. */
enum error temporary_open(const char *folder, int64_t limit, struct arena *arena, struct temporary *ret);

/* At its end. ERROR_FILE_TOO_LARGE past the limit; ERROR_NO_STORAGE when the disk is full. */
enum error temporary_write(struct temporary *file, struct text data);

/* Over what was written. */
enum error temporary_rewrite(struct temporary *file, int64_t at, struct text data);

#endif
