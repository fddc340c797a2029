"""Requests made from the served document: valid ones, nearly valid ones, and bytes that are hardly HTTP any more.

All of it comes from one random number, so that a request can be made again."""

import json
import random
import urllib.parse

from client import API, DEMO_SESSION, ROLES, Document, csrf_token

# What the sandbox has, and what a reply may have named since: {name: values}.
KNOWN = {"project_id": [100, 200], "user_id": [100, 123, 10, 11, 20], "contract_id": [20], "task_id": [5],
         "member_id": [100, 123, 14], "viewer_id": [14], "workspace_id": [1] * 12 + [2], "id": [1], "parent_id": [5]}
ODD_TEXTS = ["", " ", "\t", "0", "-1", "null", "true", "a" * 256, "a" * 5000, "é\u0301", "\u200b", "\u202e", "\ufeff",
             "\U0001f600", "ﬀ\u0130ı", "'; DROP TABLE projects; --", "%", "_", "\\", "\"", "<script>", "\u0000",
             "\x1b[31m",
             "\u0085\u2028", "x@y.example", "Europe/Berlin", "2024-01-15", "2024-02-30", "24:00", "00:00", "23:59",
             "2024-01-15T09:00:00Z", "2024-01-15T09:00:00.9999+14:00", "9999-12-31T23:59:59Z", "0001-01-01", "1e2"]
ODD_NUMBERS = [0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, -2**63, 2**63, 10**30, 0.1, -0.0, 1e308, 100.0, 33.333333333336]
TYPES = ["application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "text/plain",
         "application/merge-patch+json", "multipart/form-data; boundary=x", "", "application/json;;", "*/*"]
ODD_HEADERS = [("Prefer", "handling=strict"), ("Prefer", "handling=lenient, wait=5"), ("Idempotency-Key", "one key"),
               ("Idempotency-Key", "k" * 300), ("Idempotency-Key", "\xe9"), ("If-None-Match", "*"), ("If-Match", "*"),
               ("If-None-Match", 'W/"x", "y"'), ("Accept-Encoding", "gzip"), ("Accept-Encoding", "gzip;q=0, *"),
               ("Content-Encoding", "gzip"), ("Origin", "https://evil.example"), ("Expect", "100-continue"),
               ("X-Forwarded-For", "1.2.3.4, ::1"), ("Range", "bytes=0-1"), ("X-HTTP-Method-Override", "DELETE"),
               ("Transfer-Encoding", "gzip"), ("Content-Length", "5"), ("Cookie", "a=b; c=\"d\"")]
SESSION = [("Cookie", f"stint={DEMO_SESSION}; __Host-stint={DEMO_SESSION}"), ("Sec-Fetch-Site", "same-origin"),
           ("X-CSRF-Token", csrf_token(DEMO_SESSION))]
FRAMING = {"Content-Length", "Transfer-Encoding", "Expect"}  # with one of these it may not be what it seems


class Generator:
    def __init__(self, document, seed):
        self.document = document
        self.seed = seed
        self.known = {name: list(values) for name, values in KNOWN.items()}

    def learn(self, value):
        """From a reply: ids that exist."""
        if isinstance(value, list):
            for each in value[:5]:
                self.learn(each)
        elif isinstance(value, dict):
            for name, each in value.items():
                if (name == "id" or name.endswith("_id")) and each is not None:
                    self._remember(name, each)
                self.learn(each)

    def _remember(self, name, value):
        if name == "workspace_id":
            return
        values = self.known.setdefault(name, [])
        if value not in values:
            values.append(value)
            del values[:-40]

    def request(self, number):
        return _Making(self, random.Random(f"{self.seed} {number}")).request()


class Request:
    def __init__(self, operation, method, target, headers, body):
        self.operation, self.method, self.target = operation, method, target
        self.mutated = False
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers)]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.bytes = "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


class _Making:
    """One request."""

    def __init__(self, generator, chance):
        self.known, self.document, self.chance = generator.known, generator.document, chance

    def _often(self, share):
        return self.chance.random() < share

    # ---- values ----

    def value(self, schema, name=""):
        """Of the schema, or now and then of none."""
        if self._often(0.02):
            return self._odd()
        schema = self.document.resolve(schema)
        for part in schema.get("allOf", []):
            schema = {**schema, **self.document.resolve(part)}
        for kind in ("anyOf", "oneOf"):
            if kind in schema:
                return self.value(self.chance.choice(schema[kind]), name)
        if "enum" in schema and self._often(0.9):
            return self.chance.choice(schema["enum"])
        known = self.known.get(name)
        if known and self._often(0.85):
            return self.chance.choice(known)
        types = schema.get("type", "string")
        kind = self.chance.choice(types) if isinstance(types, list) else types
        return getattr(self, f"_{kind}")(schema)

    def _odd(self):
        return self.chance.choice([self.chance.choice(ODD_TEXTS), self.chance.choice(ODD_NUMBERS), None, True, [], {},
                                   [1, [2, [3]]], {"a": {"b": None}}, ["1", 2], "x" * self.chance.randrange(300)])

    def _null(self, _schema):
        return None

    def _boolean(self, _schema):
        return self._often(0.5)

    def _integer(self, schema):
        low, high = schema.get("minimum", 0), schema.get("maximum", 1000)
        step = schema.get("multipleOf", 1)
        if self._often(0.03):
            return self.chance.choice([low - 1, high + 1, *ODD_NUMBERS])
        return self.chance.randint(int(low), int(min(high, 10**6))) // int(step or 1) * int(step or 1)

    def _number(self, schema):
        return self.chance.choice([self._integer({**schema, "multipleOf": 1}), round(self.chance.random() * 100, 4)])

    def _string(self, schema):
        if "examples" in schema and self._often(0.4):
            return schema["examples"][0]
        form = schema.get("format")
        day = f"20{self.chance.randrange(20, 27)}-{self.chance.randrange(1, 13):02}-{self.chance.randrange(1, 29):02}"
        time = f"{self.chance.randrange(24):02}:{self.chance.randrange(60):02}"
        if self._often(0.03):
            return self.chance.choice(ODD_TEXTS)
        if form == "date":
            return day
        if form == "date-time":
            return f"{day}T{time}:{self.chance.randrange(60):02}{self.chance.choice(['Z', '+02:00', '-0930', '.5Z'])}"
        if form == "email":
            return f"f{self.chance.randrange(50)}@example.com"
        if schema.get("pattern", "").startswith("^(([01]"):
            return time
        length = self.chance.randint(schema.get("minLength", 0), min(schema.get("maxLength", 40), 40))
        return "".join(self.chance.choice("abcdefg éß\u4e2d") for _ in range(length))

    def _array(self, schema):
        most = min(schema.get("maxItems", 4), 4)
        count = self.chance.randint(min(schema.get("minItems", 0), most), most)
        return [self.value(schema["items"]) for _ in range(count)]

    def _object(self, schema):
        required = schema.get("required", [])
        result = {name: self.value(each, name) for name, each in schema.get("properties", {}).items()
                  if self._often(0.98 if name in required else 0.3)}
        if self._often(0.05):
            result[self.chance.choice(["unknown", "", "workspace_id", "id", "a[]", "\u202e"])] = self._odd()
        return result

    # ---- a request ----

    def _text(self, value):
        return value if isinstance(value, str) else json.dumps(value)

    def _quote(self, value):
        quoted = urllib.parse.quote(self._text(value).encode("utf-8", "replace"), safe="")
        return self.chance.choice(["%ff", "%00", "%c3", "%2F", "%", quoted]) if self._often(0.02) else quoted

    def _path(self, operation):
        path = operation.template
        for parameter in operation.parameters:
            if parameter["in"] == "path":
                name = parameter["name"]
                known = {"memberId": "user_id", "viewerId": "viewer_id", "userId": "user_id", "projectId": "project_id",
                         "contractId": "contract_id", "taskId": "task_id", "time_entry_id": "id"}.get(name, name)
                value = self._quote(self.value(parameter["schema"], known))
                path = path.replace("{%s}" % name, value or "x")  # without one it is another operation's
        if self._often(0.02):
            path += self.chance.choice(["/", "//", "/x", "/.."])
        return API + path

    def _query(self, operation):
        pairs = []
        for parameter in operation.parameters:
            usual = parameter["name"] in ("workspace_id", "project_id", "user_id")
            if parameter["in"] == "query" and self._often(0.97 if usual else 0.2):
                value = self.value(parameter["schema"], parameter["name"])
                if value != "sse":  # has no end
                    pairs.append((parameter["name"], value))
        if self._often(0.05):
            pairs += self.chance.choice([[("x", 1)], pairs[:1], [("a" * 300, "b" * 3000)], [("", "")], [("q[]", 1)]])
        text = "&".join(f"{self._quote(name)}={self._quote(value)}" for name, value in pairs)
        return f"?{text}" if text else ""

    def _body(self, operation):
        """(type, bytes)"""
        if operation.method == "get" and self._often(0.95):
            return None, None
        content = operation.source.get("requestBody", {}).get("content", {}).get("application/json")
        value = self.value(content["schema"]) if content else {"workspace_id": 1}
        if isinstance(value, dict) and self._often(0.5):
            value.setdefault("workspace_id", self.chance.choice(self.known["workspace_id"]))
        if isinstance(value, dict) and self._often(0.2):
            return TYPES[2], self._form(value)
        return TYPES[0], json.dumps(value, ensure_ascii=self._often(0.5)).encode("utf-8", "surrogatepass")

    def _form(self, value):
        pairs = []
        for name, each in value.items():
            if isinstance(each, list):
                forms = self.chance.choice(["{}[]", "{}", "{}[{{}}]"])
                pairs += [(forms.format(name).format(index), item) for index, item in enumerate(each)]
            else:
                pairs.append((name, each))
        return "&".join(f"{self._quote(name)}={self._quote(item)}" for name, item in pairs).encode()

    def _spoil(self, body):
        """A body as a client with a bug sends it."""
        at = self.chance.randrange(len(body) + 1)
        return self.chance.choice([
            body[:at], body[:at] + bytes([self.chance.randrange(256)]) + body[at + 1:], body + body, body + b"\0",
            b"[" * 40 + b"]" * 40, b"{" + body + b"}", body.replace(b":", b"=", 1), body.replace(b'"', b"'"), b"null",
            b"\xef\xbb\xbf" + body, b"[]", b'{"name":"\\ud800"}', b'{"name":"a\\u0000b"}', b'{"name":1e999}',
            b'{"a":1,"a":2}', b"&" * 500, b"=" + body, body * 20])

    def request(self):
        operation = self.chance.choice(self.document.operations)
        kind, body = self._body(operation)
        if body is not None and self._often(0.08):
            body = self._spoil(body)
        if kind and self._often(0.05):
            kind = self.chance.choice(TYPES)
        headers = [("Content-Type", kind)] if kind else []
        while self._often(0.08):
            headers.append(self.chance.choice(ODD_HEADERS))
        method = operation.method.upper()
        if self._often(0.02):
            method = self.chance.choice(["HEAD", "OPTIONS", "PATCH", "BREW", "get"])
        headers += self._caller(operation)
        made = Request(operation, method, self._path(operation) + self._query(operation), headers, body)
        made.mutated = any(name in FRAMING for name, _ in headers)
        if self._often(0.05):
            self._mutate(made)
        return made

    def _caller(self, operation):
        """Nobody ends what the others are made with."""
        if operation.by_session and operation.id not in ("signOut", "endSession", "revokeToken") and self._often(0.9):
            return SESSION if self._often(0.97) else self.chance.sample(SESSION, 2)
        token = self.chance.choice([*ROLES.values(), *["demo-owner"] * 20]) if self._often(0.97) else \
            self.chance.choice([None, "x", "stint_pat_" + "A" * 43])
        return [("Authorization", f"Bearer {token}")] if token else []

    def _mutate(self, made):
        """Hardly HTTP any more."""
        data = bytearray(made.bytes)
        for _ in range(self.chance.randint(1, 4)):
            at = self.chance.randrange(len(data))
            data[at:at + self.chance.choice([0, 1, 1, 5])] = self.chance.choice(
                [b"", b"\r\n", b"\n", b"\0", b" ", b":", bytes([self.chance.randrange(256)]), b"\r\n\r\n", b"\t"])
        made.bytes, made.mutated = bytes(data), True


__all__ = ["Document", "Generator", "Request"]
