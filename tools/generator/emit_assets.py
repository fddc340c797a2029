"""Writes assets.h and assets.c: the served files of web/ and the OpenAPI documents as constants, each also packed and
with its entity tags, and with each page the policy under which a browser shows it."""

import base64
import gzip
import hashlib
import re

from .emit_statements import BANNER
from .names import literal, long_literal

# A page runs and shows what stands in it, and talks to the server that it came from; nothing else, and in no frame.
_POLICY = ("default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src 'self'; "
           "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
           "require-trusted-types-for 'script'; trusted-types 'none'")
_MEDIA_TYPES = {"html": "text/html; charset=utf-8", "svg": "image/svg+xml", "json": "application/json",
                "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_SERVER = b'"servers": [\n  {\n   "url": "'  # as json.dumps writes it

_STRUCT = """\
/* A file that is served as it is, or packed. The entity tags are strong: each of the two forms has its own. */
struct asset {
	const char *media_type;
	const char *policy; /* of a page: its Content-Security-Policy; else NULL */
	struct text content, packed;
	const char *tag, *packed_tag;
	size_t      address_at; /* where in the content the address before "/api/v2" belongs; 0: nowhere */
};
"""


def constant_name(file):
    """web/console/app.js -> asset_console_app_js"""
    return "asset_" + re.sub(r"[^a-z0-9]+", "_", file.removeprefix("web/").lower())


def header(assets):
    lines = "".join(f"extern const struct asset {constant_name(file)};\n" for file in assets)
    return (f"{BANNER}\n#ifndef STINT_GENERATED_ASSETS_H\n#define STINT_GENERATED_ASSETS_H\n\n"
            f'#include "base/text.h"\n\n{_STRUCT}\n{lines}\n#endif\n')


def source(assets):
    """`assets`: {file: bytes}"""
    return "\n".join([BANNER, '#include "assets.h"\n', *(_asset(file, content) for file, content in assets.items())])


def policy(page):
    """The content security policy that lets the inline parts of the page work, by their hashes, and no other."""
    return _POLICY.format(**{element: _hashes(page, element) for element in ("script", "style")})


def _hashes(page, element):
    parts = re.findall(rf"<{element}>(.*?)</{element}>".encode(), page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(part).digest()).decode() for part in parts)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


def _asset(file, content):
    ending = file.rsplit(".", 1)[-1]
    packed = gzip.compress(content, 9, mtime=0)
    shown_packed = f"{{{literal(packed)}, {len(packed)}}}" if len(packed) < len(content) else "{NULL, 0}"
    digest = hashlib.sha256(content).hexdigest()[:32]
    at = content.find(_SERVER) + len(_SERVER) if _SERVER in content else 0
    shown = literal(policy(content)) if ending == "html" else "NULL"
    return (f"const struct asset {constant_name(file)} = {{\n"
            f"\t.media_type = {literal(_MEDIA_TYPES.get(ending, 'application/octet-stream'))}, .policy = {shown},\n"
            f"\t.tag = {literal(_quoted(digest))}, .packed_tag = {literal(_quoted(digest + '-gzip'))},\n"
            f"\t.address_at = {at}, .content = {{\n{long_literal(content)},\n\t{len(content)}}},\n"
            f"\t.packed = {shown_packed},\n}};\n")


def _quoted(text):
    return f'"{text}"'
