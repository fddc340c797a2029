"""Makes the OpenAPI document that clients read and are made from: the source, with all that http/ adds to every
operation written out and all that is only for the generator left away. What is the same in several operations is a
component with a name, because that name is what generated clients call it."""

import http
import json

from . import examples, formats
from .events import payloads
from .failures import Failures
from .names import pascal
from .problems import Refusal
from .schemas import add_sentence, body_of, component, input_of, plain, reference, schema_of

_KEY = {"type": "string", "maxLength": 255}
_TAG = {"type": "string"}
_REQUEST_HEADERS = {  # component: (name, description, schema)
    "Prefer": ("Prefer", "`handling=strict` (RFC 7240): names that the operation does not know are errors.",
               {"type": "string"}),
    "IdempotencyKey": ("Idempotency-Key", "Makes the request safe to repeat: for 24 hours the same key gives the first "
                       "answer again. Make a new one for each new thing, or leave it out.", _KEY),
    "IfMatch": ("If-Match", "An ETag of a reply to GET: 412 unless it still is the current one (compared weakly).",
                _TAG),
    "LastEventId": ("Last-Event-ID", "Of `text/event-stream`: how far the client has come; counts instead of `after`.",
                    _TAG),
    "IfNoneMatch": ("If-None-Match", "An ETag of an earlier reply: 304 when nothing has changed.", _TAG)}
_MESSAGE_HEADERS = {  # of what a webhook is sent
    "WebhookId": ("webhook-id", "The event's id, the same each time that it is sent.", {"type": "string"}),
    "WebhookTimestamp": ("webhook-timestamp", "When it was sent, in seconds since 1970.", {"type": "string"}),
    "WebhookSignature": ("webhook-signature", "`v1,` and a signature (Standard Webhooks); several, with spaces between "
                         "them, after a rotation of the token.", {"type": "string"})}
_NUMBER = {"type": "integer", "format": "int64"}
_REPLY_HEADERS = {  # name: (description, schema)
    "X-Request-Id": ("The request's id, also in `meta.request_id` and in the server's log.", {"type": "string"}),
    "X-RateLimit-Limit": ("Requests a minute; absent where there is no limit.", _NUMBER),
    "X-RateLimit-Remaining": ("How many of them are left.", _NUMBER),
    "X-RateLimit-Reset": ("When they are counted anew, in seconds since 1970.", _NUMBER),
    "ETag": ("Stays the same as long as the data does: send it as If-None-Match, or as If-Match with a change.", _TAG),
    "Location": ("The address of what was made, on the server that was asked.", {"type": "string"}),
    "Link": ("The addresses of the pages `first`, `prev`, `next` and `last` (RFC 8288), where there are several.",
             {"type": "string"}),
    "Idempotency-Replayed": ("`true`: this is the first answer to that Idempotency-Key again.", {"type": "string"}),
    "X-Next-Since": ("What `since` takes the next time; in JSON also in `meta.next_since`.", {"type": "string"}),
    "Set-Cookie": ("What the browser is known by from now on.", {"type": "string"}),
    "Retry-After": ("Seconds until it is worth trying again.", _NUMBER),
    "WWW-Authenticate": ("What is wrong with the token (RFC 6750).", {"type": "string"})}
_RATE = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_FAILURE_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After", *_RATE)}
_NOTHING = {"type": ["object", "null"], "additionalProperties": True, "description": "Always null.", "examples": [None]}
_JSON = "application/json"
_CALLERS = {None: "Needs no token.", "bearerAuth": "Scope `{scope}`.",
            "session": "For whoever is signed in, not for tokens.",
            "signIn": "For a sign-in that waits for its second factor.", "client": "For an OAuth2 app by itself."}


def make_document(api, errors):
    """`errors`: rows of errors.def. Returns a map; None when something is wrong, which api.problems has then."""
    before = len(api.problems.found)
    document = _Document(api, Failures(api, errors))
    made = document.make() if len(api.problems.found) == before else None
    return made if len(api.problems.found) == before else None


def written(document):
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


class _Document:
    def __init__(self, api, failures):
        self.api, self.failures = api, failures
        self.made = {}        # schemas of bodies and envelopes, by name
        self.responses = {}   # of failures, by name

    def make(self):
        base = plain(self.api.base)
        shared = base.pop("components", {})
        base["tags"] = sorted(plain(self.api.tags), key=lambda tag: self._place_of_tag(tag["name"]))
        base["paths"] = self._paths()
        if "Event" in self.api.objects:
            base["webhooks"] = {kind: {"post": self._message(kind, name)}
                                for kind, name in payloads(self.api).items()}
        described = base["info"].get("description")
        if described:
            base["info"]["description"] = described.replace("{failures}", self._table_of_failures())
        base["components"] = self._components(shared, [base["paths"], base.get("webhooks", {})])
        return base

    def _message(self, kind, name):
        """What is sent to webhooks: the event, with the schema of what it happened to."""
        event = component(self.api, "Event")
        event["properties"] = {**event["properties"], "data": reference("schemas", name)}
        return {"operationId": "on" + pascal(kind), "tags": ["Webhooks"], "summary": kind, "security": [],
                "description": "Sent to the webhooks that ask for it.",
                "parameters": [reference("parameters", each) for each in _MESSAGE_HEADERS],
                "requestBody": {"required": True, "content": {
                    _JSON: {"schema": self._named(f"{name}Event", event, self.api.objects[name].place)}}},
                "responses": {"2XX": {"description": "It was taken; whatever else is answered, it comes again."}}}

    def _place_of_tag(self, name):
        groups = self.api.base.get("x-groups", [])
        return groups.index(name) if name in groups else len(groups)

    def _table_of_failures(self):
        rows = "".join(f"| {self.failures.statuses[code]} | `{code}` | {text} |\n"
                       for code, text in sorted(self.failures.texts.items(), key=self._status_of))
        return f"| status | code | meaning |\n|---|---|---|\n{rows}"

    def _status_of(self, item):
        return self.failures.statuses[item[0]]

    # components: those that the paths lead to

    def _components(self, shared, paths):
        api = self.api
        schemas = {name: component(api, name) for name in api.schemas}
        if "Failure" in schemas:
            known = ", ".join(f"`{code}`" for code in self.failures.texts)
            add_sentence(schemas["Failure"]["properties"].get("error", {}), f"One of {known}; there may be more.")
        if "Meta" in schemas and "Pagination" in schemas:
            schemas["ListMeta"] = self._list_meta(schemas["Meta"])
        everything = {
            "schemas": {**schemas, **self.made},
            "parameters": {**{name: _parameter(each) for name, each in api.parameters.items()},
                           **{name: {"name": row[0], "in": "header", "description": row[1], "schema": row[2]}
                              for name, row in (_REQUEST_HEADERS | _MESSAGE_HEADERS).items()}},
            "headers": {name: {"description": row[0], "schema": row[1]} for name, row in _REPLY_HEADERS.items()},
            "responses": self.responses,
            "examples": {code: {"summary": text, "value": examples.failure(code, text)}
                         for code, text in self.failures.texts.items()}}
        return {**shared, **reached(everything, paths)}

    @staticmethod
    def _list_meta(meta):
        return {**meta, "properties": {"pagination": reference("schemas", "Pagination"), **meta["properties"]},
                "required": ["pagination", *meta.get("required", [])]}

    def _named(self, name, schema, place):
        if self.made.setdefault(name, schema) != schema or name in self.api.schemas:
            raise Refusal(place, f"the document would have two schemas called {name}")
        return reference("schemas", name)

    # paths

    def _paths(self):
        operations = {}
        for each in self.api.operations:
            if not each.from_root:
                operations.setdefault(each.path, []).append(each)
        paths = sorted(operations.items(), key=lambda item: self._place_of_tag(
            next(iter(item[1][0].source.get("tags", [])), None)))
        result = {}
        for path, those in paths:
            item = self.api.paths[path]
            target = result[path] = {key: plain(item[key]) for key in ("summary", "description") if key in item}
            if "parameters" in item:
                target["parameters"] = [_parameter(each) for each in item["parameters"]]
            for operation in those:
                with self.api.problems.collecting():
                    target[operation.method] = self._operation(operation)
        return result

    def _operation(self, operation):
        source = operation.source
        result = {key: plain(source[key]) for key in ("operationId", "tags", "summary", "deprecated") if key in source}
        result["description"] = _description(operation)
        result["security"] = [{scheme: self._scopes(operation, scheme)}
                              for scheme in self.api.schemes_of(operation.caller) or ()]
        own = {"post": ["IdempotencyKey"] * operation.is_repeatable, "get": ["IfNoneMatch"] * _has_tag(operation)}
        headers = ["Prefer"] + ["LastEventId"] * ("sse" in operation.formats) + own.get(operation.method, ["IfMatch"])
        result["parameters"] = [_parameter(each) for each in source.get("parameters", [])]
        if operation.formats:
            result["parameters"].append({"name": "format", "in": "query", "description": formats.DESCRIPTION,
                                         "schema": {"type": "string", "enum": operation.formats}})
        result["parameters"] += [reference("parameters", name) for name in headers]
        if "requestBody" in source:
            result["requestBody"] = self._body(operation)
        result["responses"] = self._responses(operation)
        return result

    def _scopes(self, operation, scheme):
        """Only a scheme of this type has any (OpenAPI 3.1, security requirement)."""
        return [operation.scope] if self.api.security_schemes[scheme]["type"] == "oauth2" else []

    def _body(self, operation):
        source = operation.source["requestBody"]
        result = {key: value for key, value in source.items() if key in ("required", "description")}
        schema, name = body_of(self.api, operation), operation.id[0].upper() + operation.id[1:]
        example = examples.body(self.api, self._body_properties(operation))
        result["content"] = {_JSON: {"schema": self._named(f"{name}Body", schema, operation.place), "example": example}}
        return result

    def _body_properties(self, operation):
        schema = operation.source["requestBody"]["content"][_JSON]["schema"]
        if "$ref" in schema:
            schema = self.api.schemas[self.api.reference(schema, "schemas")]
        return schema["properties"]

    # responses

    def _responses(self, operation):
        status, response = next(iter(operation.source["responses"].items()))
        headers = ["X-Request-Id", *(() if operation.public else _RATE), *(["Link"] if operation.paginated else []),
                   *(["X-Next-Since"] if operation.has("since") else []),
                   *(["Location"] if operation.location else []), *(["ETag"] if _has_tag(operation) else []),
                   *(["Set-Cookie"] if operation.sets_cookies else []),
                   *(["Idempotency-Replayed"] if operation.is_repeatable else [])]
        others = {formats.FORMATS[name]: {"schema": {"type": "string"}} for name in operation.formats[1:]}
        result = {str(status): {
            "description": response["description"], "headers": _headers(headers),
            "content": {_JSON: {"schema": self._envelope(operation, response),
                                "example": examples.success(self.api, operation, response)}, **others}}}
        if _has_tag(operation):
            result["304"] = {"description": "Nothing has changed since the ETag was given.",
                             "headers": _headers(["X-Request-Id", "ETag"])}
        for failure, codes in self.failures.of(operation).items():
            result[str(failure)] = self._failure(failure, codes)
        result["default"] = self._shared("OtherFailure", _failure(
            "Any other failure", self.failures.of_any(), ("Retry-After",)))
        return result

    def _failure(self, status, codes):
        made = _failure(http.HTTPStatus(status).phrase, codes, _FAILURE_HEADERS.get(status, ()))
        if self.failures.are_of_a_rule(codes):
            return made
        return self._shared("".join(word.capitalize() for code in codes for word in code.split("_")), made)

    def _shared(self, name, response):
        self.responses[name] = response
        return reference("responses", name)

    def _envelope(self, operation, response):
        """What http/reply writes around the data."""
        properties = {"success": {"type": "boolean", "examples": [True]}}
        if operation.message is not None:
            properties["message"] = {"type": "string", "description": "A sentence for a person."}
        properties["data"] = schema_of(response["x-data"], True) if operation.data else _NOTHING
        beside = self.api.schemas[operation.beside]["properties"] if operation.beside else {}
        properties.update({name: schema_of(each, True) for name, each in beside.items()})
        if operation.top_level_pagination:
            properties["pagination"] = reference("schemas", "ShortPagination")
        properties["meta"] = reference("schemas", "ListMeta" if operation.paginated else "Meta")
        required = [name for name in properties if not beside.get(name, {}).get("x-omit-null")]
        return self._named(_reply_name(operation), {"type": "object", "properties": properties, "required": required},
                           operation.place)


def _has_tag(operation):
    """Entity tags are made of what is in memory."""
    return operation.method == "get" and not operation.streamed


def _reply_name(operation):
    if operation.beside:
        return operation.id[0].upper() + operation.id[1:] + "Reply"
    if not operation.data:
        return "Done" if operation.message is not None else "Nothing"
    return f"{operation.data}{'Rows' if operation.streamed else 'List' if operation.data_list else ''}Reply"


def _failure(said, codes, headers):
    return {"description": f"{said}: " + ", ".join(f"`{code}`" for code in codes) + ".",
            "headers": _headers(["X-Request-Id", *headers]),
            "content": {_JSON: {"schema": reference("schemas", "Failure"),
                                "examples": {code: reference("examples", code) for code in codes}}}}


def _headers(names):
    return {name: reference("headers", name) for name in names}


def _parameter(source):
    if "$ref" in source:
        return plain(source)
    result = plain(source)
    result["schema"] = input_of(source["name"], source["schema"])
    if source.get("x-today"):
        result["x-today"] = True  # for the reference page
    return result


def _description(operation):
    """The source's, with who may call and how much: the document has no other place for that."""
    roles = operation.source.get("x-roles")
    may = _CALLERS[operation.caller].format(scope=operation.scope)
    fresh = "The password must have been given within 15 minutes." if operation.fresh else ""
    allowed = "Allowed for every role." if roles == "all" else f"Allowed for: {', '.join(roles)}." if roles else ""
    kinds = ", ".join(f"`{kind}`" for kind in operation.events)
    events = f"Events, by what it changes: {kinds}." if kinds else ""
    limit = f"The body may have at most {operation.body_limit:,} bytes." if operation.body_limit else ""
    return "\n\n".join(filter(None, (operation.source.get("description", ""),
                                     " ".join(filter(None, (may, fresh, allowed, limit, events))))))


def reached(everything, start):
    """The components that references lead to, from `start` on."""
    found, open_values = set(), [start]
    while open_values:
        value = open_values.pop()
        if isinstance(value, list):
            open_values += value
        elif isinstance(value, dict):
            target = value.get("$ref")
            if isinstance(target, str) and target not in found:
                found.add(target)
                kind, name = target.removeprefix("#/components/").split("/")
                open_values.append(everything[kind][name])
            open_values += value.values()
    return {kind: {name: each for name, each in those.items() if f"#/components/{kind}/{name}" in found}
            for kind, those in everything.items()
            if any(f"#/components/{kind}/{name}" in found for name in those)}
