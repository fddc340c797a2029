"""SQL as tokens and as a tree of parentheses. No statement is understood here, only its outer form."""

import re
from dataclasses import dataclass, replace

from .problems import Place, Refusal

_TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*)
  | (?P<string>'(?:[^']|'')*')
  | (?P<brace>\{[^{}\n]*\})
  | (?P<parameter>:[A-Za-z_]\w*\??)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<symbol>::|<>|<=|>=|!=|\|\||->>|->|[-+*/%=<>(),.;\[\]])
""", re.VERBOSE)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    place: Place
    start: int     # offset in the text it was read from
    spaced: bool   # white space or a comment stands before it

    def is_word(self, *words):
        return self.kind == "word" and self.text.upper() in words

    def is_symbol(self, text):
        return self.kind == "symbol" and self.text == text


def tokenize(text, file, first_line=1, comments=False):
    """The tokens of a text. Comments are left out unless asked for."""
    tokens, position, line, spaced = [], 0, first_line, False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise Refusal(Place(file, line), f"unexpected character {text[position]!r} in SQL")
        kind = match.lastgroup
        if kind not in ("space", "comment") or (comments and kind == "comment"):
            tokens.append(Token(kind, match.group(), Place(file, line), position, spaced))
            spaced = False
        else:
            spaced = True
        line += match.group().count("\n")
        position = match.end()
    return tokens


def respace(token, spaced):
    return replace(token, spaced=spaced)


def join(tokens):
    """The text of tokens on one line."""
    return "".join((" " if token.spaced else "") + token.text for token in tokens).strip()


class Group:
    """What stands in parentheses, or between CASE and END: a nesting level of its own."""

    is_group = True

    def __init__(self, place, opener):
        self.place, self.opener, self.items = place, opener, []

    def is_word(self, *_):
        return False

    def is_symbol(self, _):
        return False

    kind, text = "group", "(…)"


def tree(tokens, place):
    """The tokens as one Group whose parentheses and CASEs are Groups."""
    root = Group(place, "")
    stack = [root]
    for token in tokens:
        if token.is_symbol("(") or token.is_word("CASE"):
            group = Group(token.place, token.text.upper())
            stack[-1].items.append(group)
            stack.append(group)
        elif token.is_symbol(")") or token.is_word("END"):
            if len(stack) == 1 or (stack[-1].opener == "(") != token.is_symbol(")"):
                raise Refusal(token.place, f"'{token.text}' without its beginning")
            stack.pop()
        else:
            stack[-1].items.append(token)
    if len(stack) > 1:
        raise Refusal(stack[-1].place, "a parenthesis or CASE is never closed")
    return root


def groups(root):
    """The group and all groups in it."""
    yield root
    for item in root.items:
        if isinstance(item, Group):
            yield from groups(item)


def split(items, separator):
    """Lists of items between separators: a word in capitals, or a symbol."""
    parts = [[]]
    for item in items:
        if item.is_word(separator) or item.is_symbol(separator):
            parts.append([])
        else:
            parts[-1].append(item)
    return parts
