"""The files that are served, made of web/pages/: pages in HTML, and the styles and scripts that they name, in files of
their own. A page's policy lets nothing run or show that stands within it."""

import hashlib
import re
from typing import NamedTuple

from .page import make_page
from .problems import Place, Refusal

_FOLDER = "web/pages/"
_REFERENCE = "docs.html"
_ADDRESS = re.compile(r"<!-- address: (/\S*) -->\n?")
_INCLUDE = re.compile(r"<!-- include: (\S+) -->\n?")
_NAMED = re.compile(r'(<link rel="stylesheet" href=|<script (?:type="module" )?src=)"([^"/:]+)"')
_IMPORT = re.compile(r'(?:(?<= from "\./)|(?<=import "\./))([^"/:]+)(?=";)')
_INLINE = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|javascript:", re.IGNORECASE)
_ROOT = "{{root}}"  # the way from a page to the server's root: a proxy may have put it below another path


class Served(NamedTuple):
    """A path that ends with a parameter stands for all below it. What lasts has another path when it changes."""
    path: str
    ending: str
    content: bytes
    lasting: bool


def served_files(files, document):
    """`files`: {name: text} of web/pages/. Returns what is served, sorted by path."""
    pages = _Pages({name.removeprefix(_FOLDER): text for name, text in files.items()}, document)
    served = [pages.page(name, path[1]) for name, text in pages.files.items() if (path := _ADDRESS.search(text))]
    return sorted(served + [part.served for part in pages.parts.values()], key=lambda each: each.path.encode())


class _Part(NamedTuple):
    served: Served
    imports: list  # the names of all that comes with it


class _Pages:
    def __init__(self, files, document):
        self.files = files
        self.document = document
        self.parts = {}  # {name: _Part}; None while it is being made

    def page(self, name, path):
        root = "../" * (path.count("/") - 1)
        text = self._included(name, _ADDRESS.sub("", self.files[name]))
        text = _NAMED.sub(lambda match: self._link(name, root, *match.groups()), text.replace(_ROOT, root))
        if name == _REFERENCE:
            text = make_page(self.document, text)
        if name.endswith(".html") and (inline := _INLINE.search(text)):
            raise Refusal(Place(_FOLDER + name, 1), f"{inline[0].strip()} within the page: its policy forbids it")
        return Served(path, name.rsplit(".", 1)[1], text.encode(), False)

    def _included(self, user, text):
        return _INCLUDE.sub(lambda match: self._included(match[1], self._text(user, match[1])), text)

    def _link(self, page, root, element, name):
        """With what a module imports, so that all of it is asked for at once."""
        part = self._part(page, name)
        preloads = (f'<link rel="modulepreload" href="{root}{self.parts[each].served.path[1:]}">\n'
                    for each in part.imports)
        return f'{"".join(preloads)}{element}"{root}{part.served.path[1:]}"'

    def _part(self, user, name):
        """A style or a script, under a path of its content."""
        if name not in self.parts:
            self.parts[name] = None
            imports = []
            text = _IMPORT.sub(lambda match: self._import(name, match[1], imports), self._text(user, name))
            stem, ending = name.rsplit(".", 1)
            digest = hashlib.sha256(text.encode()).hexdigest()[:12]
            self.parts[name] = _Part(Served(f"/assets/{stem}-{digest}.{ending}", ending, text.encode(), True), imports)
        if not self.parts[name]:
            raise Refusal(Place(_FOLDER + user, 1), f"{name} imports itself")
        return self.parts[name]

    def _import(self, user, name, ret_imports):
        part = self._part(user, name)
        ret_imports.extend(each for each in [*part.imports, name] if each not in ret_imports)
        return part.served.path.rsplit("/", 1)[1]

    def _text(self, user, name):
        if name not in self.files:
            raise Refusal(Place(_FOLDER + user, 1), f"there is no {_FOLDER}{name}")
        return self.files[name]
