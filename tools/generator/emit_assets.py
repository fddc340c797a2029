"""Writes assets.h and assets.c: the served files of web/pages/ as a table by their paths, and the OpenAPI documents as
constants, each also packed and with its entity tags."""

import hashlib
import re
import zlib

from .emit_statements import BANNER
from .names import literal, long_literal

_MEDIA_TYPES = {"html": "text/html; charset=utf-8", "svg": "image/svg+xml", "json": "application/json",
                "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_GZIP_WINDOW = 15 + 16  # zlib's way to ask for the gzip format
# What the server's own address belongs before, as json.dumps writes it.
_ADDRESSES = re.compile(rb'"servers": \[\n  \{\n   "url": "|"(?:authorization|token|refresh)Url": "(?=/)')

_STRUCT = """\
enum asset_kind {
	ASSET_DOCUMENT, /* any page may read it */
	ASSET_PAGE,
	ASSET_PART, /* of pages */
};

/* A file that is served as it is, or packed. The entity tags are strong: each of the two forms has its own. */
struct asset {
	const char     *path; /* with a parameter at its end: all below it; NULL for documents */
	enum asset_kind kind;
	bool            lasting; /* under this path it never changes */
	const char     *media_type;
	struct text     content, packed;
	const char     *tag, *packed_tag;
	/* Where in the content, and in what is packed, the server's address belongs before a path: "/api/v2". */
	size_t        address_count;
	const size_t *address_at, *packed_address_at;
};
"""


def header(documents):
    lines = "".join(f"extern const struct asset {_constant(name)};\n" for name in documents)
    return (f"{BANNER}\n#ifndef STINT_GENERATED_ASSETS_H\n#define STINT_GENERATED_ASSETS_H\n\n"
            f'#include "base/text.h"\n\n{_STRUCT}\n/* By their paths. */\nextern const struct asset assets[];\n'
            f"extern const size_t asset_count;\n\n{lines}\n#endif\n")


def source(served, documents):
    """`served`: as pages.served_files gives it; `documents`: {name: text}"""
    table = "\n".join(f"{_asset(each.path, each.ending, each.content, each.lasting)}," for each in served)
    constants = (f"const struct asset {_constant(name)} = {_asset(None, 'json', text.encode(), False)};\n"
                 for name, text in documents.items())
    return "\n".join([BANNER, '#include "assets.h"\n', f"const struct asset assets[] = {{\n{table}\n}};\n",
                      f"const size_t asset_count = {len(served)};\n", *constants])


def _constant(document):
    """openapi-3.0.json -> asset_openapi_3_0_json"""
    return "asset_" + re.sub(r"[^a-z0-9]+", "_", document)


def _pack(content, places):
    """gzip, and where in it something can be put in at each of `places`: what follows refers to nothing before that,
    and begins with a byte of its own."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP_WINDOW)
    packed, packed_places = b"", []
    for begin, end in zip([0, *places], places):
        packed += packer.compress(content[begin:end]) + packer.flush(zlib.Z_FULL_FLUSH)
        packed_places.append(len(packed))
    return packed + packer.compress(content[max(places, default=0):]) + packer.flush(), packed_places


def _sizes(numbers):
    return f"(const size_t[]){{{', '.join(map(str, numbers))}}}" if numbers else "NULL"


def _asset(path, ending, content, lasting):
    kind = "ASSET_DOCUMENT" if path is None else "ASSET_PAGE" if ending == "html" else "ASSET_PART"
    places = [found.end() for found in _ADDRESSES.finditer(content)] if kind == "ASSET_DOCUMENT" else []
    packed, packed_places = _pack(content, places)
    shown_packed = f"{{{literal(packed)}, {len(packed)}}}" if len(packed) < len(content) else "{NULL, 0}"
    digest = hashlib.sha256(content).hexdigest()[:32]
    return (f"{{\n\t.path = {literal(path) if path else 'NULL'}, .kind = {kind},"
            f" .lasting = {'true' if lasting else 'false'},\n\t.media_type = {literal(_MEDIA_TYPES[ending])},\n"
            f"\t.tag = {literal(_quoted(digest))}, .packed_tag = {literal(_quoted(digest + '-gzip'))},\n"
            f"\t.address_count = {len(places)}, .address_at = {_sizes(places)},"
            f" .packed_address_at = {_sizes(packed_places)},\n"
            f"\t.content = {{\n{long_literal(content)},\n\t{len(content)}}},\n"
            f"\t.packed = {shown_packed},\n}}")


def _quoted(text):
    return f'"{text}"'
