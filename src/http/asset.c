/* Files that are part of the program. Does not know what is in them. */
#include "http/asset.h"

#include "base/json.h"
#include "base/random.h"
#include "http/compress.h"
#include "http/reply.h"

void asset_answer(struct request *request, const struct asset *asset)
{
	bool packed = compress_choose(request, asset->packed);

	if (asset->policy) {
		reply_header(request, "Content-Security-Policy", asset->policy);
		reply_header(request, "Referrer-Policy", "no-referrer"); /* the address of a page may hold a secret */
	}
	reply_header(request, "ETag", packed ? asset->packed_tag : asset->tag);
	reply_body(request, 200, asset->media_type, packed ? asset->packed : asset->content);
}

/* As it stands within a JSON string. */
static void asset_append_address(struct buffer *buffer, struct arena *arena, struct text address)
{
	struct buffer quoted;

	buffer_init(&quoted, arena, address.length + 64, 6 * address.length + 64);
	json_write_string(&quoted, address);
	buffer_append(buffer, quoted.data + 1, quoted.length - 2);
}

enum error asset_at_address(struct arena *arena, const struct asset *document, struct text address, struct asset *ret)
{
	struct asset  asset = *document;
	struct buffer buffer;
	char          hash[STABLE_HASH_SIZE];

	while (address.length && address.data[address.length - 1] == '/')
		address.length--;
	size_t bytes = document->content.length + 6 * address.length + 64;

	buffer_init(&buffer, arena, bytes, bytes);
	buffer_append(&buffer, document->content.data, document->address_at);
	asset_append_address(&buffer, arena, address);
	buffer_append(&buffer, document->content.data + document->address_at,
	              document->content.length - document->address_at);
	asset.content = buffer_text(&buffer);
	asset.packed = compress_well(arena, asset.content);
	hash_stable(asset.content.data, asset.content.length, hash);
	asset.tag = text_format(arena, "\"%s\"", hash).data;
	asset.packed_tag = text_format(arena, "\"%s-gzip\"", hash).data;
	if (buffer.overflown || arena->exhausted)
		return ERROR_NO_MEMORY;
	*ret = asset;
	return ERROR_NONE;
}
