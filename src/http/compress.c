/* gzip of replies, by zlib. */
#include "http/compress.h"

#include <zlib.h>

#define WORTHWHILE_BYTES 2048
#define GZIP_WINDOW      (15 + 16) /* zlib's way to ask for the gzip format */
#define FAST             1

/* zlib's state lives and dies with the request. */
static void *allocate(void *arena, unsigned count, unsigned size)
{
	return arena_alloc_array(arena, count, size);
}

static void release(void *arena, void *memory)
{
	(void)arena;
	(void)memory;
}

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

void compress_reply(struct request *request)
{
	struct text *body = &request->reply.body;
	z_stream     stream = {.zalloc = allocate, .zfree = release, .opaque = &request->arena};

	if (body->length < WORTHWHILE_BYTES)
		return;
	reply_header(request, "Vary", "Accept-Encoding");
	if (!takes_gzip(request->accept_encoding))
		return;
	if (deflateInit2(&stream, FAST, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	size_t         bound = deflateBound(&stream, body->length);
	unsigned char *packed = arena_alloc(&request->arena, bound);

	stream.next_in = (unsigned char *)body->data;
	stream.avail_in = (unsigned)body->length;
	stream.next_out = packed;
	stream.avail_out = (unsigned)bound;
	if (packed && deflate(&stream, Z_FINISH) == Z_STREAM_END) {
		*body = (struct text){(const char *)packed, bound - stream.avail_out};
		reply_header(request, "Content-Encoding", "gzip");
	}
	deflateEnd(&stream);
}
