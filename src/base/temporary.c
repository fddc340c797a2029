/* Temporary files: opened without a name, or where a folder cannot do that, with one that is gone at once. */
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int open_unnamed(const char *folder, struct arena *arena)
{
	int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return descriptor;
	struct text name = text_format(arena, "%s/stint-XXXXXX", folder);
	if (!name.data) {
		errno = ENOMEM;
		return -1;
	}
	descriptor = mkostemp((char *)name.data, O_CLOEXEC);
	if (descriptor >= 0)
		unlink(name.data);
	return descriptor;
}

static void close_descriptor(void *data)
{
	close((int)(intptr_t)data);
}

enum error temporary_open(const char *folder, int64_t limit, struct arena *arena, struct temporary *ret)
{
	int descriptor = open_unnamed(folder, arena);

	*ret = (struct temporary){.descriptor = descriptor, .limit = limit};
	if (descriptor < 0) {
		ret->reason = errno;
		return ret->reason == ENOMEM ? ERROR_NO_MEMORY : ERROR_NO_STORAGE;
	}
	if (arena_on_end(arena, close_descriptor, (void *)(intptr_t)descriptor))
		return ERROR_NONE;
	close(descriptor);
	return ERROR_NO_MEMORY;
}

enum error temporary_write(struct temporary *file, struct text data)
{
	if ((int64_t)data.length > file->limit - file->bytes)
		return ERROR_FILE_TOO_LARGE;
	TRY(temporary_rewrite(file, file->bytes, data));
	file->bytes += (int64_t)data.length;
	return ERROR_NONE;
}

enum error temporary_rewrite(struct temporary *file, int64_t at, struct text data)
{
	while (data.length) {
		ssize_t written = pwrite(file->descriptor, data.data, data.length, at);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			file->reason = written ? errno : ENOSPC;
			return ERROR_NO_STORAGE;
		}
		at += written;
		data = (struct text){data.data + written, data.length - (size_t)written};
	}
	return ERROR_NONE;
}
