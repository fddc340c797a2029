"""The outer shape of the contract's maps: which keys may stand there, and what kind of value each key has. What the
values mean is read elsewhere; after this check it can be read without asking again."""

from .problems import Refusal
from .yaml_source import List, Map

_NUMBER = (int, float)
_TEXT = ((str,), None)

# key: (kinds of value, kinds of what is in it)
_SHAPES = {
    **dict.fromkeys(("$ref", "description", "format", "in", "name", "operationId", "summary", "title",
                     "x-also-at", "x-also-by", "x-key", "x-like", "x-message", "x-not-before", "x-public", "x-row",
                     "x-prepare", "x-sealed", "x-table"), _TEXT),
    **dict.fromkeys(("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"), (_NUMBER, None)),
    **dict.fromkeys(("content", "paths", "properties", "responses", "schemas", "securitySchemes"), ((Map,), (Map,))),
    **dict.fromkeys(("additionalProperties", "application/json", "components", "get", "post", "put", "patch", "delete",
                     "info", "items", "requestBody", "schema", "x-beside", "x-data", "x-example",
                     "x-merges"), ((Map,), None)),
    **dict.fromkeys(("x-offset", "x-zoned", "x-omit-null", "x-spread", "x-streamed", "x-today",
                     "x-root", "x-top-level-pagination", "x-fresh", "x-sets-cookies", "deprecated"), ((bool,), None)),
    "enum": ((List,), (str, int)),
    "parameters": ((List, Map), (Map,)),
    "required": ((bool, List), (str,)),
    "security": ((List,), (Map,)),
    "servers": ((List,), (Map,)),
    "tags": ((List,), (str, Map)),
    "type": ((str, List), (str,)),
    "by_hand": ((List,), (str,)),
    "row": ((str,), None),
    "x-alias": ((str, List), (str,)),
    "x-aliases": ((Map,), (str,)),
    "x-codes": ((List,), (int,)),
    "x-rename": ((Map,), (str,)),
    "x-errors": ((List,), (str,)),
    "x-formats": ((List,), (str,)),
    "x-callers": ((Map,), (List,)),
    "x-groups": ((List,), (str,)),
    "x-guesses": ((List,), (str,)),
    "x-writes": ((List,), (str,)),
    "x-roles": ((str, List), (str,)),
    "x-without": ((List,), (str,)),
}


def check_keys(mapping, allowed, what, place):
    """Refuses keys that the generator would silently drop, and values of the wrong kind. `place` is used when there
    is not even a mapping."""
    if not isinstance(mapping, Map):
        raise Refusal(place, f"{what} must be a mapping")
    for key, value in mapping.items():
        if key not in allowed:
            raise Refusal(mapping.at(key), f"'{key}' is not supported in {what}")
        kinds, inner = _SHAPES.get(key, (None, None))
        if kinds and not _is(value, kinds):
            raise Refusal(mapping.at(key), f"'{key}' has the wrong kind of value in {what}")
        for each in _content(value) if inner else ():
            if not _is(each, inner):
                raise Refusal(mapping.at(key), f"'{key}' holds the wrong kind of value in {what}")


def _is(value, kinds):
    """True and false are no numbers here, as they are in Python."""
    return isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)


def _content(value):
    return value.values() if isinstance(value, Map) else value if isinstance(value, List) else ()
