"""The files that are served: those of web/, each page with the styles and scripts that it names inside it, so that it
arrives whole and its policy allows nothing else."""

import posixpath
import re

from .page import make_page
from .problems import Place, Refusal

REFERENCE = "web/docs.html"
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_SCRIPT = re.compile(r'<script src="([^"]+)"></script>')
_PARTS = (".css", ".js")


def served_files(files, document):
    """`files`: {name: text} of web/. Returns {name: bytes}."""
    return {name: _whole(name, make_page(document, text) if name == REFERENCE else text, files).encode()
            for name, text in files.items() if not name.endswith(_PARTS)}


def _whole(name, text, files):
    text = _STYLE.sub(lambda match: f"<style>\n{_named(name, match[1], files)}</style>", text)
    return _SCRIPT.sub(lambda match: f"<script>\n{_named(name, match[1], files)}</script>", text)


def _named(page, reference, files):
    name = posixpath.join(posixpath.dirname(page), reference)
    if name not in files:
        raise Refusal(Place(page, 1), f"there is no {name}")
    return files[name]
