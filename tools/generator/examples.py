"""Whole examples, put together from those of the schemas: what the sandbox is sent and what it answers, word for word
(tests/http/test_examples.py)."""

from .schemas import plain

_META = {"api_version": "2.0.0", "timestamp": "2024-01-15T09:00:00Z", "request_id": "5f0c1d2e3b4a5968"}
_FAULTS = {"name": ["The name field is required."]}


def value_of(api, schema):
    """An example of a schema of the source, which is complete enough to have one."""
    if "example" in schema:
        return plain(schema["example"])
    if "$ref" in schema:
        name = api.reference(schema, "schemas")
        if name in api.enumerations:
            return api.enumerations[name].values[0][0]
        return value_of(api, api.schemas[name])
    if "properties" in schema:
        result = {}
        for name, each in schema["properties"].items():
            if not each.get("x-omit-null"):
                result.update(value_of(api, each) or {} if each.get("x-spread") else {name: value_of(api, each)})
        return result
    if schema.get("type") == "array":
        return [value_of(api, schema["items"])]
    return None


def body(api, properties):
    """Of a request: all that has an example."""
    return {name: value_of(api, each) for name, each in properties.items()
            if "example" in each or "$ref" in each.get("items", each)}


def success(api, operation, response):
    """The envelope, with what x-example says otherwise."""
    result = {"success": True}
    if operation.message is not None:
        result["message"] = operation.message
    result["data"] = value_of(api, response["x-data"]) if operation.data else None
    if operation.beside:
        result.update(value_of(api, api.schemas[operation.beside]))
    if operation.top_level_pagination:
        result["pagination"] = {"current_page": 1, "per_page": _per_page(operation), "total": 1, "last_page": 1}
    pages = {"pagination": {"total": 1, "per_page": _per_page(operation), "current_page": 1, "last_page": 1,
                            "from": 1, "to": 1}} if operation.paginated else {}
    result["meta"] = {**pages, **_META}
    return _changed(result, plain(response.get("x-example", {})))


def _per_page(operation):
    return next(each.kind.default for each in operation.fields if each.name == "per_page")


def _changed(value, change):
    """`change` holds what differs: members of maps, items of lists."""
    if isinstance(value, dict) and isinstance(change, dict):
        return {**value, **{key: _changed(value.get(key), each) for key, each in change.items()}}
    if isinstance(value, list) and isinstance(change, list) and len(value) == len(change):
        return [_changed(*pair) for pair in zip(value, change)]
    return change


def failure(code, text):
    faults = {"errors": _FAULTS} if code == "validation_failed" else {}
    message = _FAULTS["name"][0] if faults else text
    return {"success": False, "message": message, "error": code, **faults, "meta": _META}
