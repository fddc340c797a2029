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

/* "gzip" as a coding of its own, not refused by q=0 (RFC 9110 12.5.3). */
static bool takes_gzip(struct text accepted)
{
	const char *gzip = accepted.data ? strstr(accepted.data, "gzip") : NULL;

	if (!gzip)
		return false;
	gzip += strlen("gzip");
	return strncmp(gzip, ";q=0", 4) != 0 || (gzip[4] == '.' && strspn(gzip + 5, "0") != strcspn(gzip + 5, ", "));
}

void compress_reply(struct request *request)
{
	struct text *body = &request->reply.body;
	z_stream     stream = {.zalloc = allocate, .zfree = release, .opaque = &request->arena};

	if (body->length < WORTHWHILE_BYTES || !takes_gzip(request->accept_encoding))
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
		reply_header(request, "Vary", "Accept-Encoding");
	}
	deflateEnd(&stream);
}
