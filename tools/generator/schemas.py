"""Schemas of the source in the words of JSON Schema 2020-12, as generators of clients read them: no pattern beside a
format, nothing beside a $ref, every number with its width."""

import json

from .api import ENVELOPE
from .names import is_id, pascal
from .operations import ID_MIN, body_schema

_INPUT_TIME = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].+)$"
_REPLY_TIME = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
_TEXTS = {None: r"^[^\x00-\x1f\x7f-\x9f]*$", "lines": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$",
          "currency": "^[A-Z]{3}$"}  # by format
_WIDTHS = {"integer": "int64", "number": "double"}
# How a value is read; no shape that a client may expect.
_OWN_FORMATS = ("sealed-id", "lines", "rounded", "time", "currency")


def plain(value):
    """Maps and lists of the source as those of Python, without x-…"""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if not key.startswith("x-")}
    return [plain(each) for each in value] if isinstance(value, list) else value


def reference(kind, name):
    return {"$ref": f"#/components/{kind}/{name}"}


def add_sentence(schema, text):
    schema["description"] = " ".join(filter(None, (schema.get("description"), text)))


def types_of(schema):
    types = schema.get("type", [])
    return list(types) if isinstance(types, list) else [types]


def schema_of(source, in_reply=False):
    if "$ref" in source:
        return _referred(source)
    result = {}
    for key, value in source.items():
        if key == "properties":
            result[key] = {name: schema_of(each, in_reply) if in_reply else _member(name, each)
                           for name, each in value.items()}
        elif key in ("items", "additionalProperties"):
            result[key] = schema_of(value, in_reply)
        elif key == "example":
            result["examples"] = [plain(value)]
        elif not key.startswith("x-") and not (key == "format" and value in _OWN_FORMATS):
            result[key] = plain(value)
    types = types_of(result)
    for type_name, width in _WIDTHS.items():
        if type_name in types:
            result.setdefault("format", width)
    if "enum" in result and "null" in types:  # null among the values breaks clients in Go
        values = sorted(result.pop("enum"))
        result.update(minimum=values[0], maximum=values[-1], multipleOf=(values[-1] - values[0]) // (len(values) - 1))
    if source.get("format") == "time":
        result["pattern"] = _REPLY_TIME if in_reply else _INPUT_TIME
    if source.get("x-offset"):
        add_sentence(result, "Ends in +00:00.")
    if source.get("x-zoned"):
        add_sentence(result, "Keeps the offset that was given." if in_reply else "Its offset is kept.")
    return result


def input_of(name, source):
    """With what http/bind asks of what comes in beside the source's own limits."""
    result = schema_of(source)
    types = types_of(result)
    if is_id(name) and "integer" in types:
        result.setdefault("minimum", ID_MIN)
    if "integer" in types_of(result.get("items", {})):
        result["items"]["minimum"] = ID_MIN  # there are no lists of other numbers
    if source.get("items", {}).get("format") == "currency":
        result["items"]["pattern"] = _TEXTS["currency"]
    if "string" in types and source.get("format") in _TEXTS:
        result["pattern"] = _TEXTS[source.get("format")]
    return result


def _member(name, source):
    """Of a body. Its default is words, because clients would send one that they are told; openapi-typescript even asks
    for each member that has one."""
    result = input_of(name, source)
    if "default" in result:
        add_sentence(result, f"{json.dumps(result.pop('default'))} when left out.")
    return result


def _referred(source):
    """What stands beside a $ref is lost in most clients, so nothing does."""
    target = {"$ref": source["$ref"]}
    return {"anyOf": [target, {"type": "null"}]} if "null" in types_of(source) else target


def component(api, name):
    """A component of the source as one of the document."""
    source, replied = api.schemas[name], name in api.objects or name in ENVELOPE
    if name in api.enumerations:
        result = {"description": source["description"]} if "description" in source else {}
        values = [value for value, _ in api.enumerations[name].values]
        # Generators know this key. Its names begin with the enumeration's, as all constants of a Go client are in one
        # package: two that are called `ACTIVE` do not compile.
        return result | {"type": "string", "enum": values, "x-enum-varnames": [name + pascal(each) for each in values]}
    result = schema_of(source, replied)
    if name in api.objects:
        result["required"] = [key for key, value in source["properties"].items() if not value.get("x-omit-null")]
        for each in api.objects[name].properties:
            if each.spread:
                result["additionalProperties"] = result["properties"].pop(each.name)["additionalProperties"]
                result["required"].remove(each.name)
    return result


def body_of(api, operation):
    """The schema of an operation's body in JSON, or None."""
    source = body_schema(operation.source)
    if source is None:
        return None
    target = api.schemas[api.reference(source, "schemas")] if "$ref" in source else source
    result = schema_of(target)
    required = {*source.get("required", []), *target.get("required", [])}
    if required:
        result["required"] = [name for name in target["properties"] if name in required]
    return result
