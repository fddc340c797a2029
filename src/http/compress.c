/* gzip of replies, by zlib. */
#include "http/compress.h"

#include <zlib.h>

#include "base/buffer.h"
#include "base/zlib_memory.h"

#define WORTHWHILE_BYTES 2048
#define GZIP_WINDOW      (15 + 16) /* zlib's way to ask for the gzip format */
#define FAST             1
#define STORED_HEADER    5
#define STORED_MAX       UINT16_MAX
#define GZIP_TRAILER     8

/* A weight of zero refuses: "q=0", "q=0.0", … */
static bool is_refused(struct text parameters)
{
	const char *q = parameters.data ? memmem(parameters.data, parameters.length, "q=", 2) : NULL;
	const char *end = parameters.data + parameters.length;

	if (!q)
		return false;
	for (q += 2; q < end; q++)
		if (*q != '0' && *q != '.' && *q != ' ')
			return false;
	return true;
}

/* One of the codings in the list, with its weight (RFC 9110 12.5.3). */
static bool takes_gzip(struct text list)
{
	while (list.length > 0) {
		const char *comma = memchr(list.data, ',', list.length);
		struct text item = {list.data, comma ? (size_t)(comma - list.data) : list.length};
		const char *semicolon = memchr(item.data, ';', item.length);
		struct text coding = {item.data, semicolon ? (size_t)(semicolon - item.data) : item.length};
		struct text parameters = {semicolon, semicolon ? item.length - coding.length : 0};

		if (text_equal_ignoring_case(text_trim(coding), TEXT("gzip")))
			return !is_refused(parameters);
		list.data += item.length + (comma != NULL);
		list.length -= item.length + (comma != NULL);
	}
	return false;
}

static struct text gzip(struct arena *arena, struct text content)
{
	z_stream    stream = {.zalloc = zlib_memory_allocate, .zfree = zlib_memory_release, .opaque = arena};
	struct text result = NO_TEXT;

	if (deflateInit2(&stream, FAST, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return NO_TEXT;
	size_t         bound = deflateBound(&stream, content.length);
	unsigned char *packed = arena_alloc(arena, bound);

	stream.next_in = (unsigned char *)content.data;
	stream.avail_in = (unsigned)content.length;
	stream.next_out = packed;
	stream.avail_out = (unsigned)bound;
	if (packed && deflate(&stream, Z_FINISH) == Z_STREAM_END)
		result = (struct text){(const char *)packed, bound - stream.avail_out};
	deflateEnd(&stream);
	return result;
}

static void append_little_endian(struct buffer *buffer, uint64_t number, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		buffer_append_char(buffer, (char)(number >> 8 * i));
}

/* As blocks that are not compressed (RFC 1951 3.2.4), and with the trailer of the new content (RFC 1952 2.3.1). */
struct text compress_insert(struct arena *arena, struct text packed, const size_t *places, size_t count,
                            struct text inserted, struct text content)
{
	struct buffer buffer;
	size_t        bytes = packed.length + count * (STORED_HEADER + inserted.length), begin = 0;

	buffer_init(&buffer, arena, bytes, inserted.length <= STORED_MAX ? bytes : 0);
	for (size_t i = 0; i < count; begin = places[i++]) {
		buffer_append(&buffer, packed.data + begin, places[i] - begin);
		append_little_endian(&buffer, 0, 1); /* not the last block */
		append_little_endian(&buffer, inserted.length, 2);
		append_little_endian(&buffer, ~inserted.length, 2);
		buffer_append_text(&buffer, inserted);
	}
	buffer_append(&buffer, packed.data + begin, packed.length - begin - GZIP_TRAILER);
	append_little_endian(&buffer, crc32_z(0, (const unsigned char *)content.data, content.length), 4);
	append_little_endian(&buffer, content.length, 4);
	return buffer.overflown ? NO_TEXT : buffer_text(&buffer);
}

bool compress_choose(struct request *request, struct text packed)
{
	request->reply.coded = true;
	reply_header(request, "Vary", "Accept-Encoding");
	if (!packed.data || !takes_gzip(request->accept_encoding))
		return false;
	reply_header(request, "Content-Encoding", "gzip");
	return true;
}

void compress_reply(struct request *request)
{
	struct text *body = &request->reply.body;
	struct text  packed = NO_TEXT;

	if (body->length < WORTHWHILE_BYTES)
		return;
	if (takes_gzip(request->accept_encoding))
		packed = gzip(&request->arena, *body);
	if (compress_choose(request, packed))
		*body = packed;
}
