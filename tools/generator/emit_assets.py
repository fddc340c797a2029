"""Writes assets.h and assets.c: the files of web/ and the OpenAPI document, as constants."""

import re

from .emit_statements import BANNER
from .names import long_literal


def constant_name(file):
    """web/console/app.js -> asset_console_app_js"""
    return "asset_" + re.sub(r"[^a-z0-9]+", "_", file.removeprefix("web/").lower())


def header(assets):
    lines = "".join(f"extern const struct text {constant_name(file)};\n" for file in assets)
    return (f"{BANNER}\n#ifndef STINT_GENERATED_ASSETS_H\n#define STINT_GENERATED_ASSETS_H\n\n"
            f'#include "base/text.h"\n\nextern const struct text openapi_document;\n{lines}\n#endif\n')


def source(assets, document):
    """`assets`: {file: bytes}"""
    parts = [BANNER, '#include "assets.h"\n', _constant("openapi_document", document.encode())]
    parts += [_constant(constant_name(file), content) for file, content in assets.items()]
    return "\n".join(parts)


def _constant(name, content):
    return f"const struct text {name} = {{\n{long_literal(content)},\n\t{len(content)}\n}};\n"
