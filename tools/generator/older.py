"""The document in OpenAPI 3.0.3, for what does not read 3.1: the same, in the words of that edition."""

from .document import reached

_VALUES = ("default", "enum", "example", "value")  # what stands there is no part of the document


def older(document):
    """It knows no webhooks."""
    result = _older({key: each for key, each in document.items() if key != "webhooks"})
    shared = result["components"]
    result["components"] = {kind: each for kind, each in shared.items() if kind == "securitySchemes"} | reached(
        shared, result["paths"])
    result["openapi"] = "3.0.3"
    result["info"].pop("summary", None)
    return result


def _older(value):
    if isinstance(value, list):
        return [_older(each) for each in value]
    if not isinstance(value, dict):
        return value
    result = {key: each if key in _VALUES else _named(each) if key in ("properties", "schemas") else _older(each)
              for key, each in value.items()}
    if isinstance(result.get("examples"), list):
        result["example"] = result.pop("examples")[0]
    if isinstance(result.get("type"), list):
        result["type"] = next(each for each in result["type"] if each != "null")
        result["nullable"] = True
    if "anyOf" in result:
        result["allOf"] = result.pop("anyOf")[:1]
        result["nullable"] = True
    return result


def _named(schemas):
    """Their names may be any word."""
    return {name: _older(each) for name, each in schemas.items()}
