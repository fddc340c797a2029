/* Files that are part of the program. Does not know what is in them. */
#include "http/asset.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/random.h"
#include "http/compress.h"
#include "http/reply.h"

/* A page shows and runs what this server sends it in files of their own, and talks to it; nothing else, and in no
 * frame. */
#define PAGE_POLICY                                                                                                  \
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " \
	"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
#define PAGE_PERMISSIONS \
	"camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()"

static int asset_compare(const void *key, const void *element)
{
	const struct text  *path = key;
	const struct asset *asset = element;
	size_t              same = 0;

	while (same < path->length && asset->path[same] == path->data[same])
		same++;
	if (asset->path[same] == '{' && path->length > same)
		return 0;
	return (same < path->length ? (unsigned char)path->data[same] : 0) - (unsigned char)asset->path[same];
}

const struct asset *asset_find(struct text path)
{
	return bsearch(&path, assets, asset_count, sizeof(assets[0]), asset_compare);
}

/* What a page names is relative to its path without slashes at the end. NULL: it has none. */
static const char *asset_without_slash(struct request *request)
{
	const char   *begin = request->target.data, *query = memchr(begin, '?', request->target.length);
	const char   *path_end = query ? query : begin + request->target.length, *end = path_end;
	struct buffer address;

	while (end > begin && end[-1] == '/')
		end--;
	if (end == path_end)
		return NULL;
	const char *segment = end;
	while (segment > begin && segment[-1] != '/')
		segment--;
	buffer_init(&address, &request->arena, 256, 4 * request->target.length + 1);
	for (const char *slash = end; slash < path_end; slash++)
		buffer_append_literal(&address, "../");
	buffer_append(&address, segment, (size_t)(end - segment));
	buffer_append(&address, path_end, request->target.length - (size_t)(path_end - begin));
	buffer_append_char(&address, '\0');
	return address.overflown ? NULL : address.data;
}

static void asset_page_headers(struct request *request)
{
	reply_header(request, "Content-Security-Policy", PAGE_POLICY);
	reply_header(request, "Permissions-Policy", PAGE_PERMISSIONS);
	reply_header(request, "Referrer-Policy", "no-referrer"); /* the address of a page may hold a secret */
	reply_header(request, "Cross-Origin-Opener-Policy", "same-origin");
}

void asset_answer(struct request *request, const struct asset *asset)
{
	bool        packed = compress_choose(request, asset->packed);
	const char *other_address = asset->kind == ASSET_PAGE ? asset_without_slash(request) : NULL;

	if (asset->kind == ASSET_PAGE)
		asset_page_headers(request);
	if (asset->kind != ASSET_DOCUMENT)
		reply_header(request, "Cross-Origin-Resource-Policy", "same-origin");
	if (asset->lasting)
		reply_header(request, "Cache-Control", "public, max-age=31536000, immutable");
	if (other_address) {
		reply_header(request, "Location", other_address);
		reply_body(request, 308, NULL, NO_TEXT);
		return;
	}
	reply_header(request, "ETag", packed ? asset->packed_tag : asset->tag);
	reply_body(request, 200, asset->media_type, packed ? asset->packed : asset->content);
}

/* As it stands within a JSON string. */
static struct text asset_escape(struct arena *arena, struct text address)
{
	struct buffer quoted;

	buffer_init(&quoted, arena, address.length + 64, 6 * address.length + 64);
	json_write_string(&quoted, address);
	return quoted.overflown ? NO_TEXT : (struct text){quoted.data + 1, quoted.length - 2};
}

enum error asset_at_address(struct arena *arena, const struct asset *document, struct text address, struct asset *ret)
{
	struct asset  asset = *document;
	struct buffer buffer;
	char          hash[STABLE_HASH_SIZE];

	while (address.length && address.data[address.length - 1] == '/')
		address.length--;
	struct text inserted = asset_escape(arena, address);
	size_t      bytes = document->content.length + document->address_count * inserted.length, begin = 0;

	buffer_init(&buffer, arena, bytes, bytes);
	for (size_t i = 0; i < document->address_count; begin = document->address_at[i++]) {
		buffer_append(&buffer, document->content.data + begin, document->address_at[i] - begin);
		buffer_append_text(&buffer, inserted);
	}
	buffer_append(&buffer, document->content.data + begin, document->content.length - begin);
	if (!inserted.data || buffer.overflown)
		return ERROR_NO_MEMORY;
	asset.content = buffer_text(&buffer);
	asset.packed = compress_insert(arena, document->packed, document->packed_address_at, document->address_count,
	                               inserted, asset.content);
	hash_stable(asset.content.data, asset.content.length, hash);
	asset.tag = text_format(arena, "\"%s\"", hash).data;
	asset.packed_tag = text_format(arena, "\"%s-gzip\"", hash).data;
	if (arena->exhausted)
		return ERROR_NO_MEMORY;
	*ret = asset;
	return ERROR_NONE;
}
