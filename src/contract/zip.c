/* Each entry is compressed as it comes; its size and checksum are written over what was left free for them. */
#include "contract/zip.h"

#include <zlib.h>

#include "base/buffer.h"
#include "base/zlib_memory.h"

#define ENTRIES_MAX    8
#define PACKED_BYTES   ((size_t)64 * 1024)
#define HEADER_BYTES   ((size_t)512) /* of all entries together, in the directory */
#define RAW_DEFLATE    (-15)         /* zlib's way to ask for it without a header */
#define LEVEL          6
#define VERSION        20 /* 2.0: compressed */
#define METHOD_DEFLATE 8
#define FIRST_DAY      0x21 /* 1980-01-01, the first that can be written */
#define SIZES_OFFSET   14   /* in a local header: checksum, packed and whole size */

enum signature { SIGNATURE_LOCAL = 0x04034b50, SIGNATURE_CENTRAL = 0x02014b50, SIGNATURE_END = 0x06054b50 };

struct zip_entry {
	const char *name;
	int64_t     offset, packed, whole;
	uLong       checksum;
};

struct zip {
	struct arena     *arena;
	struct temporary *file;
	z_stream          stream;
	char             *packed; /* PACKED_BYTES */
	struct zip_entry  entries[ENTRIES_MAX];
	unsigned          count;
};

/* Little-endian. */
static void put(struct buffer *buffer, int64_t value, unsigned bytes)
{
	for (; bytes; bytes--, value >>= 8)
		buffer_append_char(buffer, (char)(value & 0xff));
}

static void put_sizes(struct buffer *buffer, const struct zip_entry *entry)
{
	put(buffer, (int64_t)entry->checksum, 4);
	put(buffer, entry->packed, 4);
	put(buffer, entry->whole, 4);
}

/* What the local header and the directory both say. */
static void put_entry(struct buffer *buffer, const struct zip_entry *entry)
{
	put(buffer, VERSION, 2);
	put(buffer, 0, 2); /* no flags */
	put(buffer, METHOD_DEFLATE, 2);
	put(buffer, 0, 2); /* midnight */
	put(buffer, FIRST_DAY, 2);
	put_sizes(buffer, entry);
	put(buffer, (int64_t)strlen(entry->name), 2);
	put(buffer, 0, 2); /* nothing more of it */
}

static enum error write_out(struct zip *zip, const struct buffer *buffer)
{
	return buffer->overflown ? ERROR_NO_MEMORY : temporary_write(zip->file, buffer_text(buffer));
}

enum error zip_begin(struct arena *arena, struct temporary *file, struct zip **ret)
{
	struct zip *zip = arena_new(arena, struct zip);
	char       *packed = arena_alloc_unset(arena, PACKED_BYTES);

	if (!zip || !packed)
		return ERROR_NO_MEMORY;
	*zip = (struct zip){.arena = arena,
	                    .file = file,
	                    .packed = packed,
	                    .stream = {.zalloc = zlib_memory_allocate, .zfree = zlib_memory_release, .opaque = arena}};
	if (deflateInit2(&zip->stream, LEVEL, Z_DEFLATED, RAW_DEFLATE, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return ERROR_NO_MEMORY;
	*ret = zip;
	return ERROR_NONE;
}

enum error zip_entry_begin(struct zip *zip, const char *name)
{
	struct zip_entry *entry = &zip->entries[zip->count];
	struct buffer     header;

	if (zip->count == ENTRIES_MAX)
		return ERROR_INTERNAL;
	*entry = (struct zip_entry){.name = name, .offset = zip->file->bytes, .checksum = crc32(0, NULL, 0)};
	if (entry->offset > UINT32_MAX)
		return ERROR_FILE_TOO_LARGE;
	deflateReset(&zip->stream);
	buffer_init(&header, zip->arena, HEADER_BYTES, HEADER_BYTES);
	put(&header, SIGNATURE_LOCAL, 4);
	put_entry(&header, entry);
	buffer_append(&header, name, strlen(name));
	return write_out(zip, &header);
}

static enum error pack(struct zip *zip, int flush)
{
	struct zip_entry *entry = &zip->entries[zip->count];

	do {
		zip->stream.next_out = (Bytef *)zip->packed;
		zip->stream.avail_out = PACKED_BYTES;
		deflate(&zip->stream, flush);
		struct text packed = {zip->packed, PACKED_BYTES - zip->stream.avail_out};
		entry->packed += (int64_t)packed.length;
		TRY(temporary_write(zip->file, packed));
	} while (zip->stream.avail_out == 0);
	return entry->packed > UINT32_MAX || entry->whole > UINT32_MAX ? ERROR_FILE_TOO_LARGE : ERROR_NONE;
}

enum error zip_write(struct zip *zip, struct text data)
{
	struct zip_entry *entry = &zip->entries[zip->count];

	if (data.length > UINT32_MAX)
		return ERROR_FILE_TOO_LARGE;
	entry->checksum = crc32(entry->checksum, (const Bytef *)data.data, (uInt)data.length);
	entry->whole += (int64_t)data.length;
	zip->stream.next_in = (Bytef *)(uintptr_t)data.data;
	zip->stream.avail_in = (uInt)data.length;
	return pack(zip, Z_NO_FLUSH);
}

enum error zip_entry_end(struct zip *zip)
{
	struct zip_entry *entry = &zip->entries[zip->count];
	struct buffer     sizes;

	zip->stream.avail_in = 0;
	TRY(pack(zip, Z_FINISH));
	buffer_init(&sizes, zip->arena, HEADER_BYTES, HEADER_BYTES);
	put_sizes(&sizes, entry);
	if (sizes.overflown)
		return ERROR_NO_MEMORY;
	zip->count++;
	return temporary_rewrite(zip->file, entry->offset + SIZES_OFFSET, buffer_text(&sizes));
}

enum error zip_end(struct zip *zip)
{
	int64_t       start = zip->file->bytes;
	struct buffer directory;

	buffer_init(&directory, zip->arena, HEADER_BYTES, HEADER_BYTES * ENTRIES_MAX);
	for (unsigned i = 0; i < zip->count; i++) {
		const struct zip_entry *entry = &zip->entries[i];

		put(&directory, SIGNATURE_CENTRAL, 4);
		put(&directory, VERSION, 2); /* made by */
		put_entry(&directory, entry);
		put(&directory, 0, 2 + 2 + 2 + 4); /* no comment, on the first disk, no attributes */
		put(&directory, entry->offset, 4);
		buffer_append(&directory, entry->name, strlen(entry->name));
	}
	int64_t bytes = (int64_t)directory.length;
	put(&directory, SIGNATURE_END, 4);
	put(&directory, 0, 2 + 2); /* on the first disk, as all of it */
	put(&directory, zip->count, 2);
	put(&directory, zip->count, 2);
	put(&directory, bytes, 4);
	put(&directory, start, 4);
	put(&directory, 0, 2); /* no comment */
	return start > UINT32_MAX ? ERROR_FILE_TOO_LARGE : write_out(zip, &directory);
}
