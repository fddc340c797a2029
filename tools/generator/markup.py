"""HTML piece by piece, and the little Markdown that descriptions are written in: paragraphs, headings, lists, tables,
code and links."""

import html
import re

_INLINE = re.compile(r"`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)")


def escaped(text):
    return html.escape(str(text), quote=True)


def element(name, *children, **attributes):
    """`children` are HTML. An attribute's name may end in _, and _ within it is -; None leaves it out, True has no
    value."""
    said = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items()
                   if value is not None and value is not False)
    return f"<{name}{said}>{''.join(children)}</{name}>"


def _attribute(name, value):
    return f" {name}" if value is True else f' {name}="{escaped(value)}"'


def code(text, **attributes):
    return element("code", escaped(text), **attributes)


def slug(text):
    """Work & Time -> work-time"""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def inline(text):
    """Of one paragraph."""
    result, end = [], 0
    for match in _INLINE.finditer(text):
        result.append(escaped(text[end:match.start()]))
        result.append(code(match[1]) if match[1] else element("a", inline(match[2]), href=match[3]))
        end = match.end()
    return "".join(result) + escaped(text[end:])


def blocks(text):
    """Of a whole description, without headings."""
    return "".join(_block(part.strip("\n")) for part in re.split(r"\n\s*\n", text) if part.strip())


def chapters(text):
    """[(heading, text)] of a description; the heading of what stands before the first is None."""
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    return [(None, parts[0].strip()), *((name.strip(), body.strip()) for name, body in zip(parts[1::2], parts[2::2]))]


def _block(text):
    lines = text.split("\n")
    if lines[0].startswith("|"):
        return _table(lines)
    if lines[0].startswith("- "):
        items = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
        return element("ul", *(element("li", inline(item.strip())) for item in items))
    return element("p", inline(text))


def _table(lines):
    names, *rows = ([cell.strip() for cell in line.strip().strip("|").split("|")]
                    for line in lines if not re.fullmatch(r"[|\s:-]+", line))
    head = element("tr", *(element("th", inline(name), scope="col") for name in names))
    body = (element("tr", *(element("td", inline(cell)) for cell in row))
            for row in rows)
    return element("table", element("thead", head), element("tbody", *body))
