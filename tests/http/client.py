"""A client that takes the server at its word: every reply is held against the OpenAPI document that the server serves.

It sends what it is told to, also what is wrong. Scenarios judge what a reply means; this file judges that it is a
documented one: the operation, its status, its body, the envelope, and that nothing is ever a 5xx."""

import datetime
import functools
import gzip
import hashlib
import json
import re
import select
import urllib.parse

import fastjsonschema
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


@functools.cache
def _is_instant(value):
    if isinstance(value, str):
        datetime.datetime.strptime(re.sub(r"(\.0{6})?(Z|[+-]\d\d:\d\d)$", "", value), "%Y-%m-%dT%H:%M:%S")
    return True


formats.checkers = {**formats.checkers, "date-time": (_is_instant, ValueError)}


class Validator:
    """Of a schema: compiled, as nearly all replies are right; of what is not, jsonschema has the last word."""

    def __init__(self, schema):
        self._exact = jsonschema.Draft202012Validator(schema, format_checker=formats)
        checks = {name: functools.partial(formats.conforms, format=name)
                  for name in re.findall(r'"format": "([^"]+)"', json.dumps(schema))}
        self._quick = fastjsonschema.compile(schema, formats=checks, use_default=False)

    def validate(self, value):
        try:
            self._quick(value)
        except fastjsonschema.JsonSchemaException:
            self._exact.validate(value)


class Document:
    """The served document, ready to find operations and to judge replies."""

    _served = None

    @classmethod
    def of(cls, server):
        """Every server of a run is the same program, so it is read once."""
        if not cls._served:
            connection = server.http_connection(TIMEOUT)
            connection.request("GET", API + "/openapi.json")
            cls._served = cls(json.load(connection.getresponse()))
            connection.close()
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
            self._validators[key] = Validator(self.schema(source))
        return self._validators[key]

    def message(self, event):
        """Judges an event, as webhooks are sent it."""
        body = self.source["webhooks"][event["event"]]["post"]["requestBody"]
        self.validator(body["content"]["application/json"]["schema"]).validate(event)

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
        self.by_session = self.source["security"] == [{"session": []}]  # and by nothing else
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
        if validator and reply.method != "HEAD" and reply.is_json:
            validator.validate(reply.body)
            if reply.status < 300:
                assert ("pagination" in reply.meta) == any(each["name"] == "page" for each in self.parameters), self.id
        elif validator and reply.method != "HEAD":
            media_type = reply.headers["Content-Type"].partition(";")[0]
            assert media_type in self.response(status)["content"], f"{self.id}: {media_type} is not documented"
        else:
            assert reply.content == b""
        if reply.status < 300:
            headers = self.response(status)["headers"]
            assert ("Location" in reply.headers) == ("Location" in headers), f"{self.id}: {reply.headers}"
            visited.add(self.id)


class Reply:
    def __init__(self, method, response):
        self.method = method
        self.status = response.status
        self.headers = requests.structures.CaseInsensitiveDict()
        self.cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
        for name, value in response.getheaders():
            self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
        self.content = response.read()
        if self.content and self.headers.get("Content-Encoding") == "gzip":
            self.content = gzip.decompress(self.content)
        self.is_json = self.headers.get("Content-Type", "").startswith("application/json")
        self.body = json.loads(self.content) if self.is_json and self.content else None

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
    def links(self):
        """Of the Link header, by their relation."""
        return {each["rel"]: each for each in requests.utils.parse_header_links(self.headers.get("Link", ""))}

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
            assert self.method == "HEAD" or self.status in (204, 304) or not self.is_json, self
            return
        if "Idempotency-Replayed" not in self.headers:  # then the body is the first reply's
            assert self.meta["request_id"] == self.headers["X-Request-Id"]
        assert self.body["success"] == (self.status < 400)
        if self.status >= 400:
            assert ("errors" in self.body) == (self.body["error"] == "validation_failed"), self
            assert self.body["message"] and all(self.body.get("errors", {"": ["-"]}).values()), self


def _pairs(values):
    """Of a query or a form: each value of a list for itself, and none for None."""
    for name, value in values.items() if isinstance(values, dict) else values:
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if each is not None:
                yield name, each


def _body_of(form, value):
    if form:
        return "application/x-www-form-urlencoded", urllib.parse.urlencode([*_pairs(form)])
    return "application/json", None if value is None else json.dumps(value)


class Client:
    """`token` None: nobody. Belongs to one thread, and keeps a connection."""

    def __init__(self, server, token=None):
        self.server = server
        self._document = Document.of(server)
        self._headers = {"Accept": "*/*", "Accept-Encoding": "gzip"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._connection = server.http_connection(TIMEOUT)

    def request(self, method, path, **given):
        """`path` as in the document; the rest as of `exchange`."""
        operation = self._document.find(method, path)
        reply = self.exchange(method, API + path, **given)
        reply.check()
        self._document.judge(operation, reply)
        return reply

    def exchange(self, method, address, *, json=None, form=None, body=None, headers=None, query=None):
        """At any address of the server, and judged by nobody. `body` is sent as it is; `json` and `form` may be None:
        no body."""
        kind, body = ("application/json", body) if body is not None else _body_of(form, json)
        if body is not None:
            headers = {"Content-Type": kind, **(headers or {})}
        if query:
            query = query if isinstance(query, str) else urllib.parse.urlencode([*_pairs(query)])
            address += ("&" if "?" in address else "?") + query
        address = requests.utils.requote_uri(address)
        # Whatever is there to be read before anything is asked: the end of a connection that the server has closed.
        if self._connection.sock and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()
        self._connection.request(method, address, body, {**self._headers, **(headers or {})})
        return Reply(method, self._connection.getresponse())

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


DEMO_SESSION = "demo-owner-session"  # of the sandbox
DEMO_SIGN_IN = "demo-owner-sign-in"  # that waits for its second factor


def csrf_token(session):
    """What a page that has the session sends with what changes something."""
    return hashlib.sha256(b"csrf " + session.encode()).hexdigest()


class Browser(Client):
    """As a page of the server asks: with the cookies that it was given, and the token that says so. `session`: the
    secret of one that is there already."""

    def __init__(self, server, session=None):
        super().__init__(server)
        self.cookies, self.csrf_token = {}, None
        self._headers["Sec-Fetch-Site"] = "same-origin"
        if session:
            self.cookies = {"stint": session, "__Host-stint": session}  # without TLS and with it
            self.csrf_token = csrf_token(session)

    def exchange(self, method, address, *, headers=None, **given):
        own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
               "X-CSRF-Token": self.csrf_token}
        own = {name: value for name, value in own.items() if value} | (headers or {})
        reply = super().exchange(method, address, headers=own, **given)
        for cookie in reply.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in cookie:
                del self.cookies[name]
        if reply.status < 300 and isinstance(reply.body, dict) and isinstance(reply.body.get("data"), dict):
            self.csrf_token = reply.body["data"].get("csrf_token") or self.csrf_token
        return reply

    def sign_in(self, email, password="demo", **fields):
        return self.post("/session", json={"email": email, "password": password, **fields})


def person_for(server, operation):
    """The sandbox's owner, at where the operation takes them."""
    return Browser(server, DEMO_SIGN_IN if operation.id == "signInByCode" else DEMO_SESSION)
