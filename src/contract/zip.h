/* A ZIP archive (APPNOTE.TXT 6.3.3), written entry after entry into a temporary file; what a reader needs to know of an
 * entry stands in front of it, for there are programs that do not look at the end. Nothing in it has 4 GiB. */
#ifndef STINT_CONTRACT_ZIP_H
#define STINT_CONTRACT_ZIP_H

#include "base/arena.h"
#include "base/temporary.h"

struct zip;

/* All its memory is the arena's. */
enum error zip_begin(struct arena *arena, struct temporary *file, struct zip **ret);

/* The name is static. The one before is ended. */
enum error zip_entry_begin(struct zip *zip, const char *name);

/* ERROR_FILE_TOO_LARGE past what an entry or the file may have. */
enum error zip_write(struct zip *zip, struct text data);
enum error zip_entry_end(struct zip *zip);

/* What was ended is in the archive. */
enum error zip_end(struct zip *zip);

#endif
