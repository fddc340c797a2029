"""YAML that remembers where it was written.

Maps and lists are dict and list with places; scalars follow the core schema of YAML 1.2, so that `2024-01-15`, `12:30`
and `no` stay text. Duplicate keys are refused. Nothing here knows OpenAPI.
"""

import re

import yaml

from .problems import Place, Refusal


class Map(dict):
    """A mapping. `place` is its own; `at(key)` where a key stands."""

    def __init__(self, place):
        super().__init__()
        self.place = place
        self.places = {}

    def at(self, key):
        return self.places.get(key, self.place)


class List(list):
    def __init__(self, place):
        super().__init__()
        self.place = place
        self.places = []

    def at(self, index):
        return self.places[index]


class _Loader(yaml.CSafeLoader):
    yaml_implicit_resolvers = {}


for _tag, _pattern, _first in (
        ("null", r"null|~|", ["n", "~", ""]),
        ("bool", r"true|false", list("tf")),
        ("int", r"[-+]?[0-9]+", list("-+0123456789")),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789"))):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def _convert(node, file, loader):
    place = Place(file, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        result = Map(place)
        for key_node, value_node in node.value:
            key = str(key_node.value)
            key_place = Place(file, key_node.start_mark.line + 1)
            if key in result:
                raise Refusal(key_place, f"'{key}' is given twice")
            result[key] = _convert(value_node, file, loader)
            result.places[key] = key_place
        return result
    if isinstance(node, yaml.SequenceNode):
        result = List(place)
        for item in node.value:
            result.append(_convert(item, file, loader))
            result.places.append(Place(file, item.start_mark.line + 1))
        return result
    if node.tag == "tag:yaml.org,2002:int":
        return int(node.value)
    return loader.construct_object(node)


def load(text, file):
    """The document as Map, List and scalars. `file` is the name that places show."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        result = _convert(node, file, loader) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Refusal(Place(file, mark.line + 1 if mark else 1), f"not YAML: {error.problem}") from error
    if not isinstance(result, Map):
        raise Refusal(Place(file, 1), "a mapping is expected")
    return result
