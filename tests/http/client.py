"""A client that takes the server at its word: every reply is held against the OpenAPI document that the server serves.

It sends what it is told to, also what is wrong. Scenarios judge what a reply means; this file judges that it is a
documented one: the operation, its status, its body, the envelope, and that nothing is ever a 5xx."""

import datetime
import json
import re
import urllib.parse

import jsonschema
import requests

API = "/api/v2"
TIMEOUT = 30

ROLES = {
    "Owner": "demo-owner",
    "Executive manager": "demo-executive-manager",
    "Project manager": "demo-project-manager",
    "Team manager": "demo-team-manager",
    "Project viewer": "demo-project-viewer",
    "Regular User": "demo-regular-user",
}
METHODS = ("get", "post", "put", "patch", "delete")

visited = set()  # operationIds that have succeeded in this run
refused = set()  # (operationId, code) of failures in this run

formats = jsonschema.FormatChecker()


def _is_instant(value):
    if isinstance(value, str):
        datetime.datetime.strptime(re.sub(r"(\.0{6})?(Z|[+-]\d\d:\d\d)$", "", value), "%Y-%m-%dT%H:%M:%S")
    return True


formats.checkers = {**formats.checkers, "date-time": (_is_instant, ValueError)}


class Document:
    """The served document, ready to find operations and to judge replies."""

    _served = None

    @classmethod
    def of(cls, server):
        """Every server of a run is the same program, so it is read once."""
        if not cls._served:
            cls._served = cls(requests.get(server.url + API + "/openapi.json", timeout=TIMEOUT).json())
        return cls._served

    def __init__(self, source):
        self.source = source
        self.operations = [Operation(self, template, method, item)
                           for template, item in source["paths"].items() for method in METHODS if method in item]
        self._validators = {}  # by schema: failures have few
        self._failure = self.validator({"$ref": "#/components/schemas/Failure"})

    def find(self, method, path):
        """The operation that answers, and where; literal segments come before parameters."""
        method = "get" if method == "HEAD" else method.lower()
        path = path.rstrip("/")
        found = [each for each in self.operations if each.method == method and each.pattern.fullmatch(path)]
        return min(found, key=lambda each: each.template.count("{"), default=None)

    def resolve(self, value):
        """Follows $ref where the value is nothing but one."""
        while "$ref" in value:
            value = self._target(value["$ref"])
        return value

    def _target(self, reference):
        value = self.source
        for part in reference.removeprefix("#/").split("/"):
            value = value[part.replace("~1", "/").replace("~0", "~")]
        return value

    def schema(self, source):
        """With references written out and objects closed: a key that is not documented is a fault. Instants end in Z
        where the document does not say otherwise, and what may be any object, or null, is null."""
        if isinstance(source, list):
            return [self.schema(each) for each in source]
        if not isinstance(source, dict):
            return source
        result = {key: self.schema(value) for key, value in source.items() if key != "$ref"}
        if isinstance(result.get("properties"), dict):
            result.setdefault("additionalProperties", False)
        if result.get("format") == "date-time":
            said = result.get("description", "")
            result["pattern"] = ("[+]00:00$" if "+00:00" in said
                                 else "(Z|[+-][0-9]{2}:[0-9]{2})$" if "offset" in said else "Z$")
        if result.get("type") == ["object", "null"] and "properties" not in result:
            result["type"] = "null"
        if "$ref" in source:
            target = self.schema(self._target(source["$ref"]))
            result = target | result if target.keys().isdisjoint(result) else result | {"allOf": [target]}
        return result

    def validator(self, source):
        key = json.dumps(source)
        if key not in self._validators:
            schema = self.schema(source)
            jsonschema.Draft202012Validator.check_schema(schema)
            self._validators[key] = jsonschema.Draft202012Validator(schema, format_checker=formats)
        return self._validators[key]

    def judge(self, operation, reply):
        """`operation` None: an address that the document does not have."""
        if operation:
            operation.judge(reply)
        elif reply.status >= 400 and reply.method != "HEAD":
            self._failure.validate(reply.body)


class Operation:
    def __init__(self, document, template, method, item):
        self.source = item[method]
        self.id = self.source["operationId"]
        self.template = template
        self.method = method
        self.public = self.source["security"] == []
        self.pattern = re.compile("/".join("[^/]+" if "{" in part else re.escape(part) for part in template.split("/")))
        self.parameters = [document.resolve(each)
                           for each in item.get("parameters", []) + self.source.get("parameters", [])]
        body = self.source.get("requestBody", {}).get("content", {}).get("application/json")
        self.body = document.schema(body["schema"]) if body else None
        self.in_workspace = any(each["name"] == "workspace_id" for each in self.parameters)
        self._document = document
        self._validators = {}

    def __repr__(self):
        return self.id

    def _validator(self, status):
        """None: a reply without a body."""
        if status not in self._validators:
            content = self.response(status).get("content")
            self._validators[status] = content and self._document.validator(content["application/json"]["schema"])
        return self._validators[status]

    def response(self, status):
        return self._document.resolve(self.source["responses"].get(status, {}))

    def codes(self, status):
        """The errors that are documented for a status."""
        return set(self.response(status).get("content", {}).get("application/json", {}).get("examples", {}))

    def judge(self, reply):
        status = str(reply.status)
        if reply.status >= 400 and reply.body:
            code = reply.body["error"]
            assert code in self.codes(status) | self.codes("default"), f"{self.id}: {reply} is not documented"
            refused.add((self.id, code))
        if reply.status >= 400 and status not in self.source["responses"]:
            status = "default"
        assert status in self.source["responses"], f"{self.id}: {reply} is not documented"
        validator = self._validator(status)
        if validator and reply.method != "HEAD":
            validator.validate(reply.body)
        else:
            assert reply.content == b""
        if reply.status < 300:
            headers = self.response(status)["headers"]
            assert ("Location" in reply.headers) == ("Location" in headers), f"{self.id}: {reply.headers}"
            visited.add(self.id)


class Reply:
    def __init__(self, response):
        self.method = response.request.method
        self.status = response.status_code
        self.headers = response.headers
        self.links = response.links
        self.content = response.content
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        self.body = response.json() if is_json and response.content else None

    def __repr__(self):
        return f"<{self.status} {self.content[:300].decode(errors='replace')}>"

    @property
    def data(self):
        """Of a success."""
        assert 200 <= self.status < 300, self
        return self.body["data"]

    @property
    def rows(self):
        """Those that its pages count: the data, or the only list in it."""
        return self.data if isinstance(self.data, list) else next(each for each in self.data.values()
                                                                  if isinstance(each, list))

    @property
    def ids(self):
        return [row["id"] for row in self.data]

    @property
    def message(self):
        return self.body["message"]

    @property
    def meta(self):
        return self.body["meta"]

    @property
    def pagination(self):
        return self.meta["pagination"]

    @property
    def failure(self):
        """(status, code) of a refusal."""
        assert self.status >= 400, self
        return self.status, self.body["error"]

    @property
    def faults(self):
        """What is wrong, by field, with a request that was understood."""
        assert self.failure == (422, "validation_failed"), self
        return self.body["errors"]

    def check(self):
        """What holds for every reply of the API."""
        assert self.status < 500, self
        assert self.headers["X-Request-Id"]
        if self.body is None:
            assert self.method == "HEAD" or self.status in (204, 304), self
            return
        if "Idempotency-Replayed" not in self.headers:  # then the body is the first reply's
            assert self.meta["request_id"] == self.headers["X-Request-Id"]
        assert self.body["success"] == (self.status < 400)
        if self.status >= 400:
            assert ("errors" in self.body) == (self.body["error"] == "validation_failed"), self
            assert self.body["message"] and all(self.body.get("errors", {"": ["-"]}).values()), self
        else:
            assert "pagination" in self.meta or not isinstance(self.body["data"], list), self


class Client:
    """`token` None: nobody. Belongs to one thread."""

    def __init__(self, server, token=None):
        self.server = server
        self._document = Document.of(server)
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def request(self, method, path, *, json=None, form=None, body=None, headers=None, query=None):
        """`path` as in the document; `body` is sent as it is. `json` and `form` may be None: no body."""
        operation = self._document.find(method, path)
        headers = dict(headers or {})
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        response = self.session.request(
            method, self.server.url + API + path, params=query, json=json,
            data=form if body is None else body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        reply = Reply(response)
        reply.check()
        self._document.judge(operation, reply)
        return reply

    def get(self, path, *, json=None, headers=None, **query):
        return self.request("GET", path, json=json, headers=headers, query=query)

    def head(self, path, *, headers=None, **query):
        return self.request("HEAD", path, headers=headers, query=query)

    def post(self, path, *, json=None, form=None, body=None, headers=None, **query):
        return self.request("POST", path, json=json, form=form, body=body, headers=headers, query=query)

    def put(self, path, *, json=None, form=None, body=None, headers=None, **query):
        return self.request("PUT", path, json=json, form=form, body=body, headers=headers, query=query)

    def delete(self, path, *, json=None, form=None, headers=None, **query):
        return self.request("DELETE", path, json=json, form=form, headers=headers, query=query)

    def pages(self, path, **query):
        """All rows of a list, by its Link headers."""
        rows = []
        reply = self.get(path, **query)
        while True:
            rows += reply.rows
            assert reply.pagination["total"] >= len(rows)
            if "next" not in reply.links:
                assert reply.pagination["total"] == len(rows)
                return rows
            following = urllib.parse.urlsplit(reply.links["next"]["url"])
            assert following.path == API + path
            reply = self.request("GET", path, query=urllib.parse.parse_qsl(following.query))
