"""Writes assets.h and assets.c: the files of web/ and the OpenAPI document, as constants, and with each page the policy
under which a browser shows it."""

import base64
import hashlib
import re

from .emit_statements import BANNER
from .names import literal, long_literal

# A page runs and shows what stands in it, and talks to the server that it came from; nothing else, and in no frame.
_POLICY = ("default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src 'self'; "
           "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


def constant_name(file):
    """web/console/app.js -> asset_console_app_js"""
    return "asset_" + re.sub(r"[^a-z0-9]+", "_", file.removeprefix("web/").lower())


def header(assets):
    lines = "".join(f"extern const struct text {constant_name(file)};\n" for file in assets)
    lines += "".join(f"extern const char *const {constant_name(file)}_policy;\n" for file in _pages(assets))
    return (f"{BANNER}\n#ifndef STINT_GENERATED_ASSETS_H\n#define STINT_GENERATED_ASSETS_H\n\n"
            f'#include "base/text.h"\n\nextern const struct text openapi_document;\n{lines}\n#endif\n')


def source(assets, document):
    """`assets`: {file: bytes}"""
    parts = [BANNER, '#include "assets.h"\n', _constant("openapi_document", document.encode())]
    parts += [_constant(constant_name(file), content) for file, content in assets.items()]
    parts += [f"const char *const {constant_name(file)}_policy = {literal(policy(assets[file]))};\n"
              for file in _pages(assets)]
    return "\n".join(parts)


def policy(page):
    """The content security policy that lets the inline parts of the page work, by their hashes, and no other."""
    return _POLICY.format(**{element: _hashes(page, element) for element in ("script", "style")})


def _hashes(page, element):
    parts = re.findall(rf"<{element}>(.*?)</{element}>".encode(), page, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(part).digest()).decode() for part in parts)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


def _pages(assets):
    return [file for file in assets if file.endswith(".html")]


def _constant(name, content):
    return f"const struct text {name} = {{\n{long_literal(content)},\n\t{len(content)}\n}};\n"
