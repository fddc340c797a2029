"""Makes the OpenAPI document that clients read: the source, with all that http/ adds to every operation written out and
all that is only for the generator left away."""

import copy
import http
import json

from .api import ENVELOPE
from .operations import METHODS, body_schema

_CLOCK_TIME = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].+)$"
_OFFSET = "[+]00:00$"
_HEADERS = {
    "Prefer": ("Prefer", "`handling=strict` (RFC 7240): names that the operation does not know are errors.",
               "handling=strict"),
    "IdempotencyKey": ("Idempotency-Key", "Makes the request safe to repeat: for 24 hours the same key gives the first "
                       "answer again.", "8e03978e-40d5-43e8-bc93-6894a57f9324"),
    "IfMatch": ("If-Match", "An ETag of a reply to GET: 412 unless it still is the current one (compared weakly).",
                '"5f0c1d2e3b4a5968"'),
    "IfNoneMatch": ("If-None-Match", "An ETag of an earlier reply: 304 when nothing has changed.",
                    '"5f0c1d2e3b4a5968"')}


def make_document(api, errors):
    """`errors`: rows of errors.def. Returns JSON text."""
    base = _plain(api.base)
    components = base.pop("components", {})
    replied = set(api.objects)
    components["parameters"] = {name: _parameter(value) for name, value in api.parameters.items()}
    components["parameters"].update({name: _header(*row) for name, row in _HEADERS.items()})
    components["schemas"] = {name: _component(api, name, schema, name in replied)
                             for name, schema in api.schemas.items()}
    components["responses"] = {_response_name(status): _failure(rows) for status, rows in _by_status(errors).items()}
    base.update(tags=_plain(api.tags), paths=_paths(api, _by_status(errors)), components=components)
    return json.dumps(base, indent=1, ensure_ascii=False) + "\n"


def _plain(value):
    """Maps and lists of the source as those of Python, without x-…"""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if not key.startswith("x-")}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _by_status(errors):
    """{status: {code: text}}; the rows that never reach the wire repeat a code and are left out by that."""
    result = {}
    for error in errors:
        if error.status != 405:  # an operation that exists is never refused by its method
            result.setdefault(error.status, {}).setdefault(error.code, error.text)
    return dict(sorted(result.items()))


def _response_name(status):
    return http.HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def _failure(rows):
    return {"description": "\n".join(f"- `{code}`: {text}" for code, text in rows.items()),
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}


def _header(name, description, example):
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"}, "example": example}


# schemas


def _component(api, name, schema, replied):
    if name in ENVELOPE:
        return _envelope(schema)
    if name in api.enumerations:
        result = {"description": schema["description"]} if "description" in schema else {}
        return result | {"type": "string", "enum": [value for value, _ in api.enumerations[name].values]}
    result = _schema(schema)
    if replied:
        result["required"] = [key for key, value in schema["properties"].items() if not value.get("x-omit-null")]
    return result


def _envelope(value):
    """Schemas that http/reply writes: as they are, but for examples."""
    if isinstance(value, list):
        return [_envelope(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {("examples" if key == "example" else key): ([_plain(each)] if key == "example" else _envelope(each))
            for key, each in value.items()}


def _schema(source):
    """A schema of the source in the words of JSON Schema 2020-12."""
    result = {}
    for key, value in source.items():
        if key == "properties":
            result[key] = {name: _schema(each) for name, each in value.items()}
        elif key == "items":
            result[key] = _schema(value)
        elif key == "example":
            result["examples"] = [_plain(value)]
        elif key == "format" and value == "time":
            result["pattern"] = _CLOCK_TIME  # JSON Schema's "time" is another; an instant is accepted too
        elif key == "format" and value in ("sealed-id", "lines", "rounded"):
            pass  # an opaque id has no shape that a client may expect; the others are how a value is read
        elif key == "x-offset" and value:
            result["pattern"] = _OFFSET
        elif not key.startswith("x-"):
            result[key] = _plain(value)
    if "$ref" in result and "type" in result:
        nullable = "null" in result.pop("type")
        reference = {"$ref": result.pop("$ref")}
        result.update({"anyOf": [reference, {"type": "null"}]} if nullable else reference)
    return result


def _parameter(source):
    result = _plain(source)
    if "schema" in source:
        result["schema"] = _schema(source["schema"])
    return result


# paths


def _paths(api, statuses):
    operations = {(each.path, each.method): each for each in api.operations}
    result = {}
    for path, item in api.paths.items():
        target = result[path] = {}
        for key, value in item.items():
            if key == "parameters":
                target[key] = [_parameter(each) for each in value]
            elif key not in METHODS:
                target[key] = _plain(value)
            elif (path, key) in operations:
                target[key] = _operation(api, operations[path, key], statuses)
    return result


def _operation(api, operation, statuses):
    source = operation.source
    result = {key: _plain(value) for key, value in source.items()
              if key in ("operationId", "tags", "summary", "description", "deprecated")}
    result["description"] = _description(operation)
    if not result["description"]:
        del result["description"]
    result["security"] = _plain(source["security"])
    headers = ["Prefer"] + {"post": ["IdempotencyKey"], "get": ["IfNoneMatch"]}.get(operation.method, [])
    headers += ["IfMatch"] if _has_precondition(operation) else []
    result["parameters"] = [_parameter(each) for each in source.get("parameters", [])]
    result["parameters"] += [{"$ref": f"#/components/parameters/{name}"} for name in headers]
    if "requestBody" in source:
        result["requestBody"] = _body(source)
    result["responses"] = _responses(api, operation, statuses)
    return result


def _description(operation):
    """The source's, with who may call and how much: the document has no other place for that."""
    roles = operation.source.get("x-roles")
    allowed = f"Allowed for: {', '.join(roles)}." if isinstance(roles, list) else ""
    limit = f"The body may have at most {operation.body_limit} bytes." if operation.body_limit else ""
    return " ".join(filter(None, (operation.source.get("description", ""), allowed, limit)))


def _body(source):
    result = {key: value for key, value in source["requestBody"].items() if key in ("required", "description")}
    schema = _schema(body_schema(source))
    result["content"] = {"application/json": {"schema": schema},
                         "application/x-www-form-urlencoded": {"schema": copy.deepcopy(schema)}}
    return result


def _responses(api, operation, statuses):
    status, response = next(iter(operation.source["responses"].items()))
    result = {str(status): {"description": response["description"],
                            "content": {"application/json": {"schema": _success(api, operation, response)}}}}
    if operation.method == "get":
        result["304"] = {"description": "Nothing has changed since the ETag was given."}
    for failure in statuses:
        if not (operation.public and failure in (401, 403) or failure == 412 and not _has_precondition(operation)):
            result[str(failure)] = {"$ref": f"#/components/responses/{_response_name(failure)}"}
    return result


def _has_precondition(operation):
    return operation.method in ("put", "delete")


def _success(api, operation, response):
    """The envelope that http/reply writes around the data."""
    properties = {"success": {"type": "boolean", "const": True}}
    if operation.message is not None:
        properties["message"] = {"type": "string", "examples": [operation.message]}
    properties["data"] = _schema(response["x-data"]) if operation.data else {"type": "null"}
    beside = api.schemas[operation.beside]["properties"] if operation.beside else {}
    properties.update({name: _schema(each) for name, each in beside.items()})
    if operation.top_level_pagination:
        properties["pagination"] = {"$ref": "#/components/schemas/Pagination"}
    properties["meta"] = {"$ref": "#/components/schemas/Meta"}
    if operation.paginated:
        properties["meta"]["required"] = ["pagination"]
    required = [name for name in properties if not beside.get(name, {}).get("x-omit-null")]
    return {"type": "object", "properties": properties, "required": required}
