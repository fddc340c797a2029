"""Names and literals in the spelling of C. Knows nothing of what they name."""

import re

from .problems import Refusal

C_KEYWORDS = set("""auto bool break case char const continue default do double else enum extern false float for goto if
    inline int long register restrict return short signed sizeof static struct switch true typedef typeof union
    unsigned void volatile while asm linux unix""".split())


def snake(name):
    """`ProjectInput`, `projectId`, `Executive manager` -> project_input, project_id, executive_manager."""
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def pascal(name):
    """`Regular User`, `no_preview` -> RegularUser, NoPreview."""
    return "".join(word.capitalize() for word in snake(name).split("_"))


def value_name(name):
    """The name of an enumeration's value in SQL texts: lower case, what is neither letter nor digit becomes `_`."""
    return re.sub(r"[^a-z0-9]", "_", name.lower())


def member(name, place):
    """A name from outside as the member of a struct: snake case, and `_` behind a word that C keeps for itself."""
    result = snake(name)
    if not re.fullmatch(r"[a-z]\w*", result):
        raise Refusal(place, f"'{name}' cannot become a name in C")
    return result + "_" if result in C_KEYWORDS else result


def check_identifier(name, place):
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in C_KEYWORDS:
        raise Refusal(place, f"'{name}' cannot be a name in C: use small letters, digits, '_' and no keyword")
    return name


def check_camel_case(name, place):
    """What becomes a method in the languages of clients, and snake case in C."""
    if not re.fullmatch(r"[a-z]+([A-Z0-9][a-z0-9]*)*", name):
        raise Refusal(place, f"'{name}' is not in camel case: letters and digits alone, like getProjects")
    return name


def is_id(name):
    """`id`, `project_id`, `projectId`"""
    return re.fullmatch(r"id|\w+(_id|Id)", name) is not None


_ESCAPES = {byte: f"\\{byte:03o}" for byte in range(256) if not 32 <= byte < 127}
_ESCAPES |= {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t", ord("\r"): "\\r"}


def literal(content):
    """A C string literal of a str or of bytes, on one line, without trigraphs."""
    data = content.encode() if isinstance(content, str) else content
    return '"' + re.sub(r"(?<=\?)\?", r"\\?", data.decode("latin-1").translate(_ESCAPES)) + '"'


def long_literal(content, indent="\t"):
    """The same, one literal a line of the content."""
    data = content.encode() if isinstance(content, str) else content
    return "\n".join(indent + literal(line) for line in data.splitlines(keepends=True)) or indent + '""'


def text_literal(content):
    """An initializer of struct text."""
    return f"{{{literal(content)}, {len(content.encode())}}}"
