"""A request as people paste it: for curl, Python and JavaScript, against the sandbox."""

import hashlib
import json
import re
import urllib.parse
from typing import NamedTuple

BASE = "http://127.0.0.1:8080"  # of the sandbox; the page writes its own server's address there
TOKEN = "demo-owner"
SESSION = "demo-owner-session"
LANGUAGES = {"curl": "curl", "python": "Python", "javascript": "JavaScript"}
TODAY = "TODAY"  # in an address: the day on which the request is sent
_WORDS = {"true": "True", "false": "False", "null": "None"}


class Request(NamedTuple):
    method: str
    address: str   # with the query
    caller: str    # by what it is known: "token", "session", or "" for nobody
    body: object   # None: none


def request_of(server, path, method, operation, parameters):
    """The documented example: with every parameter that has one. What has a default is left to it, and a day that would
    soon lie too far back is today."""
    values = {each["name"]: TODAY if each.get("x-today") else each["example"] for each in parameters
              if "example" in each and "default" not in each["schema"]}
    where = {each["name"]: each["in"] for each in parameters}
    for name in values:
        path = path.replace(f"{{{name}}}", urllib.parse.quote(str(values[name]), safe=""))
    query = urllib.parse.urlencode([(name, in_address(value)) for name, value in values.items()
                                    if where[name] == "query"])
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    return Request(method.upper(), BASE + server + path + (f"?{query}" if query else ""),
                   _caller(operation), body)


def _caller(operation):
    schemes = {name for each in operation["security"] for name in each}
    return "" if not schemes else "session" if schemes == {"session"} else "token"


def in_address(value):
    return ",".join(map(str, value)) if isinstance(value, list) else value


def sample(language, request):
    return {"curl": _curl, "python": _python, "javascript": _javascript}[language](request)


def _curl(request):
    address = _quoted(request.address).replace(TODAY, "'$(date -u +%F)'")
    lines = [f"curl {address}"]
    if request.method != ("GET" if request.body is None else "POST"):
        lines[0] = f"curl -X {request.method} {address}"
    lines += [f"-H {_quoted(f'{name}: {value}')}" for name, value in _headers(request).items()]
    if request.body is not None:
        lines.append(f"-d {_quoted(_json(request.body, 2))}")
    return " \\\n  ".join(lines)


def _quoted(text):
    """For a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _python(request):
    headers = {name: value for name, value in _headers(request).items() if name != "Content-Type"}
    dated = TODAY in request.address
    arguments = ["f" * dated + _json(request.address).replace(TODAY, "{datetime.now(timezone.utc):%Y-%m-%d}")]
    if headers:
        arguments.append(f"headers={_json(headers)}")
    if request.body is not None:
        arguments.append(f"json={_python_literal(request.body)}")
    inside = "".join(f"    {_indented(each, 4)},\n" for each in arguments)
    imports = "from datetime import datetime, timezone\n\n" * dated + "import requests"
    return (f"{imports}\n\nresponse = requests.{request.method.lower()}(\n{inside})\n"
            "print(response.status_code, response.json())")


def _python_literal(value):
    return re.sub(r'"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b', lambda match: _WORDS.get(match[0], match[0]),
                  _json(value, 4))


def _javascript(request):
    options = {"method": _json(request.method)} if request.method != "GET" else {}
    if _headers(request):
        options["headers"] = _json(_headers(request), 2)
    if request.body is not None:
        options["body"] = f"JSON.stringify({_json(request.body, 2)})"
    inside = "".join(f"  {name}: {_indented(value, 2)},\n" for name, value in options.items())
    options = f", {{\n{inside}}}" if inside else ""
    address = _json(request.address).replace(TODAY, '" + new Date().toISOString().slice(0, 10) + "')
    return (f"const response = await fetch({address}{options});\n"
            "console.log(response.status, await response.json());")


def _headers(request):
    result = {"": {}, "token": {"Authorization": f"Bearer {TOKEN}"},
              "session": {"Cookie": f"stint={SESSION}"}}[request.caller]
    if request.caller == "session" and request.method != "GET":
        result |= {"Origin": BASE, "X-CSRF-Token": hashlib.sha256(f"csrf {SESSION}".encode()).hexdigest()}
    return result if request.body is None else {**result, "Content-Type": "application/json"}


def _json(value, indent=None):
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _indented(text, columns):
    return text.replace("\n", "\n" + " " * columns)
